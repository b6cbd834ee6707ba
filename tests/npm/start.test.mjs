// startKvsRecords, in a project that has installed the package.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { ApifyClient } from 'apify-client';
import { startKvsRecords } from 'kvs-records';
import { programsWith, until } from './processes.mjs';

const sample = path.resolve('sample');
const temporary = mkdtempSync(path.join(tmpdir(), 'kvs-records start '));
after(() => rmSync(temporary, { recursive: true }));

/** Starts a server that is stopped after the test. */
async function start(t, options) {
  const server = await startKvsRecords(options);
  t.after(() => server.stop());
  return server;
}

const connect = (server) => new ApifyClient({ baseUrl: server.url, token: server.token, maxRetries: 0 });

test('it has an address, the token of the only user, and variables for the tools', async (t) => {
  const server = await start(t);
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(server.token, 'apify_api_dev');
  assert.deepEqual(server.env, {
    APIFY_API_BASE_URL: server.url,
    APIFY_API_PUBLIC_BASE_URL: server.url,
    APIFY_CLIENT_BASE_URL: server.url,
    APIFY_TOKEN: 'apify_api_dev',
  });
  assert.equal((await connect(server).user('me').get()).username, 'dev');
});

test('the first user of a configuration file is the one of the token', async (t) => {
  const config = path.join(temporary, 'kvs-records.json');
  writeFileSync(config, `\uFEFF{ // a comment, and "a quote
    "kvsRecords": { /* "Users": [], */ "Users": [ { "Username": "alice", "Tokens": ["a//,]\\"}", ], }, ], }, }`);
  const server = await start(t, { config });
  assert.equal(server.token, 'a//,]"}');
  assert.equal((await connect(server).user('me').get()).username, 'alice');
});

test('a reset goes back to the seed', async (t) => {
  const server = await start(t, { seed: path.join(sample, 'storage') });
  const client = connect(server);
  const store = await client.keyValueStores().getOrCreate('shop');
  await client.keyValueStore(store.id).setRecord({ key: 'new', value: 'text' });
  await server.reset();
  assert.equal(await client.keyValueStore(store.id).getRecord('new'), undefined);
  assert.equal((await client.keyValueStores().list()).items.some(({ name }) => name === 'shop'), true);
});

test('requests are listed and filtered', async (t) => {
  const server = await start(t);
  await connect(server).keyValueStores().getOrCreate('shop');
  await connect(server).keyValueStores().list();
  assert.deepEqual((await server.requests()).map(({ operation }) => operation), ['createStore', 'listStores']);
  assert.deepEqual((await server.requests({ operation: 'createStore' })).map(({ status }) => status), [201]);
});

test('the clock stands still, passes with an offset, and is real again', async (t) => {
  const server = await start(t);
  const create = async (name) => (await connect(server).keyValueStores().getOrCreate(name)).createdAt;
  await server.setClock(new Date('2100-01-01T00:00:00Z'));
  assert.deepEqual(await create('a'), new Date('2100-01-01T00:00:00Z'));
  await server.setClock('2100-01-02T00:00:00Z');
  assert.deepEqual(await create('b'), new Date('2100-01-02T00:00:00Z'));
  await server.setClock({ offsetSecs: -86_400 });
  assert.ok(Math.abs(await create('c') - Date.now() + 86_400_000) < 60_000);
  await server.setClock(null);
  assert.ok(Math.abs(await create('d') - Date.now()) < 60_000);
  await assert.rejects(server.setClock('soon'), /400/);
});

test('faults go wrong as they are set', async (t) => {
  const server = await start(t);
  await server.setFaults({ operation: 'listStores', status: 503 });
  await assert.rejects(connect(server).keyValueStores().list(), { statusCode: 503 });
  await server.setFaults();
  await connect(server).keyValueStores().list();
  await assert.rejects(server.setFaults({ effect: 'none' }), /400.*effect/);
});

test('a folder is served as it is, and stores are kept where that is asked for', async (t) => {
  const live = await start(t, { storage: path.join(sample, 'storage') });
  await assert.rejects(live.reset(), /reset was answered with 403/);

  const data = path.join(temporary, 'data');
  const first = await startKvsRecords({ data });
  const { id } = await connect(first).keyValueStores().getOrCreate('kept');
  await first.stop();
  const second = await start(t, { data });
  assert.equal((await connect(second).keyValueStore(id).get()).name, 'kept');
});

test('other settings come from env, and none from the environment', async (t) => {
  process.env.KVSRECORDS_STORAGE = '/nowhere';
  process.env.APIFY_TOKEN = 'of-the-machine';
  t.after(() => {
    delete process.env.KVSRECORDS_STORAGE;
    delete process.env.APIFY_TOKEN;
  });
  assert.equal((await start(t)).token, 'apify_api_dev');
  const lines = [];
  const server = await start(t, { env: { APIFY_TOKEN: 'of-the-test', KVSRECORDS_RATE_LIMIT: '1' }, log: (line) => lines.push(line) });
  assert.equal((await connect(server).user('me').get()).username, 'dev');
  const ask = () => fetch(`${server.url}/v2/key-value-stores/none`, { headers: { Authorization: `Bearer ${server.token}` } });
  const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await ask()).status));
  assert.ok(statuses.includes(429), `${statuses}`);
  await until(() => lines.some((line) => line.includes('429')), 'the log says so');
});

test('what the program says is in the error when it does not start', async () => {
  const missing = path.join(temporary, 'none.zip');
  await assert.rejects(startKvsRecords({ seed: missing }), (error) => error.message.includes('does not start') && error.message.includes(missing));
  await assert.rejects(startKvsRecords({ data: 'a', storage: 'b' }), /--data.*--storage|--storage.*--data/s);
  process.env.KVS_RECORDS_BINARY = path.join(temporary, 'no-program');
  await assert.rejects(startKvsRecords(), /ENOENT/);
  delete process.env.KVS_RECORDS_BINARY;
});

test('several servers share nothing; stop may be called twice, and removes the folder', async () => {
  const [a, b] = await Promise.all([startKvsRecords(), startKvsRecords()]);
  await connect(a).keyValueStores().getOrCreate('shop');
  assert.equal((await connect(b).keyValueStores().list()).total, 0);
  await a.stop();
  await a.stop();
  await assert.rejects(fetch(a.url));
  await b[Symbol.asyncDispose]();
  await assert.rejects(fetch(b.url));
});

test('CommonJS has the same', async (t) => {
  const required = createRequire(import.meta.url)('kvs-records');
  assert.equal(required.startKvsRecords, startKvsRecords);
});

const child = (script, mark) => {
  const [name, value] = mark.split('=');
  const code = `import { startKvsRecords } from 'kvs-records'; const server = await startKvsRecords({ env: { ${name}: '${value}' } }); console.log(server.url); ${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
};

test('a process that forgets to stop it ends all the same, and the server with it', async () => {
  const mark = `KVS_RECORDS_TEST=${randomUUID()}`;
  const process = child('', mark);
  assert.deepEqual(await once(process, 'exit'), [0, null]);
  await until(() => programsWith(mark).length === 0, 'the server has ended');
});

test('the server ends when the process is killed', async () => {
  const mark = `KVS_RECORDS_TEST=${randomUUID()}`;
  const process = child('setInterval(() => {}, 1000);', mark);
  await once(process.stdout, 'data');
  assert.equal(programsWith(mark).length, 1);
  process.kill('SIGKILL');
  await until(() => programsWith(mark).length === 0, 'the server has ended');
});
