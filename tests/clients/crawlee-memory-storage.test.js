// Folders as the real @crawlee/memory-storage writes them, served as they are and loaded: what it reads back is what is there.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { download } from './archive.js';
import { digests } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const folder = await mkdtemp(path.join(tmpdir(), 'kvs-memory-storage-'));
after(() => rm(folder, { recursive: true }));

async function library(...args) {
  const program = fileURLToPath(new URL('crawler/memory-storage.js', import.meta.url));
  const { code, stdout, output } = await run(process.execPath, [program, ...args], { HOME: folder }, folder);
  assert.equal(code, 0, output);
  return [...stdout.matchAll(/^record (.*)$/gm)].map(([, json]) => JSON.parse(json)).sort(byKey);
}

const byKey = (one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key));

/** The records as the API gives them one by one. */
async function records(store) {
  const headers = { Authorization: `Bearer ${alice.token}` };
  const page = await (await fetch(`${store}/keys`, { headers })).json();
  return Promise.all(page.data.items.map(async ({ key, size }) => {
    const response = await fetch(`${store}/records/${encodeURIComponent(key)}`, { headers });
    assert.equal(response.status, 200, key);
    const digest = createHash('sha256').update(Buffer.from(await response.arrayBuffer())).digest('hex');
    return { key, size, contentType: response.headers.get('content-type'), digest };
  }));
}

async function assertServed(t, storage, expected) {
  for (const source of [['--storage', storage], ['--ephemeral', '--seed', storage]]) {
    const server = await startServer(['--rate-limit', 'off'], source);
    t.after(() => server.stop());
    const store = `${server.url}/v2/key-value-stores/alice~real`;
    assert.deepEqual(await records(store), expected, source[0]);
    assert.deepEqual(
      digests(await download(store, alice.token)), Object.fromEntries(expected.map(({ key, digest }) => [key, digest])), source[0]);
    const [{ records: count, storageBytes, noRecords }] = (await (await fetch(`${server.url}/_emulator/stores`)).json()).data.items
      .filter(({ name }) => name === 'real');
    assert.deepEqual(
      { count, storageBytes, noRecords },
      { count: expected.length, storageBytes: expected.reduce((sum, { size }) => sum + size, 0), noRecords: [] });
  }
}

test('without sidecars, keys, sizes, content types and bytes are what the library reads back in another process', async (t) => {
  const storage = path.join(folder, 'bare');
  await library('write', storage);
  const expected = await library('read', storage);
  assert.equal(expected.length, 19);
  assert.ok(expected.some(({ key }) => key === 'report') && expected.some(({ key }) => key === 'a.b.c'));
  await assertServed(t, storage, expected);
});

test('with sidecars, they are what the library reads back while it runs, also those of keys with dots', async (t) => {
  // In another process it cannot list its own keys: it does not look into the text that its sidecars are.
  const storage = path.join(folder, 'described');
  const expected = await library('write', storage, 'metadata');
  assert.equal(expected.length, 20);
  assert.ok((await readdir(path.join(storage, 'key_value_stores', 'real'))).includes('report.html.__metadata__.json'));
  assert.ok(expected.some(({ key }) => key === 'report.html') && expected.some(({ key }) => key === 'x.tar.gz'));
  await assertServed(t, storage, expected);
});
