// apify-client: what it throws, of which class, status and type.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { ApifyApiError } from 'apify-client';
import { connect, inParallel } from './client.js';
import { alice, bob, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const { id } = await client.keyValueStores().getOrCreate('errors');
const store = client.keyValueStore(id);

/** The client's own error, made of an error of the API. */
async function assertError(promise, statusCode, type, message = /./) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ApifyApiError, `${error}`);
    assert.deepEqual([error.statusCode, error.type], [statusCode, type], error.message);
    assert.match(error.message, message);
    return true;
  });
}

test('401: no token where one is needed, and one of no user', async () => {
  for (const user of [null, { token: 'apify_api_nobody' }]) {
    const stranger = connect(server, user);
    await assertError(stranger.keyValueStores().list(), 401, 'token-not-valid');
    await assertError(stranger.keyValueStores().getOrCreate('x'), 401, 'token-not-valid');
    await assertError(stranger.keyValueStore(id).get(), 401, 'token-not-valid');
    await assertError(stranger.keyValueStore(id).setRecord({ key: 'k', value: 'v' }), 401, 'token-not-valid');
    await assertError(stranger.keyValueStore(id).getRecord('k', { buffer: true }), 401, 'token-not-valid');
    await assertError(stranger.keyValueStore('alice/errors').listKeys(), 401, 'token-not-valid');
  }
});

test('403: the store of another user', async () => {
  const theirs = connect(server, bob).keyValueStore(id);
  for (const attempt of [
    () => theirs.get(), () => theirs.update({ title: 'x' }), () => theirs.delete(), () => theirs.listKeys(),
    () => theirs.getRecord('k'), () => theirs.setRecord({ key: 'k', value: 'v' }), () => theirs.deleteRecord('k'),
  ]) await assertError(attempt(), 403, 'permission-denied');
  assert.ok(await store.get(), 'it is still there');
});

test('404: what cannot be undefined, in a store that is not there', async () => {
  const missing = client.keyValueStore('NoSuchStore000001');
  await assertError(missing.listKeys(), 404, 'record-not-found', /Key-value Store was not found/);
  await assertError(missing.setRecord({ key: 'k', value: 'v' }), 404, 'record-not-found');
  await assertError(missing.deleteRecord('k'), 404, 'record-not-found');
  await assertError(missing.update({ title: 'x' }), 404, 'record-not-found');
});

test('400: a key with a character that is not allowed, which the message names', async () => {
  for (const [key, bad] of [['with%20space', 'U+0020'], ['žluť', 'ž'], ['a%2Fb', '/'], ['100%25', '%'], ['emoji-👩', '👩']]) {
    await assertError(store.setRecord({ key, value: 'v' }), 400, 'invalid-record-key', new RegExp(bad.replace('+', '\\+')));
    assert.equal((await store.listKeys()).count, 0, key);
  }
});

test('400: a key that is too long', async () => {
  await assertError(store.setRecord({ key: 'k'.repeat(257), value: 'v' }), 400, 'invalid-record-key', /257/);
});

test('404: a key with a slash is no URL of the API, since the client does not escape it', async () => {
  await assertError(store.setRecord({ key: 'folder/file', value: 'v' }), 404, 'page-not-found');
});

test('400: what the query or the body must not say', async () => {
  await assertError(client.keyValueStore('alice/').get(), 400, 'invalid-input');
  await assertError(store.listKeys({ collection: 'images' }), 400, 'invalid-input', /images/);
  await assertError(store.update({ generalAccess: 'EVERYBODY' }), 400, 'invalid-input', /generalAccess|EVERYBODY/);
  await assertError(store.update({ name: 'not a name' }), 400, 'invalid-input');
  await assertError(client.keyValueStores().getOrCreate('not_a_name'), 400, 'invalid-input');
  await assertError(client.keyValueStores().getOrCreate('x'.repeat(64)), 400, 'invalid-input');
});

test('409: a name that another store of the user has', async () => {
  await client.keyValueStores().getOrCreate('taken');
  await assertError(store.update({ name: 'Taken' }), 409, 'name-not-unique', /Taken/);
  assert.equal((await store.get()).name, 'errors');
});

test('400: a record that its collection does not allow, with the reasons', async () => {
  const schema = {
    actorKeyValueStoreSchemaVersion: 1,
    title: 'Strict',
    collections: {
      images: { title: 'Images', keyPrefix: 'image-', contentTypes: ['image/png', 'image/jpeg'] },
      products: {
        title: 'Products',
        keyPrefix: 'product-',
        contentTypes: ['application/json'],
        jsonSchema: { type: 'object', properties: { price: { type: 'number' } }, required: ['price'] },
      },
    },
  };
  const strict = client.keyValueStore((await client.keyValueStores().getOrCreate('strict', { schema })).id);
  await assertError(strict.setRecord({ key: 'image-1', value: 'not one' }), 400, 'schema-validation-error', /image\/png/);
  await assertError(strict.setRecord({ key: 'product-1', value: { price: 'cheap' } }), 400, 'schema-validation-error');
  await assert.rejects(strict.setRecord({ key: 'product-1', value: {} }), (error) => typeof error.data === 'object');
  await strict.setRecord({ key: 'image-1', value: Buffer.from([1]), contentType: 'image/png' });
  await strict.setRecord({ key: 'product-1', value: { price: 1 } });
  await strict.setRecord({ key: 'free', value: 'of any kind' });
  assert.deepEqual((await strict.listKeys()).items.map((item) => item.key), ['free', 'image-1', 'product-1']);
});

test('413: a record above the limit, however it is sent, and the one before is kept', async (t) => {
  const own = await startServer(['--rate-limit', 'off', '--max-record-size', '100000']);
  t.after(() => own.stop());
  const theirs = connect(own, alice);
  const small = theirs.keyValueStore((await theirs.keyValueStores().getOrCreate('small')).id);
  await small.setRecord({ key: 'k', value: Buffer.alloc(100_000, 1) });
  await assertError(small.setRecord({ key: 'k', value: Buffer.alloc(100_001) }), 413, 'request-too-large', /100000 bytes/);
  await assertError(small.setRecord({ key: 'k', value: 'x'.repeat(5_000_000) }), 413, 'request-too-large');
  await assertError(small.setRecord({ key: 'k', value: randomBytes(20_000_000) }), 413, 'request-too-large');
  const stream = Readable.from(Array.from({ length: 300 }, () => randomBytes(60_000)));
  await assertError(small.setRecord({ key: 'k', value: stream }), 413, 'request-too-large');
  assert.deepEqual((await small.getRecord('k')).value, Buffer.alloc(100_000, 1));
});

test('429: the client waits and gets through, without an error', async (t) => {
  const own = await startServer(['--rate-limit', '20']);
  t.after(() => own.stop());
  const patient = connect(own, alice, { maxRetries: 8, minDelayBetweenRetriesMillis: 100 });
  const busy = patient.keyValueStore((await patient.keyValueStores().getOrCreate('busy')).id);
  await inParallel(60, (i) => busy.listKeys({ prefix: `${i}` }), 20);
  assert.ok(patient.stats.rateLimitErrors.some((count) => count > 0), 'some were refused at first');

  const hasty = connect(own, alice).keyValueStore('alice/busy');
  const answers = await Promise.allSettled(Array.from({ length: 80 }, () => hasty.listKeys()));
  const refused = answers.find((answer) => answer.status === 'rejected');
  assert.deepEqual([refused.reason.statusCode, refused.reason.type], [429, 'rate-limit-exceeded']);
});
