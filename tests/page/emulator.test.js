// The emulator's part: requests as they come, faults, the clock, the reset, sizes, and a server that goes away.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alice, startServer } from '../clients/server.js';
import { api, makeStore, onPage, openStore, startBrowser, storeRow } from './page.js';

const program = process.env.KVS_RECORDS ?? fileURLToPath(new URL('../../src/KvsRecords.Server/bin/Release/net10.0/kvs-records.dll', import.meta.url));
const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close()]));

const text = (value) => ['text/plain', value];
const look = (options, what) => onPage(browser, server, alice.token, options, what);

test('the requests that come are listed live, and filtered by store and status', () => look({}, async (page) => {
  const store = await makeStore(server, alice.token, 'seen', { a: text('1') });
  await page.getByRole('button', { name: 'Emulator', exact: true }).click();
  await fetch(`${server.url}/v2/key-value-stores/alice~seen/records/not-there`, { headers: { Authorization: `Bearer ${alice.token}` } });
  const rows = page.locator('#request-list .row');
  await rows.filter({ hasText: 'not-there' }).filter({ hasText: '404' }).waitFor();
  await page.locator('#request-status').fill('404');
  await rows.filter({ hasText: /20[01]/ }).first().waitFor({ state: 'detached' });
  await page.locator('#request-status').fill('');
  await page.locator('#request-store').fill('seen');
  await rows.filter({ hasText: '/records/a' }).waitFor();
  await rows.filter({ hasText: 'not-there' }).click();
  await page.locator('dialog', { hasText: 'record-not-found' }).getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Forget them' }).click();
  await rows.first().waitFor({ state: 'detached' });
  assert.ok(store.id);
}));

test('faults are set and removed', () => look({}, async (page) => {
  await page.getByRole('button', { name: 'Emulator', exact: true }).click();
  const faults = page.getByRole('region', { name: 'Faults' });
  await faults.getByLabel('Requests').selectOption('listStores');
  await faults.getByLabel('Status').fill('503');
  await faults.getByRole('button', { name: 'Set the fault' }).click();
  await faults.locator('li', { hasText: '{"operation":"listStores","status":503}' }).waitFor();
  const list = () => fetch(`${server.url}/v2/key-value-stores`, { headers: { Authorization: `Bearer ${alice.token}` } });
  assert.equal((await list()).status, 503);
  await faults.getByRole('button', { name: /^Remove/ }).click();
  await faults.getByText('Nothing goes wrong').waitFor();
  assert.equal((await list()).status, 200);
}));

test('the clock is set, and goes back', () => look({}, async (page) => {
  await page.getByRole('button', { name: 'Emulator', exact: true }).click();
  const clock = page.getByRole('region', { name: 'Clock' });
  await clock.getByLabel('Stand still at').fill('2030-01-31T12:00:00.000Z');
  await clock.getByRole('button', { name: 'Stand still' }).click();
  await clock.getByText('2030-01-31T12:00:00.000Z: time stands still').waitFor();
  assert.equal((await api(server)('_emulator/clock')).instant, '2030-01-31T12:00:00.000Z');
  await clock.getByRole('button', { name: 'Real time' }).click();
  await clock.getByText('the real time').waitFor();
}));

test('a reset can be taken back, and else makes everything as at the start', () => look({}, async (page) => {
  await makeStore(server, alice.token, 'goes', {});
  await page.getByRole('button', { name: 'Emulator', exact: true }).click();
  const reset = page.getByRole('button', { name: 'Reset everything' });
  await reset.click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await reset.click();
  await page.locator('.toast', { hasText: 'Everything is as at the start' }).waitFor({ timeout: 15_000 });
  await page.getByRole('button', { name: 'Stores', exact: true }).click();
  await storeRow(page, 'declared').waitFor();
  assert.equal(await storeRow(page, 'goes').count(), 0);
}));

