// wget, as people type it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { read } from './archive.js';
import { connect } from './client.js';
import { digests, fillStore } from './filled.js';
import { run } from './run.js';
import { alice, startServer } from './server.js';

const server = await startServer();
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-wget-'));
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
const { path: store, files } = await fillStore(connect(server, alice), 'for-wget');
const url = `${server.url}${store}/records`;

/** Runs it in the folder of the tests, without the user's settings. */
const wget = (...args) => run('wget', ['--no-config', '--tries=1', '--timeout=30', '--no-verbose', ...args], { HOME: folder }, folder);

/** With Alice's token, and it must go well. @returns {Promise<string>} What it says. */
async function asAlice(...args) {
  const { code, output } = await wget(`--header=Authorization: Bearer ${alice.token}`, ...args);
  assert.equal(code, 0, output);
  return output;
}

const saved = (name) => readFile(path.join(folder, name));

test('--content-disposition saves the archive under the name of its store', async () => {
  await asAlice('--content-disposition', url);
  assert.deepEqual(digests(await read(await saved('for-wget.zip'))), digests(files));
});

test('a prefix chooses', async () => {
  await asAlice('--output-document=images.zip', `${url}?prefix=image-`);
  assert.deepEqual(digests(await read(await saved('images.zip'))), digests(files, 'image-'));
});

test('-c goes on with half an archive, and has nothing to do for a whole one', async () => {
  await asAlice('--output-document=whole.zip', url);
  const whole = await saved('whole.zip');
  await writeFile(path.join(folder, 'half.zip'), whole);
  await truncate(path.join(folder, 'half.zip'), 500_000);
  await asAlice('--continue', '--output-document=half.zip', url);
  assert.deepEqual(await saved('half.zip'), whole);
  assert.match(await asAlice('--verbose', '--continue', '--output-document=half.zip', url), /already fully retrieved; nothing to do/);
  assert.deepEqual(await saved('half.zip'), whole);
});

test('--method and --body-file write a record, --method=DELETE deletes it', async () => {
  await writeFile(path.join(folder, 'value'), files.get('image-1.png'));
  await asAlice('--method=PUT', '--body-file=value', '--header=Content-Type: image/png', '--output-document=-', `${url}/from-wget`);
  await asAlice('--output-document=back', `${url}/from-wget`);
  assert.ok((await saved('back')).equals(files.get('image-1.png')));
  await asAlice('--method=DELETE', `${url}/from-wget`);
  assert.equal((await wget(`--header=Authorization: Bearer ${alice.token}`, `${url}/from-wget`)).code, 8);
});

test('--content-on-error shows an error as JSON, and the exit code says that it is one', async () => {
  const { code, stdout, stderr } = await wget('--content-on-error', '--output-document=-', `--header=Authorization: Bearer ${alice.token}`,
    `${url}?collection=images`);
  assert.deepEqual([code, JSON.parse(stdout).error.type], [8, 'invalid-input']);
  assert.match(stderr, /400/);
  // Of a 401 it reads no body: it only looks for a scheme that it knows.
  assert.equal((await wget('--content-on-error', '--output-document=-', url)).code, 6);
});
