// Stores, keys and previews, as a person looks at them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { picture, sound } from '../browser/media.js';
import { alice, bob, startServer } from '../clients/server.js';
import { api, keyRow, makeStore, onPage, openRecord, openStore, startBrowser, storeRow } from './page.js';

const sample = fileURLToPath(new URL('../../docs/sample/storage', import.meta.url));
const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close()]));

const schema = { actorKeyValueStoreSchemaVersion: 1, title: 'Shop', collections: { products: { title: 'Products', keyPrefix: 'product-' } } };
const shop = await makeStore(server, alice.token, 'shop', {
  'image-1.png': ['image/png', picture],
  'drawing.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10" fill="red"/></svg>'],
  'sound.wav': ['audio/wav', sound],
  'paper.pdf': ['application/pdf', '%PDF-1.4'],
  'page.html': ['text/html', '<h1 style="color: red">A saved page</h1>'],
  'latin.txt': ['text/plain; charset=iso-8859-1', Buffer.from('caf\xe9', 'latin1')],
  'bytes.bin': ['application/octet-stream', Buffer.from([0, 1, 2, 65, 66, 255])],
  OUTPUT: ['application/json', '{"id":12345678901234567890,"name":"café","list":[1,2,{"deep":true}],"a":1,"a":2}'],
  ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`product-${String(i).padStart(3, '0')}`, ['application/json', `{"price":${i}}`]])),
}, schema);
await makeStore(server, bob.token, 'of-bob', { a: ['text/plain', 'x'] });

test('the address in a browser leads to the page, and to a program it is what it was', async () => {
  const browserLike = await fetch(server.url, { headers: { Accept: 'text/html,*/*' }, redirect: 'manual' });
  assert.equal(browserLike.status, 302);
  assert.equal(browserLike.headers.get('Location'), '/_page/');
  assert.equal((await fetch(server.url)).status, 404);
});

test('the token leaves the URL at once, and no cookie has it', () => onPage(browser, server, alice.token, {}, async (page) => {
  assert.ok(!page.url().includes('token'));
  assert.deepEqual(await page.context().cookies(), []);
  assert.ok(!(await page.content()).includes(alice.token));
}));

test('without a token the page asks for it, and says what is wrong with one', () => onPage(browser, server, null, { expected: ['401'] }, async (page) => {
  await page.getByLabel('API token').fill('wrong-token');
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: '401' }).waitFor();
  await page.getByLabel('API token').fill(alice.token);
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await storeRow(page, 'shop').waitFor();
}));

test('stores have their names, owners, numbers of records and sizes', () => onPage(browser, server, alice.token, {}, async (page) => {
  const row = storeRow(page, 'shop');
  await row.filter({ hasText: /alice · 28 records · \d/ }).waitFor();
  await storeRow(page, 'declared').waitFor();
}));

test('one looks as another user by their token', () => onPage(browser, server, alice.token, {}, async (page) => {
  await page.locator('#user-menu summary').click();
  await page.getByRole('button', { name: 'Look as another user …' }).click();
  await page.getByLabel('API token').fill(bob.token);
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await storeRow(page, 'of-bob').waitFor();
  await storeRow(page, 'declared').waitFor(); // Shared with Bob.
  assert.equal(await storeRow(page, 'shop').count(), 0);
  await page.locator('#user-menu summary').click();
  await page.getByRole('button', { name: 'Look as alice' }).click();
  await storeRow(page, 'shop').waitFor();
}));

test('a store is found by its name, and opened by its id or by username~name', () => onPage(browser, server, alice.token, {}, async (page) => {
  const find = page.locator('#find-store');
  await find.fill('SHO');
  await storeRow(page, 'declared').waitFor({ state: 'detached' });
  assert.equal(await page.locator('#store-list .row').count(), 1);
  for (const text of ['alice~shop', shop.id]) {
    await find.fill(text);
    await find.press('Enter');
    await page.locator('#keys h2').filter({ hasText: 'alice~shop' }).waitFor();
    await page.locator('#show-stores').click();
  }
}));