test('the sizes by prefix and by content type are a picture, and lead to the keys', async () => {
  await makeStore(server, alice.token, 'sizes', {
    'image-1': ['image/png', Buffer.alloc(3000)], 'image-2': ['image/png', Buffer.alloc(1000)], 'page-a-1': ['text/html', 'x'.repeat(500)], INPUT: ['application/json', '{}'],
  });
  await look({}, async (page) => {
    await openStore(page, 'sizes');
    await page.getByRole('button', { name: 'Sizes' }).click();
    const bars = page.locator('dialog .bars').first();
    await bars.getByText('image-…').waitFor();
    assert.match(await bars.locator('li').first().textContent(), /image-… 4\.0 kB, 89 %, 2 records/);
    await page.locator('dialog .bars').nth(1).getByText('text/html').waitFor();
    await bars.getByRole('button', { name: /page-…/ }).click();
    await bars.getByText('page-a-…').waitFor();
    await page.getByRole('button', { name: 'List these' }).click();
    await page.locator('#key-list .row', { hasText: 'image-1' }).waitFor({ state: 'detached' });
    assert.equal(await page.locator('#prefix').inputValue(), 'page-');
  });
});

test("where others may reach the server, the emulator's part asks for its own token", async () => {
  const closed = await startServer(['--emulator', 'loopback', '--emulator-token', 'a-token-of-its-own']);
  try {
    // As from elsewhere: a proxy adds such a header.
    await onPage(browser, closed, alice.token, { extraHTTPHeaders: { 'X-Forwarded-For': '192.0.2.1' }, expected: ['401'] }, async (page) => {
      await storeRow(page, 'declared').waitFor();
      await page.getByRole('button', { name: 'Emulator', exact: true }).click();
      await page.getByLabel('Token').fill('wrong-token-here');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByRole('alert').filter({ hasText: '401' }).getByRole('button').click();
      await page.getByLabel('Token').fill('a-token-of-its-own');
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByRole('heading', { name: 'Requests' }).waitFor();
      await page.getByRole('button', { name: 'Stores', exact: true }).click();
      await storeRow(page, 'declared').filter({ hasText: '0 records' }).waitFor();
    });
  } finally {
    await closed.stop();
  }
});

async function freePort() {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

async function startAt(port) {
  const [command, ...first] = program.endsWith('.dll') ? ['dotnet', program] : [program];
  const child = spawn(command, [...first, '--ephemeral', '--port', String(port), '--seed', fileURLToPath(new URL('../../docs/sample/storage', import.meta.url))], { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith('In a browser: ')) break;
  }
  child.stdout.resume();
  return { link: lines.at(-1).slice('In a browser: '.length), stop: async () => { child.kill('SIGTERM'); await once(child, 'exit'); } };
}

test('the printed link opens the page; a server that goes away is said, and found again', async () => {
  const port = await freePort();
  let one = await startAt(port);
  assert.equal(one.link, `http://127.0.0.1:${port}/_page/#token=apify_api_dev`);
  const url = `http://127.0.0.1:${port}`;
  await onPage(browser, { url }, null, { expected: ['ERR_CONNECTION_REFUSED', 'ERR_CONNECTION_RESET', 'ERR_EMPTY_RESPONSE'] }, async (page) => {
    // Also without the token in the link: the one of the development user is well known.
    await page.goto(url);
    await openStore(page, 'shop');
    await one.stop();
    await page.locator('#prefix').fill('product-');
    await page.locator('#lost', { hasText: 'The server does not answer' }).waitFor();
    one = await startAt(port);
    await page.locator('#lost').waitFor({ state: 'hidden' });
    await page.locator('#key-list .row', { hasText: 'product-001' }).waitFor();
    assert.equal(await page.locator('#prefix').inputValue(), 'product-');
  });
  await one.stop();
});

test('an empty server shows the line that leads the SDK here', async () => {
  const port = await freePort();
  const [command, ...first] = program.endsWith('.dll') ? ['dotnet', program] : [program];
  const child = spawn(command, [...first, '--ephemeral', '--port', String(port)], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface(child.stdout)) if (line.startsWith('In a browser: ')) break;
  child.stdout.resume();
  await onPage(browser, { url: `http://127.0.0.1:${port}` }, null, {}, async (page) => {
    await page.locator('#no-stores pre', { hasText: `export APIFY_API_BASE_URL='http://127.0.0.1:${port}'` }).waitFor();
    assert.match(await page.locator('#no-stores pre').textContent(), /APIFY_TOKEN='apify_api_dev'/);
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
});
