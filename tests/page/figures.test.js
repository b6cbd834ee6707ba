// The figures of the page: how soon it is there, and what many records cost it: a million with KVS_RECORDS_LONG, or
// else 200,000. Prints a table.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { alice, startServer } from '../clients/server.js';
import { api, keyRow, makeStore, openPage, openStore, startBrowser, storeRow } from './page.js';

const records = process.env.KVS_RECORDS_LONG ? 1_000_000 : 200_000;
const many = records.toLocaleString('en');
const secondsToLoad = 170;
const table = [];
const missed = [];
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-page-'));

// As `many.zip`: keys of three kinds, with values of some bytes.
const made = spawnSync('python3', ['-c', `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for i in range(${records}):
        kind = ('image', 'page', 'product')[i % 3]
        archive.writestr(zipfile.ZipInfo('%s-%07d' % (kind, i)), b'{"i":%d}' % i)
`, path.join(folder, 'many.zip')], { stdio: 'inherit' });
assert.equal(made.status, 0);

const browser = await startBrowser(['--enable-precise-memory-info', '--js-flags=--expose-gc']);
const server = await startServer(['--rate-limit', 'off', '--seed', path.join(folder, 'many.zip')], ['--ephemeral'], secondsToLoad);
after(async () => {
  await Promise.all([server.stop(), browser.close()]);
  await rm(folder, { recursive: true });
  console.log(['', '| measure | asked | measured |', '| --- | --- | --- |', ...table.map((row) => `| ${row.join(' | ')} |`)].join('\n'));
});

function note(what, asked, value, unit) {
  table.push([what, `≤ ${asked} ${unit}`, `${Math.round(value * 10) / 10} ${unit}`]);
  // How long something takes is up to what else the machine does.
  if (value > asked && unit !== 'ms') missed.push(`${what}: ${value} ${unit}`);
}

/** Milliseconds from a change in the page to what it brings, by the page's own clock. */
const timed = async (page, selector, text, change) => {
  await page.evaluate(([css, wanted]) => {
    globalThis.seenAt = new Promise((resolve) => {
      const look = () => [...document.querySelectorAll(css)].some((element) => element.textContent.includes(wanted)) && resolve(performance.now());
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
    });
    addEventListener('click', () => { globalThis.begunAt = performance.now(); }, { capture: true, once: true });
    addEventListener('input', () => { globalThis.begunAt = performance.now(); }, { capture: true, once: true });
  }, [selector, text]);
  await change();
  return page.evaluate(async () => (await globalThis.seenAt) - globalThis.begunAt);
};

test('the files are small', async () => {
  const files = fileURLToPath(new URL('../../src/KvsRecords.Server/Page/Files/', import.meta.url));
  const all = await Promise.all((await readdir(files)).map((name) => readFile(path.join(files, name))));
  note('size of the page', 120, all.reduce((sum, bytes) => sum + bytes.length, 0) / 1000, 'kB');
  note('the same, compressed', 45, all.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0) / 1000, 'kB');
});

test('the page is usable at once, cold', async () => {
  const { page, close } = await openPage(browser, server, alice.token);
  note('page usable, cold', 500, await page.evaluate(() => performance.getEntriesByType('mark').find(({ name }) => name === 'usable').startTime), 'ms');
  await close();
});

test('many records are listed, filtered and summed up at once', async () => {
  const { page, close } = await openPage(browser, server, alice.token);
  await storeRow(page, 'many').filter({ hasText: `${many} records` }).waitFor();
  note(`first keys of ${many}`, 150, await timed(page, '#key-list .key', 'image-0000000', () => storeRow(page, 'many').click()), 'ms');
  note('keys after typing a prefix', 150, await timed(page, '#key-list .key', 'product-0050', () => page.locator('#prefix').fill('product-0050')), 'ms');
  note(`sizes by prefix of ${many}`, 1000, await timed(page, 'dialog .bars .key', 'product-', async () => {
    await page.locator('#prefix').evaluate((input) => { input.value = ''; });
    await page.getByRole('button', { name: 'Sizes' }).click();
  }), 'ms');
  await page.locator('.bars').nth(1).waitFor();
  note(`sizes by content type of ${many}`, 1000, await page.evaluate(() => performance.getEntriesByType('resource').find(({ name }) => name.endsWith('sizes-by-type')).duration), 'ms');
  await close();
});

test('a hundred thousand keys are scrolled without a stop', async () => {
  const { page, close } = await openPage(browser, server, alice.token);
  await openStore(page, 'many');
  await page.locator('#key-list .row').first().waitFor();
  await page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => { globalThis.longest = Math.max(globalThis.longest, duration); }))
      .observe({ entryTypes: ['longtask'] });
  });
  let rows = 0;
  while (rows < 100_000) {
    rows = await page.evaluate(async () => {
      const list = document.querySelector('#key-list');
      for (let frame = 0; frame < 30; frame += 1) {
        list.scrollTop += 6000;
        await new Promise((resolve) => { requestAnimationFrame(resolve); });
      }
      return list.scrollTop / 30;
    });
  }
  const { longest, nodes, memory } = await page.evaluate(() => {
    globalThis.gc();
    return { longest: globalThis.longest, nodes: document.querySelectorAll('*').length, memory: performance.memory.usedJSHeapSize / 1e6 };
  });
  note('longest task while 100,000 keys are scrolled', 100, longest, 'ms');
  note('elements of the page', 1500, nodes, '');
  note('memory of the page', 80, memory, 'MB');
  await close();
});

test('5 MB of JSON are shown, and a record of 1 GB shows its beginning at once', async () => {
  const items = Array.from({ length: 45_000 }, (_, i) => ({ id: i, name: `Item number ${i}`, tags: ['a', 'b', 'c'], nested: { price: i / 7, stock: i % 50 } }));
  const json = JSON.stringify(items).slice(0, 5_000_000);
  const whole = `${json.slice(0, json.lastIndexOf(',{'))}]`;
  const store = await makeStore(server, alice.token, 'large', { 'items.json': ['application/json', whole] });
  const chunk = Buffer.alloc(1_000_000, 'All work and no play. ');
  const body = new ReadableStream({
    pull(controller) {
      this.left = (this.left ?? 1000) - 1;
      if (this.left < 0) controller.close();
      else controller.enqueue(chunk);
    },
  });
  const answer = await fetch(`${server.url}/v2/key-value-stores/${store.id}/records/log.txt`, { method: 'PUT', body, duplex: 'half', headers: { Authorization: `Bearer ${alice.token}`, 'Content-Type': 'text/plain' } });
  assert.equal(answer.status, 201);
  const { page, close } = await openPage(browser, server, alice.token);
  await openStore(page, 'large');
  note(`JSON of ${(whole.length / 1e6).toFixed(1)} MB shown`, 1000, await timed(page, '.json .branch', '0: { 4 members }', () => keyRow(page, 'items.json').click()), 'ms');
  note('beginning of a record of 1 GB', 500, await timed(page, '#panel pre', 'All work', () => keyRow(page, 'log.txt').click()), 'ms');
  const more = page.getByRole('button', { name: /^Show more/ });
  await more.click();
  await page.locator('#panel pre', { hasText: 'All work' }).waitFor();
  await close();
  await api(server, alice.token)(`v2/key-value-stores/${store.id}`, { method: 'DELETE' });
});

test('each figure but the times is what is asked for', () => assert.deepEqual(missed, []));