test('a store of another user that all may read is opened by its id', async () => {
  const open = await makeStore(server, bob.token, 'open', { hello: ['text/plain', 'from Bob'] });
  await api(server, bob.token)(`v2/key-value-stores/${open.id}`, { method: 'PUT', body: '{"generalAccess":"ANYONE_WITH_ID_CAN_READ"}', headers: { 'Content-Type': 'application/json' } });
  await onPage(browser, server, alice.token, {}, async (page) => {
    await page.locator('#find-store').fill(open.id);
    await page.locator('#find-store').press('Enter');
    await openRecord(page, 'hello');
    await page.locator('pre', { hasText: 'from Bob' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Upload files' }).count(), 0, 'Only its owner may write.');
  });
});

test('keys are listed by prefix while one types, by collection, and from a key on', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  const rows = page.locator('#key-list .row');
  await keyRow(page, 'OUTPUT').waitFor();
  await page.locator('#prefix').pressSequentially('product-01');
  await keyRow(page, 'OUTPUT').waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 10);
  await page.locator('#prefix').fill('');
  await keyRow(page, 'OUTPUT').waitFor();
  await page.locator('#collection').selectOption({ label: 'Products' });
  await keyRow(page, 'OUTPUT').waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 20);
  await page.locator('#from-key').fill('product-015');
  await keyRow(page, 'product-000').waitFor({ state: 'detached' });
  assert.deepEqual(await rows.locator('.key').allTextContents(), ['product-015', 'product-016', 'product-017', 'product-018', 'product-019']);
}));

test('a key has its size, and its content type once the record was seen', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  await openRecord(page, 'sound.wav');
  assert.match(await keyRow(page, 'sound.wav').textContent(), /audio\/wav.*8\.0 kB/);
}));

test('JSON is a tree and a text, and its large integers and equal names are unharmed', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  await openRecord(page, 'OUTPUT');
  const tree = page.locator('.json').first();
  assert.match(await tree.textContent(), /id: 12345678901234567890.*name: "café".*a: 1.*a: 2/s);
  await page.getByRole('button', { name: /^list:/ }).click();
  await page.getByRole('button', { name: /^2:/ }).click();
  await tree.locator('li', { hasText: 'deep: true' }).last().waitFor();
  await page.getByRole('tab', { name: 'Text' }).click();
  assert.match(await page.locator('#panel pre').textContent(), /^\{"id":12345678901234567890,/);
}));

test('HTML is rendered, pictures are shown, and sound is played from its signed URL', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  await openRecord(page, 'page.html');
  await page.frameLocator('#panel iframe').getByRole('heading', { name: 'A saved page' }).waitFor();
  for (const key of ['image-1.png', 'drawing.svg']) {
    await openRecord(page, key);
    await page.waitForSelector('#panel img');
    assert.ok(await page.locator('#panel img').evaluate((img) => img.decode().then(() => img.naturalWidth > 0)));
  }
  await openRecord(page, 'sound.wav');
  const audio = page.locator('#panel audio');
  await audio.waitFor();
  assert.match(await audio.getAttribute('src'), /signature=/);
  await audio.evaluate((element) => new Promise((resolve, reject) => {
    if (element.readyState > 0) resolve();
    element.addEventListener('loadedmetadata', resolve);
    element.addEventListener('error', () => reject(new Error('It cannot be played.')));
  }));
}));

test('a PDF is a link, text has its charset, anything else is in hex, and headers are there', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  await openRecord(page, 'paper.pdf');
  assert.match(await page.getByRole('link', { name: 'Open the PDF' }).getAttribute('href'), /paper\.pdf\?signature=/);
  await openRecord(page, 'latin.txt');
  assert.equal(await page.locator('#panel pre').textContent(), 'café');
  await openRecord(page, 'bytes.bin');
  assert.match(await page.locator('#panel pre').textContent(), /^00000000 {2}00 01 02 41 42 ff .*\.\.\.AB\./);
  await page.getByRole('tab', { name: 'Headers' }).click();
  await page.locator('#panel th', { hasText: 'etag' }).waitFor();
}));

