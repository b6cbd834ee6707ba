// Java's HttpClient, ZipFile and ZipInputStream.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from './client.js';
import { example } from './documentation.js';
import { digests, fillStore } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const server = await startServer();
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-java-'));
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
const client = connect(server, alice);
const { id, path: store, files } = await fillStore(client, 'for-java');
const saved = path.join(folder, 'store.zip');

// Compiled once. Text in UTF-8, whatever the machine's locale is.
before(async () => {
  const source = fileURLToPath(new URL('java/Client.java', import.meta.url));
  const { code, output } = await run('javac', ['-encoding', 'UTF-8', '-Xlint:all', '-Werror', '-d', folder, source]);
  assert.equal(code, 0, output);
});

/** @returns {Promise<string[]>} The lines that the program prints. */
async function java(...args) {
  const { code, stdout, output } = await run('java', ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', folder, 'Client',
    server.url, alice.token, ...args]);
  assert.equal(code, 0, output);
  return stdout.trimEnd().split('\n');
}

/** @returns {Record<string, string>} The digests that it prints, by name. */
const printed = (lines) => Object.fromEntries(lines.map((line) => [line.slice(65), line.slice(0, 64)]));

test('a store is made, a record is written, read, listed and deleted', async () => {
  const lines = await java('round-trip', 'from-java');
  assert.deepEqual([...lines.slice(0, 3), ...lines.slice(4)], [
    'HTTP_1_1 201 {}', 'HTTP_1_1 200 Příliš žluťoučký kůň', 'HTTP_1_1 200', 'HTTP_1_1 204',
    'HTTP_1_1 404 {"error":{"type":"record-not-found","message":"Record was not found"}}',
  ]);
  assert.match(lines[3], /^HTTP_1_1 200 .*"key":"text","size":29/);
});

test('the archive is downloaded to a file, and ZipFile opens it', async () => {
  assert.deepEqual(printed(await java('to-file', `${store}/records`, saved)), digests(files));
});

test('ZipInputStream unpacks the archive while it comes', async () => {
  assert.deepEqual(printed(await java('stream', `${store}/records`)), digests(files));
});

test('a prefix chooses', async () => {
  assert.deepEqual(printed(await java('stream', `${store}/records?prefix=image-`)), digests(files, 'image-'));
});

test('an archive that was left half-way goes on', async () => {
  const [answer, ...lines] = await java('resume', `${store}/records`, saved, '500000');
  assert.match(answer, /^206 bytes 500000-/);
  assert.deepEqual(printed(lines), digests(files));
});

test('a record is written beside the attempt to upgrade to HTTP/2: as bytes, in chunks, and after 100 Continue', async () => {
  for (const length of [1, 3_000_000]) {
    assert.deepEqual(await java('put', `${store}/records/put`, `${length}`), Array(3).fill('HTTP_1_1 201 {}'));
    for (const kind of ['bytes', 'chunked', 'expected']) {
      const { value } = await client.keyValueStore(id).getRecord(`put-${kind}`, { buffer: true });
      assert.ok(value.equals(Buffer.alloc(length, 'x')), `${kind} ${length}`);
    }
  }
});

test('an error is its status, and its body is the JSON of the API', async () => {
  assert.deepEqual(await java('show', '/v2/key-value-stores/NoSuchStore000001/records'), [
    'HTTP_1_1 404 {"error":{"type":"record-not-found","message":"Key-value Store was not found"}}',
  ]);
  assert.match((await java('show', `${store}/records?collection=images`))[0], /^HTTP_1_1 400 .*"type":"invalid-input"/);
});

test('the example of the documentation leaves the records in a folder', async () => {
  await client.keyValueStores().getOrCreate('my-store');
  await client.keyValueStore('alice/my-store').setRecord({ key: 'OUTPUT', value: { done: true } });
  await writeFile(path.join(folder, 'Download.java'), await example('Java', 'java', server));
  const { code, output } = await run('java', ['Download.java'], {}, folder);
  assert.equal(code, 0, output);
  assert.deepEqual(JSON.parse(await readFile(path.join(folder, 'my-store', 'OUTPUT'), 'utf8')), { done: true });
});
