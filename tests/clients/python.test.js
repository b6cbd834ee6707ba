// Python's urllib.request, http.client and zipfile.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from './client.js';
import { example } from './documentation.js';
import { digests, fillStore } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const { id, path: store, files } = await fillStore(client, 'for-python');
const program = fileURLToPath(new URL('python/client.py', import.meta.url));

/** @returns {Promise<any>} What the program has seen. */
async function python(...args) {
  const { code, stdout, stderr } = await run('python3', ['-W', 'error', program, server.url, alice.token, ...args]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test('a store is made, records are written (also with gzip), read, listed and deleted', async () => {
  assert.deepEqual(await python('round-trip', 'from-python'), {
    statuses: [201, 204, 404], charset: 'utf-8', same: [true, true], keys: ['json', 'text'],
  });
});

test('the archive is opened as it comes from the answer', async () => {
  assert.deepEqual(await python('archive', `${store}/records`), digests(files));
});

test('a prefix chooses', async () => {
  assert.deepEqual(await python('archive', `${store}/records?prefix=image-`), digests(files, 'image-'));
});

test('one file of the archive is read over ranges, without the rest of it', async () => {
  const { digest, received, length } = await python('one-of-archive', `${store}/records`, 'image-5.png');
  assert.equal(digest, digests(files)['image-5.png']);
  assert.ok(length > 1_000_000 && received < 120_000, `${received} of ${length} bytes`);
});

test('an archive that was left half-way goes on, and after a change it is the new one', async () => {
  const { id: another } = await fillStore(client, 'to-change');
  const { statuses, before, after: changed } = await python('resume', `/v2/key-value-stores/${another}/records`, '500000', 'empty');
  assert.deepEqual(statuses, [206, 200]);
  assert.deepEqual(before, digests(files));
  assert.deepEqual(changed, digests(new Map(files).set('empty', 'changed')));
});

test('a body of unknown length is sent in chunks', async () => {
  assert.equal(await python('chunked', `${store}/records/chunked`, '1000'), 201);
  const { value } = await client.keyValueStore(id).getRecord('chunked', { buffer: true });
  assert.equal(value.toString(), Array.from({ length: 1000 }, (_, i) => `${i};`).join(''));
  await client.keyValueStore(id).deleteRecord('chunked');
});

test('an error is an HTTPError with the reason, and its body is the JSON of the API', async () => {
  assert.deepEqual(await python('error', 'GET', '/v2/key-value-stores/NoSuchStore000001/records'), {
    code: 404, reason: 'Not Found', type: 'application/json',
    body: { error: { type: 'record-not-found', message: 'Key-value Store was not found' } },
  });
  assert.equal((await python('error', 'GET', `${store}/records?collection=images`)).body.error.type, 'invalid-input');
});

test('one connection carries answers with a body and without, and errors, one after the other', async () => {
  assert.deepEqual(await python('one-connection', `${store}/records`), [
    'PUT 201', 'HEAD 200', 'GET 200', 'GET 404', 'HEAD 404', 'DELETE 204', 'PATCH 405', 'PUT 400', 'GET 200', 'GET 404',
  ]);
});

test('the example of the documentation leaves the records in a folder', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kvs-python-'));
  t.after(() => rm(folder, { recursive: true }));
  const { code, output } = await run('python3', ['-'], {}, folder, await example('Python', 'python', server));
  assert.equal(code, 0, output);
  assert.deepEqual(JSON.parse(await readFile(path.join(folder, 'my-store', 'OUTPUT'), 'utf8')), { done: true });
});