test('the place is in the URL: a reload and Back lead where one was', () => onPage(browser, server, alice.token, {}, async (page) => {
  await openStore(page, 'shop');
  await page.locator('#prefix').fill('product-');
  await keyRow(page, 'OUTPUT').waitFor({ state: 'detached' });
  await openRecord(page, 'product-003', 'Text');
  await page.reload();
  await page.locator('#panel pre', { hasText: '{"price":3}' }).waitFor();
  assert.equal(await page.locator('#prefix').inputValue(), 'product-');
  await page.goBack();
  await page.locator('#record').waitFor({ state: 'hidden' });
  await page.goBack();
  await page.locator('#keys').waitFor({ state: 'hidden' });
}));

test('a live folder is shown, and nothing there offers to write', async () => {
  const live = await startServer(['--rate-limit', 'off'], ['--storage', sample]);
  try {
    await onPage(browser, live, alice.token, {}, async (page) => {
      assert.ok(await page.locator('#create-store').isHidden());
      await storeRow(page, 'shop').filter({ hasText: '7 records' }).click();
      await openRecord(page, 'product-001.json');
      await page.locator('.json').first().waitFor();
      assert.equal(await page.getByRole('button', { name: /Upload|Delete|Edit|Rename|Access/ }).count(), 0);
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#zip').click()]);
      assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), 'PK');
      await page.getByRole('button', { name: 'Sizes' }).click();
      await page.locator('.bars', { hasText: 'product-…' }).waitFor();
      await page.locator('.bars', { hasText: 'image/png' }).waitFor();
    });
  } finally {
    await live.stop();
  }
});

test('an empty server says what to do next', async () => {
  const empty = await startServer(['--rate-limit', 'off'], ['--ephemeral']);
  try {
    await onPage(browser, empty, bob.token, {}, async (page) => {
      await page.locator('#find-store').fill('nothing-like-this');
      await page.locator('#no-stores', { hasText: 'Enter opens the store' }).waitFor();
    });
    await api(empty, alice.token)('v2/key-value-stores?unnamed=1');
    await onPage(browser, empty, alice.token, {}, async (page) => {
      await openStore(page, 'declared');
      await page.locator('.empty', { hasText: 'Drop files here' }).waitFor();
    });
  } finally {
    await empty.stop();
  }
});

test('what one looks at is in no list of requests, in no count, and meets no limit and no fault', async () => {
  const limited = await startServer(['--rate-limit', '1']);
  try {
    const store = await makeStore(limited, alice.token, 'watched', {});
    await new Promise((resolve) => { setTimeout(resolve, 1100); });
    await api(limited, alice.token)(`v2/key-value-stores/${store.id}/records/a`, { method: 'PUT', body: 'x' });
    const call = api(limited, null);
    await call('_emulator/faults', { method: 'PUT', body: '[{"status":503}]', headers: { 'Content-Type': 'application/json' } });
    await call('_emulator/requests', { method: 'DELETE' });
    await onPage(browser, limited, alice.token, {}, async (page) => {
      await openStore(page, 'watched');
      await openRecord(page, 'a');
      await page.getByRole('tab', { name: 'Hex' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#zip').click()]);
      await download.path();
    });
    assert.deepEqual((await call('_emulator/requests')).items, []);
    await call('_emulator/faults', { method: 'DELETE' });
    const { stats } = await api(limited, alice.token)(`v2/key-value-stores/${store.id}`);
    assert.deepEqual([stats.readCount, stats.writeCount, stats.listCount], [0, 1, 0]);
  } finally {
    await limited.stop();
  }
});

test('--page off serves no page', async () => {
  const off = await startServer(['--page', 'off']);
  assert.equal((await fetch(`${off.url}/_page/`)).status, 404);
  assert.equal((await fetch(off.url, { headers: { Accept: 'text/html' } })).status, 404);
  await off.stop();
});

