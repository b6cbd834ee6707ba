// fetch, as it is in Node.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { read } from './archive.js';
import { connect } from './client.js';
import { digests, fillStore } from './filled.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const { path, files } = await fillStore(client, 'for-fetch');

/** Asks as Alice. */
const ask = (pathAndQuery, options = {}) =>
  fetch(server.url + pathAndQuery, { ...options, headers: { Authorization: `Bearer ${alice.token}`, ...options.headers } });

test('a store is made, records are written (also from a stream), read, listed and deleted', async () => {
  const { data } = await (await ask('/v2/key-value-stores?name=from-fetch', { method: 'POST' })).json();
  const store = `/v2/key-value-stores/${data.id}`;
  const stream = new Blob([files.get('page.html')]).stream();
  assert.equal((await ask(`${store}/records/stream`, { method: 'PUT', body: stream, duplex: 'half' })).status, 201);
  assert.equal((await ask(`${store}/records/json`, { method: 'PUT', body: JSON.stringify({ a: 'ž' }), headers: { 'Content-Type': 'application/json' } })).status, 201);
  assert.deepEqual(await (await ask(`${store}/records/json`)).json(), { a: 'ž' });
  assert.ok(Buffer.from(await (await ask(`${store}/records/stream`)).arrayBuffer()).equals(files.get('page.html')));
  const listed = (await (await ask(`${store}/keys`)).json()).data.items;
  assert.deepEqual(listed.map((item) => item.key), ['json', 'stream']);
  assert.equal((await ask(`${store}/records/json`, { method: 'DELETE' })).status, 204);
  assert.equal((await ask(`${store}/records/json`, { method: 'HEAD' })).status, 404);
});

test('the archive comes as a stream, of exactly the length that was said', async () => {
  const answer = await ask(`${path}/records`);
  const parts = [];
  for await (const part of answer.body) parts.push(part);
  const bytes = Buffer.concat(parts);
  assert.equal(bytes.length, Number(answer.headers.get('content-length')));
  assert.deepEqual(digests(await read(bytes)), digests(files));
});

test('a prefix chooses', async () => {
  const answer = await ask(`${path}/records?${new URLSearchParams({ prefix: "it's.(" })}`);
  assert.deepEqual(digests(await read(Buffer.from(await answer.arrayBuffer()))), digests(files, "it's.("));
});

test('an archive that was aborted half-way goes on', async () => {
  const abort = new AbortController();
  const first = await ask(`${path}/records`, { signal: abort.signal });
  const { value: start } = await first.body.getReader().read();
  abort.abort();
  const rest = await ask(`${path}/records`, { headers: { Range: `bytes=${start.length}-`, 'If-Range': first.headers.get('etag') } });
  assert.equal(rest.status, 206);
  assert.deepEqual(digests(await read(Buffer.concat([start, Buffer.from(await rest.arrayBuffer())]))), digests(files));
});

test('an error is a status that is not ok, and its body is the JSON of the API', async () => {
  const answer = await ask('/v2/key-value-stores/NoSuchStore000001/records');
  assert.deepEqual([answer.ok, answer.status], [false, 404]);
  assert.deepEqual(await answer.json(), { error: { type: 'record-not-found', message: 'Key-value Store was not found' } });
});

test('a hundred archives at once are all whole', async () => {
  const expected = createHash('sha256').update(Buffer.from(await (await ask(`${path}/records`)).arrayBuffer())).digest('hex');
  await Promise.all(Array.from({ length: 100 }, async () => {
    const bytes = Buffer.from(await (await ask(`${path}/records`)).arrayBuffer());
    assert.equal(createHash('sha256').update(bytes).digest('hex'), expected);
  }));
});
