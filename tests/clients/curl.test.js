// curl, as people type it.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { read } from './archive.js';
import { connect } from './client.js';
import { nastyText } from './data.js';
import { example } from './documentation.js';
import { digests, fillStore } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const server = await startServer();
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-curl-'));
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
const client = connect(server, alice);
const { id, path: store, files } = await fillStore(client, 'for-curl');
const url = `${server.url}${store}`;

/** Runs it in the folder of the tests, without the user's .curlrc. */
const curl = (...args) => run('curl', ['--disable', '--silent', '--show-error', '--max-time', '30', ...args], {}, folder);

/** With Alice's token, and it must go well. @returns {Promise<string>} What it prints. */
async function asAlice(...args) {
  const { code, stdout, stderr } = await curl('--fail', '--oauth2-bearer', alice.token, ...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

const saved = (name) => readFile(path.join(folder, name));

test('a store is made, a record is written, read, listed and deleted', async () => {
  const made = JSON.parse(await asAlice('--request', 'POST', `${server.url}/v2/key-value-stores?name=from-curl`)).data;
  const record = `${server.url}/v2/key-value-stores/${made.id}/records/text`;
  await writeFile(path.join(folder, 'text'), nastyText);
  await asAlice('--request', 'PUT', '--header', 'Content-Type: text/plain; charset=utf-8', '--data-binary', '@text', record);
  assert.equal(await asAlice(record), nastyText);
  assert.match(await asAlice('--head', record), /^HTTP\/1.1 200 OK\r\nContent-Length: \d+\r\nContent-Type: text\/plain; charset=utf-8\r\n/);
  assert.match(await asAlice(`${server.url}/v2/key-value-stores/${made.id}/keys`), /"key":"text"/);
  assert.equal(await asAlice('--request', 'DELETE', '--write-out', '%{http_code}', record), '204');
  assert.equal((await curl('--fail', '--oauth2-bearer', alice.token, record)).code, 22);
});

test('-O -J saves the archive under the name of its store', async () => {
  await asAlice('--remote-name', '--remote-header-name', `${url}/records`);
  assert.deepEqual(digests(await read(await saved('for-curl.zip'))), digests(files));
});

test('--get --data-urlencode asks for a prefix', async () => {
  await asAlice('--get', '--data-urlencode', "prefix=it's.(", '--output', 'prefix.zip', `${url}/records`);
  assert.deepEqual(digests(await read(await saved('prefix.zip'))), digests(files, "it's.("));
});

test('-C - goes on with half an archive, and has nothing to do for a whole one', async () => {
  await asAlice('--output', 'whole.zip', `${url}/records`);
  const whole = await saved('whole.zip');
  await writeFile(path.join(folder, 'half.zip'), whole);
  await truncate(path.join(folder, 'half.zip'), 500_000);
  const goOn = ['--continue-at', '-', '--output', 'half.zip', '--write-out', '%{http_code} %{size_download}', `${url}/records`];
  assert.equal(await asAlice(...goOn), `206 ${whole.length - 500_000}`);
  assert.deepEqual(await saved('half.zip'), whole);
  // With --fail, this would be an error to curl.
  const { code, stdout } = await curl('--oauth2-bearer', alice.token, ...goOn);
  assert.deepEqual([code, stdout], [0, '416 0']);
  assert.deepEqual(await saved('half.zip'), whole);
});

test('--etag-compare downloads an archive again only when it is another', async () => {
  const ask = ['--etag-save', 'tag', '--etag-compare', 'tag', '--output', 'kept.zip', '--write-out', '%{http_code}', `${url}/records`];
  await writeFile(path.join(folder, 'tag'), '');
  assert.equal(await asAlice(...ask), '200');
  assert.equal(await asAlice(...ask), '304');
  assert.deepEqual(digests(await read(await saved('kept.zip'))), digests(files));
  await client.keyValueStore(id).setRecord({ key: 'new', value: 'v' });
  assert.equal(await asAlice(...ask), '200');
  await client.keyValueStore(id).deleteRecord('new');
});

test('--compressed gets the same bytes', async () => {
  for (const [from, name] of [[`${url}/records/page.html`, 'page.html'], [`${url}/records/image-3.png`, 'image-3.png']]) {
    await asAlice('--compressed', '--output', name, from);
    assert.ok((await saved(name)).equals(files.get(name)), name);
  }
  await asAlice('--compressed', '--output', 'compressed.zip', `${url}/records`);
  assert.deepEqual(digests(await read(await saved('compressed.zip'))), digests(files));
});

test('-Z downloads many archives and records at a time', async () => {
  await asAlice('--parallel', '--parallel-immediate', '--output', 'image-#1.zip', `${url}/records?prefix=image-[0-9]`,
    '--output', 'record-#1.png', `${url}/records/image-[0-9].png`);
  assert.equal((await readdir(folder)).filter((name) => /^(image-\d.zip|record-\d.png)$/.test(name)).length, 20);
  for (let i = 0; i < 10; i++) {
    assert.deepEqual(digests(await read(await saved(`image-${i}.zip`))), digests(files, `image-${i}`));
    assert.ok((await saved(`record-${i}.png`)).equals(files.get(`image-${i}.png`)), `${i}`);
  }
});

test('-T uploads a file after 100 Continue, and from a pipe in chunks', async () => {
  const large = Buffer.concat(Array(3).fill([...files.values()]).flat());
  await writeFile(path.join(folder, 'large'), large);
  const { code, stderr } = await curl('--verbose', '--fail', '--oauth2-bearer', alice.token, '--upload-file', 'large', `${url}/records/large`);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /> Expect: 100-continue[^]*< HTTP\/1.1 100 Continue[^]*< HTTP\/1.1 201 Created/);
  const { code: piped } = await run('curl', ['--disable', '--silent', '--fail', '--oauth2-bearer', alice.token, '--upload-file', '-',
    `${url}/records/piped`], {}, folder, large);
  assert.equal(piped, 0);
  for (const key of ['large', 'piped']) {
    const { value } = await client.keyValueStore(id).getRecord(key, { buffer: true });
    assert.ok(value.equals(large), key);
    await client.keyValueStore(id).deleteRecord(key);
  }
});

test('-T that is refused sends none of the file', async () => {
  await writeFile(path.join(folder, 'refused'), Buffer.alloc(2_000_000));
  const { code, stdout } = await curl('--oauth2-bearer', 'nobody', '--upload-file', 'refused', '--write-out', ' %{http_code} %{size_upload}',
    `${url}/records/refused`);
  assert.equal(code, 0);
  assert.match(stdout, /^\{"error":\{"type":"token-not-valid","message":".*"\}\} 401 0$/);
});

test('--fail-with-body shows an error as JSON, and the exit code says that it is one', async () => {
  const { code, stdout, stderr } = await curl('--fail-with-body', '--oauth2-bearer', alice.token, `${server.url}/v2/key-value-stores/~nothing/records`);
  assert.deepEqual([code, stdout], [22, '{"error":{"type":"record-not-found","message":"Key-value Store was not found"}}']);
  assert.match(stderr, /404/);
});

test('--http2 falls back to HTTP/1.1, also with a body; --http2-prior-knowledge is refused at once', async () => {
  assert.equal(await asAlice('--http2', '--output', 'http2.zip', '--write-out', '%{http_version} %{http_code}', `${url}/records`), '1.1 200');
  assert.deepEqual(digests(await read(await saved('http2.zip'))), digests(files));
  assert.equal(await asAlice('--http2', '--request', 'PUT', '--data', 'value', '--write-out', '%{http_version} %{http_code}',
    `${url}/records/http2`), '{}1.1 201');
  await client.keyValueStore(id).deleteRecord('http2');
  // The server closes as soon as it sees the preface: curl finds that out when it reads (52, nothing came; 56, reset), or while it still
  // sends (55). A time-out would be 28.
  const { code } = await curl('--http2-prior-knowledge', `${url}/records`);
  assert.ok([52, 55, 56].includes(code), `curl ended with ${code}`);
});

test('the examples of the documentation leave archives of the store', async () => {
  await writeFile(path.join(folder, 'report.csv'), 'a;b');
  const { code, output } = await run('bash', ['-e', '-o', 'pipefail'], { HOME: folder }, folder, await example('curl and wget', 'sh', server));
  assert.equal(code, 0, output);
  assert.deepEqual([...(await read(await saved('my-store.zip'))).keys()], ['date', 'report.csv']);
  assert.deepEqual([...(await read(await saved('reports.zip')))], [['report.csv', Buffer.from('a;b')]]);
});
