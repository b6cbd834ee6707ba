// What is written from the page, and what can be taken back.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { alice, bob, startServer } from '../clients/server.js';
import { api, keyRow, keysOf, makeStore, onPage, openRecord, openStore, startBrowser, storeRow } from './page.js';

const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close()]));
const call = api(server, alice.token);
const text = (value) => ['text/plain; charset=utf-8', value];
const file = (name, value, mimeType = 'text/plain') => ({ name, mimeType, buffer: Buffer.from(value) });

async function until(look, what) {
  for (let left = 100; left > 0; left -= 1) {
    if (await look()) return;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.fail(`It did not come: ${what}`);
}

test('files are uploaded by the button, several at once, and by a drop', async () => {
  const store = await makeStore(server, alice.token, 'uploads');
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'uploads');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Upload files' }).click()]);
    await chooser.setFiles([file('a b&c.txt', 'one'), ...Array.from({ length: 9 }, (_, i) => file(`f${i}.json`, `{"i":${i}}`, 'application/json'))]);
    await page.locator('.toast', { hasText: 'Uploaded 10 files' }).waitFor();
    await keyRow(page, 'a-b-c.txt').waitFor();
    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
      return data;
    });
    await page.dispatchEvent('#keys', 'drop', { dataTransfer: transfer });
    await keyRow(page, 'dropped.txt').waitFor();
    await openRecord(page, 'dropped.txt');
    await page.locator('#panel pre', { hasText: 'dropped' }).waitFor();
  });
  assert.equal((await keysOf(server, alice.token, store)).length, 11);
});

test('a long upload shows how far it is, and can be cancelled', async () => {
  const store = await makeStore(server, alice.token, 'long');
  const folder = await mkdtemp(path.join(tmpdir(), 'kvs-page-'));
  const large = path.join(folder, 'large.bin');
  await writeFile(large, '');
  await truncate(large, 2_000_000_000);
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'long');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Upload files' }).click()]);
    await chooser.setFiles(large);
    const bar = page.getByRole('progressbar', { name: 'Upload' });
    await until(() => bar.evaluate((element) => element.value > 0 && element.value < element.max), 'a part of it');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.toast', { hasText: 'cancelled' }).waitFor();
  });
  await rm(folder, { recursive: true });
  assert.deepEqual(await keysOf(server, alice.token, store), []);
});

test('text and JSON are edited in place, and what is no JSON is not saved', async () => {
  const store = await makeStore(server, alice.token, 'edits', { 'a.json': ['application/json', '{"a":1}'], note: text('before') });
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'edits');
    await openRecord(page, 'a.json');
    await page.getByRole('button', { name: 'Edit' }).click();
    const area = page.locator('textarea');
    await area.fill('{"a":');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('.toast.error', { hasText: 'This is no JSON' }).getByRole('button', { name: 'Close' }).click();
    await area.fill('{"a":12345678901234567890}');
    await area.press('Control+Enter');
    await page.locator('.json', { hasText: 'a: 12345678901234567890' }).waitFor();

    await openRecord(page, 'note');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.locator('textarea').fill('mine');
    await call(`v2/key-value-stores/${store.id}/records/note`, { method: 'PUT', body: 'theirs', headers: { 'Content-Type': 'text/plain; charset=utf-8' } });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByLabel(/changed meanwhile/).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#panel pre', { hasText: 'mine' }).waitFor();
  });
  const answer = await fetch(`${server.url}/v2/key-value-stores/${store.id}/records/note`, { headers: { Authorization: `Bearer ${alice.token}` } });
  assert.deepEqual([await answer.text(), answer.headers.get('Content-Type')], ['mine', 'text/plain; charset=utf-8']);
});

test('several records are deleted, and one that was taken back stays', async () => {
  const store = await makeStore(server, alice.token, 'deletes', { a: text('1'), b: text('2'), c: text('3'), d: text('4') });
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'deletes');
    await openRecord(page, 'a');
    await page.locator('#record').getByRole('button', { name: 'Delete' }).click();
    await keyRow(page, 'a').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await keyRow(page, 'a').waitFor();
    await keyRow(page, 'b').locator('.mark').click();
    await keyRow(page, 'c').locator('.mark').click();
    await page.locator('#keys .bar', { hasText: '2 records chosen' }).getByRole('button', { name: 'Delete' }).click();
    await keyRow(page, 'b').waitFor({ state: 'detached' });
    assert.equal((await keysOf(server, alice.token, store)).length, 4, 'Nothing is deleted before its time.');
    await until(async () => (await keysOf(server, alice.token, store)).length === 2, 'the delete');
  });
  assert.deepEqual(await keysOf(server, alice.token, store), ['a', 'd']);
});

test('a delete that can still be taken back is not done when the tab closes', async () => {
  const store = await makeStore(server, alice.token, 'closes', { a: text('1') });
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'closes');
    await openRecord(page, 'a');
    await page.locator('#record').getByRole('button', { name: 'Delete' }).click();
    await keyRow(page, 'a').waitFor({ state: 'detached' });
  });
  await new Promise((resolve) => { setTimeout(resolve, 7000); });
  assert.deepEqual(await keysOf(server, alice.token, store), ['a']);
});

