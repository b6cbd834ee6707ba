// Crawlee: a crawl of a small site, into a folder that the server serves meanwhile, and into a store of the server.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { download } from './archive.js';
import { connect } from './client.js';
import { startSite } from './crawler/site.js';
import { example } from './documentation.js';
import { digests } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const folder = await mkdtemp(path.join(tmpdir(), 'kvs-crawl-'));
const storage = path.join(folder, 'storage');
await mkdir(storage);
const live = await startServer(['--rate-limit', 'off'], ['--storage', storage]);
const own = await startServer();
after(async () => {
  await Promise.all([live.stop(), own.stop()]);
  await rm(folder, { recursive: true });
});

const pages = 30;
const records = (server, name) => download(`${server.url}/v2/key-value-stores/alice~${name}`, alice.token);

async function crawler(script, argument, env) {
  const program = fileURLToPath(new URL(`crawler/${script}`, import.meta.url));
  return run(process.execPath, [program, argument], { HOME: folder, ...env }, folder);
}

/** What a crawler says that it has written, or read: SHA-256 by key. */
const said = (output) => Object.fromEntries([...output.matchAll(/^record (\w{64}) (.*)$/gm)].map(([, digest, key]) => [key, digest]));

const keysUntil = (page) => Array.from({ length: page }, (_, i) => [`it's.(${i + 1})`, `page-${i + 1}`, `picture-${i + 1}`]).flat().sort();

test('while it crawls into a folder, the archive has what has been written so far; at the end, exactly what it wrote', async (t) => {
  const meanwhile = [];
  const site = await startSite(pages, async (page) => {
    if (page > 1) meanwhile.push([page, await records(live, 'crawl')]);
  });
  t.after(() => site.stop());
  const { code, stdout, output } = await crawler('into-folder.js', `${site.url}/page/1`, { CRAWLEE_STORAGE_DIR: storage });
  assert.equal(code, 0, output);

  const written = said(stdout);
  assert.equal(Object.keys(written).length, 3 * pages);
  assert.equal(meanwhile.length, pages - 1);
  for (const [page, archive] of meanwhile) {
    assert.deepEqual([...archive.keys()], keysUntil(page - 1), `before page ${page}`);
    for (const [key, digest] of Object.entries(digests(archive))) assert.equal(digest, written[key], key);
  }
  assert.deepEqual(digests(await records(live, 'crawl')), written);
});

test('the folder gives the keys and values that another run of Crawlee reads there, also of keys with dots', async () => {
  for (const name of ['crawl', 'dotted', 'default']) {
    const { code, stdout, output } = await crawler('read-again.js', name, { CRAWLEE_STORAGE_DIR: storage, CRAWLEE_PURGE_ON_START: '0' });
    assert.equal(code, 0, output);
    const again = said(stdout);
    assert.ok(Object.keys(again).length > 0, output);
    assert.deepEqual(digests(await records(live, name)), again, name);
  }
});

test('with a client of this server for its key-value stores, nothing of them is left in the folder', async (t) => {
  const site = await startSite(pages);
  t.after(() => site.stop());
  const local = path.join(folder, 'local');
  const { code, stdout, output } = await crawler('into-server.js', `${site.url}/page/1`, {
    CRAWLEE_STORAGE_DIR: local, SERVER: own.url, TOKEN: alice.token,
  });
  assert.equal(code, 0, output);

  const written = said(stdout);
  assert.deepEqual(Object.keys(written).sort(), keysUntil(pages));
  assert.deepEqual(digests(await records(own, 'crawl')), written);
  assert.equal((await connect(own, alice).keyValueStore('alice/crawl').getRecord('picture-1', { buffer: true })).contentType, 'image/png');
  assert.deepEqual([...(await records(own, 'default')).keys()], ['SDK_CRAWLER_STATISTICS_0', 'SDK_SESSION_POOL_STATE']);
  assert.deepEqual((await readdir(local)).sort(), ['datasets', 'request_queues']);
});

test('with a client of this server for everything, it ends with page-not-found: there are no request queues here', async () => {
  const { code, output } = await crawler('only-client.js', 'http://127.0.0.1:9/', {
    CRAWLEE_STORAGE_DIR: path.join(folder, 'unused'), SERVER: own.url, TOKEN: alice.token,
  });
  assert.notEqual(code, 0);
  assert.match(output, /type: page-not-found[^]*path: \/v2\/request-queues\/default/);
});

test('the example of the documentation keeps what it crawls in a store here', async (t) => {
  const site = await startSite(1);
  t.after(() => site.stop());
  const code = (await example('Crawlee for JavaScript 3.18.1', 'js', own)).replace('https://example.com/', `${site.url}/page/1`);
  const env = { HOME: folder, CRAWLEE_STORAGE_DIR: path.join(folder, 'example') };
  const here = path.dirname(fileURLToPath(import.meta.url));
  const result = await run(process.execPath, ['--input-type=module', '-'], env, here, code);
  assert.equal(result.code, 0, result.output);
  const [page] = (await records(own, 'pages')).values();
  assert.match(page.toString(), /<title>Žluťoučký kůň 1<\/title>/);
});
