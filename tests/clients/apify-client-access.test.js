// apify-client: public URLs, and who may do what.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect } from './client.js';
import { allowedKeys } from './data.js';
import { alice, bob, declared, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const { id } = await client.keyValueStores().getOrCreate('restricted');
const store = client.keyValueStore(id);
await store.setRecord({ key: 'OUTPUT', value: { secret: 'content' } });
await store.setRecord({ key: 'other', value: 'text' });

/** Asks without a token. */
async function open(url) {
  const response = await fetch(url);
  return { status: response.status, body: await response.text() };
}

/** @returns {string} The URL with another signature. */
function signed(url, signature) {
  const changed = new URL(url);
  if (signature === null) changed.searchParams.delete('signature');
  else changed.searchParams.set('signature', signature);
  return changed.toString();
}

const signatureOf = (url) => new URL(url).searchParams.get('signature');

/** Refused, and as an error of the API. */
function assertRefused({ status, body }, expectedStatus, type) {
  assert.equal(status, expectedStatus, body);
  assert.equal(JSON.parse(body).error.type, type);
  assert.ok(!body.includes('content'));
}

test('the public URL of a record opens it without a token', async () => {
  const url = await store.getRecordPublicUrl('OUTPUT');
  assert.ok(url.startsWith(`${server.url}/v2/key-value-stores/${id}/records/OUTPUT?signature=`), url);
  const { status, body } = await open(url);
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), { secret: 'content' });
});

test('the public URL of a record of every allowed key opens it', async () => {
  for (const key of allowedKeys) {
    await store.setRecord({ key, value: `value of ${key}` });
    assert.deepEqual(await open(await store.getRecordPublicUrl(key)), { status: 200, body: `value of ${key}` });
  }
});

test('the public URL of a store by its name opens the record too', async () => {
  const url = await client.keyValueStore('alice/restricted').getRecordPublicUrl('OUTPUT');
  assert.ok(url.startsWith(`${server.url}/v2/key-value-stores/alice~restricted/`), url);
  assert.equal((await open(url)).status, 200);
});

test('a record is not opened by no signature, a wrong one or that of another key', async () => {
  const url = await store.getRecordPublicUrl('OUTPUT');
  const ofOther = signatureOf(await store.getRecordPublicUrl('other'));
  assertRefused(await open(signed(url, null)), 401, 'token-not-valid');
  assertRefused(await open(signed(url, ofOther)), 403, 'permission-denied');
  assertRefused(await open(signed(url, `${signatureOf(url)}0`)), 403, 'permission-denied');
  assertRefused(await open(signed(url, 'wrong')), 403, 'permission-denied');
});

test('the signature of a record does not open the list of keys, nor the other way round', async () => {
  const record = await store.getRecordPublicUrl('OUTPUT');
  const keys = await store.createKeysPublicUrl();
  assertRefused(await open(signed(keys, signatureOf(record))), 403, 'permission-denied');
  assertRefused(await open(signed(record, signatureOf(keys))), 403, 'permission-denied');
});

test('a signature reads, and never writes', async () => {
  const url = await store.getRecordPublicUrl('other');
  for (const method of ['PUT', 'DELETE']) {
    const response = await fetch(url, { method, body: method === 'PUT' ? 'overwritten' : undefined });
    assert.ok([401, 403].includes(response.status), `${method}: ${response.status}`);
  }
  assert.equal((await store.getRecord('other')).value, 'text');
});

test('the public URL of the keys lists them without a token, as asked for', async () => {
  const everything = await store.createKeysPublicUrl();
  const { data } = JSON.parse((await open(everything)).body);
  const list = await store.listKeys();
  assert.deepEqual(data.items.map((item) => item.key), list.items.map((item) => item.key));

  const some = await store.createKeysPublicUrl({ prefix: 'oth', limit: 5, expiresInSecs: 3600 });
  const page = JSON.parse((await open(some)).body).data;
  assert.deepEqual([page.items.map((item) => item.key), page.limit], [['other'], 5]);
});