test('a store is made, renamed, shared and deleted', () => onPage(browser, server, alice.token, {}, async (page) => {
  await page.getByRole('button', { name: 'New store' }).click();
  await page.getByLabel(/^Name/).fill('made-here');
  await page.getByRole('button', { name: 'Make the store' }).click();
  await page.locator('#keys h2', { hasText: 'alice~made-here' }).waitFor();
  await page.locator('#store-menu summary').click();
  await page.getByRole('button', { name: 'Rename …' }).click();
  await page.getByLabel(/^Name/).fill('renamed');
  await page.getByLabel(/^Title/).fill('For people');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('#keys h2[title="For people"]', { hasText: 'alice~renamed' }).waitFor();

  const store = (await call('v2/key-value-stores')).items.find(({ name }) => name === 'renamed');
  await page.locator('#store-menu summary').click();
  await page.getByRole('button', { name: 'Access and sharing …' }).click();
  await page.getByLabel('Who may read it').selectOption('RESTRICTED');
  await page.getByLabel(/^Shared with/).fill('bob');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('.toast', { hasText: 'The access is set' }).waitFor();
  assert.equal((await call(`v2/key-value-stores/${store.id}`)).generalAccess, 'RESTRICTED');
  assert.equal((await api(server, bob.token)(`v2/key-value-stores/${store.id}`)).name, 'renamed');

  await page.locator('#store-menu summary').click();
  await page.getByRole('button', { name: 'Delete the store' }).click();
  await storeRow(page, 'renamed').waitFor({ state: 'detached' });
  await until(async () => !(await call('v2/key-value-stores')).items.some(({ name }) => name === 'renamed'), 'the delete');
}));

test('an error is said in words, with its type', () => onPage(browser, server, alice.token, { expected: ['409', '400'] }, async (page) => {
  await makeStore(server, alice.token, 'taken');
  await makeStore(server, alice.token, 'other');
  await page.locator('#refresh').click();
  await openStore(page, 'other');
  await page.locator('#store-menu summary').click();
  await page.getByRole('button', { name: 'Rename …' }).click();
  await page.getByLabel(/^Name/).fill('taken');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: /\(4\d\d [a-z-]+\)/ }).waitFor();
}));

test('links, curl, JavaScript and Python are copied', async () => {
  const store = await makeStore(server, alice.token, 'copies', { 'a.txt': text('hello') });
  await onPage(browser, server, alice.token, { permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
    const copied = async (menu, item) => {
      await page.locator(`${menu} summary`).click();
      await page.locator(menu).getByRole('button', { name: item, exact: true }).click();
      await page.locator('.toast', { hasText: 'Copied' }).last().waitFor();
      const value = await page.evaluate(() => navigator.clipboard.readText());
      await page.evaluate(() => document.querySelectorAll('.toast').forEach((toast) => toast.remove()));
      return value;
    };
    await openStore(page, 'copies');
    await page.locator('#copy-archive summary').click();
    await page.getByRole('button', { name: 'Link of the ZIP' }).click();
    await page.locator('.toast', { hasText: 'good until' }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(Buffer.from(await (await fetch(link)).arrayBuffer()).subarray(0, 2).toString(), 'PK');
    assert.equal((await (await fetch(await copied('#copy-archive', 'Link of the keys'))).json()).data.count, 1);
    const curl = await copied('#copy-archive', 'curl');
    assert.match(curl, /^curl -fsS -H "Authorization: Bearer \$APIFY_TOKEN" -o 'copies\.zip' 'http/);
    assert.ok(!curl.includes('signature') && !curl.includes(alice.token));
    await openRecord(page, 'a.txt');
    assert.equal(await (await fetch(await copied('#copy-record', 'Link'))).text(), 'hello');
    assert.match(await copied('#copy-record', 'JavaScript'), new RegExp(`keyValueStore\\("${store.id}"\\)\\.getRecord\\("a\\.txt"\\)`));
    assert.match(await copied('#copy-record', 'Python'), /os\.environ\["APIFY_TOKEN"\].*get_record\("a\.txt"\)/);
  });
});

test('a ZIP has its size on the link, also by prefix, and one that was cut off is resumed', async () => {
  const store = await makeStore(server, alice.token, 'zips', Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i < 2 ? 'few' : 'many'}-${i}`, ['image/png', randomBytes(1_000_000)]])));
  await onPage(browser, server, alice.token, {}, async (page) => {
    await openStore(page, 'zips');
    await page.locator('#zip', { hasText: /^Download ZIP \(8\.0 MB\)$/ }).waitFor();
    const url = await page.locator('#zip').evaluate((link) => link.href);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#zip').click()]);
    const whole = await readFile(await download.path());

    // As the browser's own list of downloads does it: the rest, if it is still the same.
    const aborted = new AbortController();
    const first = await fetch(url, { signal: aborted.signal });
    const part = (await first.body.getReader().read()).value;
    aborted.abort();
    const rest = await fetch(url, { headers: { Range: `bytes=${part.length}-`, 'If-Range': first.headers.get('ETag') } });
    assert.equal(rest.status, 206);
    assert.ok(Buffer.concat([part, Buffer.from(await rest.arrayBuffer())]).equals(whole));

    await page.locator('#prefix').fill('few-');
    await page.locator('#zip', { hasText: /^Download these as ZIP \(2\.0 MB\)$/ }).waitFor();
  });
  assert.ok(store.id);
});
