// The Apify SDK: a store opened with forceCloud, and an Actor whose default store is here.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { download } from './archive.js';
import { connect, inParallel } from './client.js';
import { nastyText } from './data.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const server = await startServer();
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-sdk-'));
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
const client = connect(server, alice);

// All settings that the SDK needs. It reads the environment when it is loaded.
const environment = {
  APIFY_API_BASE_URL: server.url,
  APIFY_API_PUBLIC_BASE_URL: server.url,
  APIFY_TOKEN: alice.token,
  CRAWLEE_STORAGE_DIR: path.join(folder, 'storage'),
};
Object.assign(process.env, environment);
const { Actor } = await import('apify');
before(() => Actor.init());
after(() => Actor.exit({ exit: false }));

test('a store that is opened by name with forceCloud is made here, and is the same when opened again', async () => {
  const store = await Actor.openKeyValueStore('from-sdk', { forceCloud: true });
  assert.equal(store.name, 'from-sdk');
  assert.equal((await client.keyValueStore('alice/from-sdk').get()).id, store.id);
  assert.equal((await Actor.openKeyValueStore({ id: store.id }, { forceCloud: true })).id, store.id);
});

test('setValue and getValue take JSON, text and bytes, and null deletes', async () => {
  const store = await Actor.openKeyValueStore('values', { forceCloud: true });
  const object = { text: nastyText, padding: 'x'.repeat(5000) };
  const bytes = Buffer.from([0, 255, 1, 254]);
  await store.setValue('object', object);
  await store.setValue('text', nastyText, { contentType: 'text/plain; charset=utf-8' });
  await store.setValue('bytes', bytes, { contentType: 'image/png' });
  assert.deepEqual(await store.getValue('object'), object);
  assert.equal(await store.getValue('text'), nastyText);
  assert.deepEqual(await store.getValue('bytes'), bytes);
  assert.equal(await store.recordExists('object'), true);

  assert.equal(await store.getValue('missing'), null);
  assert.equal(await store.getValue('missing', 'otherwise'), 'otherwise');
  await store.setValue('object', null);
  assert.equal(await store.getValue('object'), null);

  const archive = await download(`${server.url}/v2/key-value-stores/${store.id}`, alice.token);
  assert.deepEqual([...archive], [['bytes', bytes], ['text', Buffer.from(nastyText)]]);
});

test('forEachKey goes through more keys than a page has', async () => {
  const store = await Actor.openKeyValueStore('keys', { forceCloud: true });
  const keys = Array.from({ length: 1050 }, (_, i) => `key-${String(i).padStart(4, '0')}`);
  await inParallel(keys.length, (i) => client.keyValueStore(store.id).setRecord({ key: keys[i], value: 'four' }));

  const found = [];
  await store.forEachKey((key, index, { size }) => {
    assert.deepEqual([index, size], [found.length, 4]);
    found.push(key);
  });
  assert.deepEqual(found, keys);

  const some = [];
  await store.forEachKey((key) => some.push(key), { prefix: 'key-104', exclusiveStartKey: 'key-1046' });
  assert.deepEqual(some, ['key-1047', 'key-1048', 'key-1049']);
});

test('getPublicUrl opens a record without a token', async () => {
  const store = await Actor.openKeyValueStore('public', { forceCloud: true });
  await store.setValue("it's.(public)", 'hello', { contentType: 'text/plain' });
  const url = store.getPublicUrl("it's.(public)");
  assert.ok(url.startsWith(`${server.url}/v2/key-value-stores/${store.id}/records/`), url);
  assert.equal(await (await fetch(url)).text(), 'hello');
  assert.equal((await fetch(url.replace(/\?.*/, ''))).status, 401);
});

test('drop deletes the store, and one of the same name is another', async () => {
  const store = await Actor.openKeyValueStore('to-drop', { forceCloud: true });
  await store.setValue('left', 'behind');
  await store.drop();
  assert.equal(await client.keyValueStore(store.id).get(), undefined);
  const again = await client.keyValueStores().getOrCreate('to-drop');
  assert.notEqual(again.id, store.id);
  assert.equal(await client.keyValueStore(again.id).getRecord('left'), undefined);
});

// The SDK wants to know what it may charge: from these variables, or else from the run.
const prices = { APIFY_ACTOR_PRICING_INFO: '{}', APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{}' };
for (const [way, variables] of [['the prices', prices], ['a declared run', { ACTOR_RUN_ID: 'RunAtHome00000001' }]]) {
  test(`an Actor that believes to be at home, with ${way}, keeps its default store here`, () => beAtHome(variables));
}

async function beAtHome(variables) {
  const { id } = await client.keyValueStores().getOrCreate();
  const store = client.keyValueStore(id);
  await store.setRecord({ key: 'INPUT', value: { word: nastyText } });
  await fetch(`${server.url}/_emulator/runs/RunAtHome00000001`, {
    method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ defaultKeyValueStoreId: id, status: 'RUNNING' }),
  });

  const atHome = { ...environment, APIFY_IS_AT_HOME: '1', ACTOR_DEFAULT_KEY_VALUE_STORE_ID: id, ...variables };
  for (const runs of [1, 2]) {
    const { code, output } = await run(process.execPath, [fileURLToPath(new URL('actor/main.js', import.meta.url))], atHome, folder);
    assert.equal(code, 0, output);
    assert.deepEqual((await store.getRecord('STATE')).value, { runs });
  }

  const { value } = await store.getRecord('OUTPUT');
  assert.deepEqual([value.word, value.length], [nastyText, nastyText.length]);
  assert.deepEqual(await store.getRecord('page.html'), {
    key: 'page.html', value: `<p>${nastyText}</p>`, contentType: 'text/html; charset=utf-8',
  });
  const { items } = await client.keyValueStore('alice/results-of-actor').listKeys();
  assert.deepEqual(items.map((item) => item.key), ['run-1', 'run-2']);
  assert.deepEqual(await readdir(folder), [], 'nothing was kept in a folder');
}