test('the public URL of the keys works until it expires', async () => {
  assert.equal((await open(await store.createKeysPublicUrl({ expiresInSecs: 60 }))).status, 200);
  assertRefused(await open(await store.createKeysPublicUrl({ expiresInSecs: -60 })), 403, 'permission-denied');
  const url = await store.createKeysPublicUrl();
  assertRefused(await open(signed(url, null)), 401, 'token-not-valid');
  assertRefused(await open(signed(url, 'MC4wLndyb25n')), 403, 'permission-denied');
});

test('a signature of one store does not open another', async () => {
  const other = client.keyValueStore((await client.keyValueStores().getOrCreate('another')).id);
  await other.setRecord({ key: 'OUTPUT', value: 'content' });
  const ofOther = signatureOf(await other.getRecordPublicUrl('OUTPUT'));
  assertRefused(await open(signed(await store.getRecordPublicUrl('OUTPUT'), ofOther)), 403, 'permission-denied');
});

test('a client without a token, or of another user, may pass the signature', async () => {
  const signature = signatureOf(await store.getRecordPublicUrl('OUTPUT'));
  const ofKeys = signatureOf(await store.createKeysPublicUrl());
  for (const user of [null, bob]) {
    const theirs = connect(server, user).keyValueStore(id);
    assert.deepEqual((await theirs.getRecord('OUTPUT', { signature })).value, { secret: 'content' });
    assert.ok((await theirs.listKeys({ signature: ofKeys })).count >= 2);
  }
});

test('the public URLs that the store tells open', async () => {
  const { keysPublicUrl, recordsPublicUrl } = await store.get();
  const { items } = await store.listKeys({ prefix: 'OUTPUT' });
  assert.equal((await open(keysPublicUrl)).status, 200);
  assert.equal((await open(recordsPublicUrl)).status, 200);
  assert.equal((await open(items[0].recordPublicUrl)).status, 200);
});

test('a store that anyone may read with its id is read without a token, and not written', async () => {
  const shared = client.keyValueStore((await client.keyValueStores().getOrCreate('for-anyone')).id);
  await shared.setRecord({ key: 'public', value: 'hello' });
  await shared.update({ generalAccess: 'ANYONE_WITH_ID_CAN_READ' });

  const { id: sharedId } = await shared.get();
  const anyone = connect(server, null).keyValueStore(sharedId);
  assert.equal((await anyone.getRecord('public')).value, 'hello');
  assert.equal((await anyone.listKeys()).count, 1);
  const seen = await anyone.get();
  assert.equal(seen.urlSigningSecretKey ?? null, null);
  await assert.rejects(anyone.setRecord({ key: 'public', value: 'changed' }), { statusCode: 401, type: 'token-not-valid' });
  await assert.rejects(anyone.deleteRecord('public'), { statusCode: 401 });
  await assert.rejects(anyone.delete(), { statusCode: 401 });

  await shared.update({ generalAccess: 'RESTRICTED' });
  await assert.rejects(anyone.getRecord('public'), { statusCode: 401 });
});

test('a store that is shared with a user is read by him, and not written', async () => {
  await client.keyValueStore(declared.id).setRecord({ key: 'for-bob', value: 'hello' });
  const theirs = connect(server, bob).keyValueStore('alice/declared');
  assert.equal((await theirs.getRecord('for-bob')).value, 'hello');
  assert.equal((await theirs.get()).urlSigningSecretKey ?? null, null);
  await assert.rejects(theirs.setRecord({ key: 'for-bob', value: 'changed' }), { statusCode: 403, type: 'permission-denied' });
  await assert.rejects(theirs.update({ name: 'taken-over' }), { statusCode: 403 });
  await assert.rejects(theirs.delete(), { statusCode: 403 });
});
