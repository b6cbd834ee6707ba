// What the official client writes comes out of the archive, as an independent reader reads it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { createStorageContentSignatureAsync } from '@apify/utilities';
import { download } from './archive.js';
import { connect, inParallel } from './client.js';
import { allowedKeys, nastyText } from './data.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const schema = {
  actorKeyValueStoreSchemaVersion: 1,
  title: 'All',
  collections: { images: { title: 'Images', keyPrefix: 'image-' }, one: { title: 'One', key: 'OUTPUT' } },
};
const { id } = await client.keyValueStores().getOrCreate('archive', { schema });
const store = client.keyValueStore(id);
const url = `${server.url}/v2/key-value-stores/${id}`;

// Key and bytes of all that was written. Every way of writing is among it.
const written = new Map();
async function write(key, value, bytes, contentType) {
  await store.setRecord({ key, value, contentType });
  written.set(key, bytes);
}

const json = { text: nastyText, list: Array.from({ length: 200 }, (_, i) => ({ i })) };
await write('OUTPUT', json, Buffer.from(JSON.stringify(json, null, 2)));
await write('small.json', { a: 1 }, Buffer.from('{\n  "a": 1\n}'));
await write('text', nastyText, Buffer.from(nastyText));
await write('empty', '', Buffer.alloc(0));
await write('page.html', '<p>'.repeat(50_000), Buffer.from('<p>'.repeat(50_000)), 'text/html; charset=utf-8');
for (let i = 0; i < 20; i++) {
  const bytes = randomBytes(3000 * i);
  await write(`image-${i}.png`, bytes, bytes, 'image/png');
}
const streamed = randomBytes(2_000_000);
await write('streamed', Readable.from([streamed.subarray(0, 999_999), streamed.subarray(999_999)]), streamed);
await inParallel(allowedKeys.length, (i) => write(allowedKeys[i], allowedKeys[i].repeat(30), Buffer.from(allowedKeys[i].repeat(30))));

/** Names in the archive's order, bytes and count are those of the records that were written and are chosen. */
function assertHolds(archive, chosen) {
  const expected = [...written.keys()].filter(chosen).sort();
  assert.deepEqual([...archive.keys()], expected);
  for (const key of expected) assert.ok(archive.get(key).equals(written.get(key)), key);
}

test('the archive has every record with its bytes, in the order of the keys', async () => {
  assertHolds(await download(url, alice.token), () => true);
});

test('the archive by the name of the store is the same', async () => {
  assertHolds(await download(`${server.url}/v2/key-value-stores/alice~archive`, alice.token), () => true);
});

test('prefix and collection choose', async () => {
  assertHolds(await download(url, alice.token, { prefix: 'image-1' }), (key) => key.startsWith('image-1'));
  assertHolds(await download(url, alice.token, { collection: 'images' }), (key) => key.startsWith('image-'));
  assertHolds(await download(url, alice.token, { collection: 'one' }), (key) => key === 'OUTPUT');
  assertHolds(await download(url, alice.token, { collection: 'images', prefix: 'image-19' }), (key) => key === 'image-19.png');
  assertHolds(await download(url, alice.token, { prefix: "it's" }), (key) => key.startsWith("it's"));
  assertHolds(await download(url, alice.token, { prefix: 'my-prefix/' }), () => false);
});

test('the archive has what the client lists, and the sizes that it says', async () => {
  const archive = await download(url, alice.token);
  const listed = [];
  for await (const item of store.listKeys()) listed.push([item.key, item.size]);
  assert.deepEqual(listed, [...archive].map(([name, bytes]) => [name, bytes.length]));
});

test('the archive opens with a signature that the official signer makes', async () => {
  const { urlSigningSecretKey, recordsPublicUrl } = await store.get();
  for (const expiresInMillis of [undefined, 60_000]) {
    const signature = await createStorageContentSignatureAsync({ resourceId: id, urlSigningSecretKey, expiresInMillis });
    assert.equal((await fetch(`${url}/records?signature=${signature}`)).status, 200);
  }
  const expired = await createStorageContentSignatureAsync({ resourceId: id, urlSigningSecretKey, expiresInMillis: -60_000 });
  assert.equal((await fetch(`${url}/records?signature=${expired}`)).status, 403);
  assert.ok(recordsPublicUrl.startsWith(`${url}/records`), recordsPublicUrl);
});

test('what is written again or deleted is so in the next archive', async () => {
  await store.deleteRecord('text');
  written.delete('text');
  await write('OUTPUT', 'another', Buffer.from('another'));
  assertHolds(await download(url, alice.token), () => true);
});
