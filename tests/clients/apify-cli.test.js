// apify-cli: login, and every one of its key-value-stores commands.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from './client.js';
import { nastyText } from './data.js';
import { run } from './run.js';
import { alice, bob, startServer } from './server.js';

const server = await startServer();
const home = await mkdtemp(path.join(tmpdir(), 'kvs-cli-'));
after(async () => {
  await server.stop();
  await rm(home, { recursive: true });
});
const client = connect(server, alice);
const program = fileURLToPath(new URL('node_modules/.bin/apify', import.meta.url));

async function apify(args, input) {
  return run(program, args, {
    HOME: home,
    APIFY_CLIENT_BASE_URL: server.url,
    APIFY_DISABLE_KEYRING: '1',
    // It would ask other servers.
    APIFY_CLI_DISABLE_TELEMETRY: '1',
    APIFY_CLI_SKIP_UPDATE_CHECK: '1',
    APIFY_CLI_SKIP_RENTAL_SUNSET_NOTICE: '1',
  }, home, input);
}

/** Runs a command of key-value-stores, which must go well. The CLI ends with 0 also when it has reported an error. */
async function kvs(args, input) {
  const result = await apify(['key-value-stores', ...args], input);
  assert.equal(result.code, 0, result.output);
  assert.doesNotMatch(result.output, /Error/, args.join(' '));
  return result;
}

before(async () => {
  const { code, output } = await apify(['login', '--token', alice.token]);
  assert.equal(code, 0, output);
  assert.match(output, /You are logged in to Apify as alice/);
});

test('login keeps who it is, and refuses a token of no user', async () => {
  const { username, id } = JSON.parse(await readFile(path.join(home, '.apify', 'auth.json'), 'utf8'));
  assert.deepEqual([username, id], ['alice', alice.id]);
  assert.match((await apify(['info'])).output, /alice/);

  assert.match((await apify(['login', '--token', 'apify_api_nobody'])).output, /token is not valid/);
  assert.match((await apify(['info'])).output, /alice/, 'the login before is still good');
});

test('create makes a store, with a name or without, and not twice', async () => {
  const { stdout } = await kvs(['create', 'from-cli']);
  const { id } = await client.keyValueStore('alice/from-cli').get();
  assert.match(stdout, new RegExp(id));
  assert.match((await apify(['key-value-stores', 'create', 'from-cli'])).output, /Cannot create a key-value store with the same name/);

  const unnamed = JSON.parse((await kvs(['create', '--json'])).stdout);
  assert.equal((await client.keyValueStore(unnamed.id).get()).name ?? null, null);
});

test('ls lists the stores', async () => {
  await client.keyValueStores().getOrCreate('to-list');
  assert.match((await kvs(['ls'])).stdout, /alice\/to-list/);
  const page = JSON.parse((await kvs(['ls', '--json', '--desc', '--limit', '1', '--unnamed'])).stdout);
  assert.equal(page.items[0].name, 'to-list');
});

test('info tells of a store and its owner, by name and by id', async () => {
  const { id } = await client.keyValueStores().getOrCreate('to-tell');
  const { stdout } = await kvs(['info', 'to-tell']);
  assert.match(stdout, new RegExp(`alice/to-tell.*Owned by alice`));
  assert.match(stdout, new RegExp(`Store ID: ${id}`));
  const json = JSON.parse((await kvs(['info', id, '--json'])).stdout);
  assert.deepEqual([json.id, json.name, json.user.username], [id, 'to-tell', 'alice']);
});

test('info of a store that another user shares tells of the other', async () => {
  const theirs = connect(server, bob);
  const { id } = await theirs.keyValueStores().getOrCreate('of-bob');
  await theirs.keyValueStore(id).update({ generalAccess: 'ANYONE_WITH_ID_CAN_READ' });
  assert.match((await kvs(['info', id])).stdout, /Owned by bob/);
});

test('set-value and get-value take JSON, other content types and standard input', async () => {
  const { id } = await client.keyValueStores().getOrCreate('values');
  const store = client.keyValueStore(id);
  await kvs(['set-value', 'values', 'json', JSON.stringify({ text: nastyText })]);
  assert.deepEqual((await store.getRecord('json')).value, { text: nastyText });
  const { stdout, stderr } = await kvs(['get-value', 'values', 'json']);
  assert.deepEqual(JSON.parse(stdout), { text: nastyText });
  assert.match(stderr, /application\/json/);

  // The hyphen is needed: without it the CLI stores what is left of its standard input after having read it, nothing.
  const table = `a;b\n${nastyText}`.repeat(300);
  await kvs(['set-value', id, 'piped', '-', '--content-type', 'text/csv'], table);
  assert.deepEqual(await store.getRecord('piped'), { key: 'piped', value: table, contentType: 'text/csv' });
  assert.equal((await kvs(['get-value', id, 'piped'])).stdout, table);
  assert.equal((await kvs(['get-value', id, 'piped', '--only-content-type'])).stderr.trim(), 'text/csv');
});

test('keys lists the keys of a page', async () => {
  const { id } = await client.keyValueStores().getOrCreate('keys');
  for (const key of ['a', 'b', "it's.(c)", 'z']) await client.keyValueStore(id).setRecord({ key, value: 'x'.repeat(2048) });
  assert.match((await kvs(['keys', 'keys'])).stdout, /it's\.\(c\).*2 KB/);
  const page = JSON.parse((await kvs(['keys', id, '--json', '--limit', '2', '--exclusive-start-key', 'a'])).stdout);
  assert.deepEqual([page.items.map((item) => item.key), page.nextExclusiveStartKey], [['b', "it's.(c)"], "it's.(c)"]);
});

test('delete-value deletes a record', async () => {
  const { id } = await client.keyValueStores().getOrCreate('to-empty');
  await client.keyValueStore(id).setRecord({ key: 'gone', value: 'soon' });
  assert.match((await kvs(['delete-value', 'to-empty', 'gone', '--yes'])).stdout, /gone.*deleted/);
  assert.equal(await client.keyValueStore(id).recordExists('gone'), false);
});

test('rename gives another name, takes it away, and says when it is taken', async () => {
  const { id } = await client.keyValueStores().getOrCreate('old-name');
  await kvs(['rename', 'old-name', 'new-name']);
  assert.equal((await client.keyValueStore(id).get()).name, 'new-name');

  await client.keyValueStores().getOrCreate('their-name');
  assert.match((await apify(['key-value-stores', 'rename', 'new-name', 'their-name'])).output, /Failed to rename/);

  await kvs(['rename', 'new-name', '--unname']);
  assert.equal((await client.keyValueStore(id).get()).name ?? null, null);
});

test('rm deletes a store', async () => {
  const { id } = await client.keyValueStores().getOrCreate('to-remove');
  await kvs(['rm', 'to-remove', '--yes']);
  assert.equal(await client.keyValueStore(id).get(), undefined);
  assert.match((await apify(['key-value-stores', 'info', 'to-remove'])).output, /not found/);
});
