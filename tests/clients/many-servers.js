// node many-servers.js BIN: three servers on one PostgreSQL (its programs are in BIN) behind nginx, as docs/many-servers.md has them, and
// the official client, which lives its life at the balancer while each of them is killed and started again. No write that was answered
// may be lost.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApifyClient } from 'apify-client';
import { read } from './archive.js';
import { freePort } from './nginx.js';
import { run } from './run.js';

const bin = process.argv[2];
const root = fileURLToPath(new URL('../..', import.meta.url));
const program = path.join(root, 'src/KvsRecords.Server/bin/Release/net10.0/kvs-records.dll');
const work = await mkdtemp(path.join(tmpdir(), 'kvs-many-'));
const token = randomBytes(16).toString('hex');
const passwords = { kvs_owner: randomBytes(16).toString('hex'), kvs_server: randomBytes(16).toString('hex') };
const lanes = 8;
const secondsBetweenKills = 3;

/** A program that is killed and started again. Each is the leader of its processes, so that all of them are killed. */
class Part {
  constructor(name, command, isReady, options = {}) {
    Object.assign(this, { name, command, isReady, options, log: '' });
  }

  async start() {
    for (let tries = 0; ; tries++) {
      const [file, ...args] = this.command;
      this.child = spawn(file, args, { cwd: work, detached: true, stdio: ['ignore', 'pipe', 'pipe'], ...this.options });
      this.ended = once(this.child, 'exit');
      for (const output of [this.child.stdout, this.child.stderr]) output.on('data', (text) => (this.log += text));
      if (await this.#becomesReady()) return;
      await this.kill();
      // PostgreSQL refuses while something of the one before is still there.
      if (tries === 20) throw new Error(`${this.name} does not start:\n${this.log}`);
      await wait(500);
    }
  }

  async kill() {
    this.signal('SIGKILL');
    await this.ended;
  }

  signal(signal) {
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // It has ended.
    }
  }

  async #becomesReady() {
    for (let tries = 0; tries < 600 && this.child.exitCode === null && this.child.signalCode === null; tries++) {
      if (await this.isReady().catch(() => false)) return true;
      await wait(100);
    }
    return false;
  }
}

/** What a client does all day, in several lanes: each has keys of its own in a store of its own and in one for all. */
class Life {
  ends = false;
  puts = 0;
  deletes = 0;
  downloads = 0;
  brokenOff = 0;

  /** The records that were answered, by the ids of their stores. */
  written = new Map();

  #client = new ApifyClient({ baseUrl: balancer, token });

  async live() {
    const shared = await this.#client.keyValueStores().getOrCreate('shared');
    this.written.set(shared.id, new Map());
    await Promise.all(Array.from({ length: lanes }, async (_, lane) => {
      const { id } = await this.#client.keyValueStores().getOrCreate(`lane-${lane}`);
      this.written.set(id, new Map());
      for (let round = 0; !this.ends; round++) {
        await this.#write(id, lane, round);
        await this.#write(shared.id, lane, round);
        if (round % 20 === 0) await this.#download(id);
      }
    }));
  }

  // Keys come again after a while, and each third one goes.
  async #write(id, lane, round) {
    const store = this.#client.keyValueStore(id);
    const records = this.written.get(id);
    const key = `record-${lane}-${round % 50}`;
    const value = randomBytes(round % 10 === 0 ? 100_000 : 500);
    await store.setRecord({ key, value, contentType: 'application/octet-stream' });
    records.set(key, value);
    this.puts++;
    const seen = await store.getRecord(key, { buffer: true });
    assert.ok(seen.value.equals(value), `${key} is not what was written just before`);
    if (round % 3 === 0) {
      await store.deleteRecord(key);
      records.delete(key);
      this.deletes++;
      assert.equal(await store.recordExists(key), false);
    }
  }

  // As a client without an SDK does it: it begins anew where it breaks off. What it has in the end is whole.
  async #download(id) {
    const expected = [...this.written.get(id).keys()].sort();
    for (let tries = 0; ; tries++) {
      try {
        const answer = await fetch(`${balancer}/v2/key-value-stores/${id}/records`, { headers: { Authorization: `Bearer ${token}` } });
        assert.ok(answer.ok, `${answer.status}`);
        assert.deepEqual([...(await read(Buffer.from(await answer.arrayBuffer()))).keys()], expected);
        this.downloads++;
        this.brokenOff += tries > 0;
        return;
      } catch (error) {
        if (tries === 60) throw error;
        await wait(500);
      }
    }
  }
}

const isRoot = process.getuid() === 0;
const postgresUser = isRoot ? { uid: await idOf('-u'), gid: await idOf('-g') } : {};
const ports = await freePorts(5);
const [databasePort, balancerPort, ...serverPorts] = ports;
const database = (user) => `Host=127.0.0.1;Port=${databasePort};Database=kvs;Username=${user}`;
const balancer = `http://127.0.0.1:${balancerPort}`;
const postgres = await makePostgres();
const servers = serverPorts.map(serverAt);
const nginx = await makeNginx();
const parts = [...servers, postgres, nginx];
process.once('exit', () => parts.forEach((part) => part.child && part.signal('SIGKILL')));

try {
  await postgres.start();
  await makeDatabase();
  await Promise.all(servers.map((server) => server.start()));
  await assertSeededOnce();
  await nginx.start();

  const life = new Life();
  const living = life.live();
  for (const part of parts) {
    await wait(secondsBetweenKills * 1000);
    await part.kill();
    console.log(`${part.name} was killed.`);
    await wait(1000);
    await part.start();
  }
  await wait(secondsBetweenKills * 1000);
  life.ends = true;
  await living;

  const records = await assertNothingIsLost(life.written);
  const { code, output } = await kvsRecords('kvs_owner', 'verify');
  assert.equal(code, 0, output);
  console.log(`${life.puts} records were written, ${life.deletes} deleted, ${life.downloads} archives downloaded, ${life.brokenOff} of them not at once; `
    + `all ${records} that must be there are, and no other.`);
} finally {
  for (const part of parts) if (part.child) await part.kill();
  await rm(work, { recursive: true });
}

async function idOf(flag) {
  return Number((await run('id', [flag, 'postgres'])).stdout);
}

async function freePorts(count) {
  const found = new Set();
  while (found.size < count) found.add(await freePort());
  return [...found];
}

async function makePostgres() {
  const data = path.join(work, 'postgres');
  await chmod(work, 0o711);
  await mkdir(data);
  if (isRoot) await chown(data, postgresUser.uid, postgresUser.gid);
  const made = spawn(path.join(bin, 'initdb'), ['-D', data, '-U', 'admin', '--auth-local=trust', '--auth-host=scram-sha-256', '--no-sync', '-E', 'UTF8'],
    { cwd: data, stdio: ['ignore', 'ignore', 'inherit'], ...postgresUser });
  assert.equal((await once(made, 'exit'))[0], 0, 'initdb failed.');
  return new Part('PostgreSQL', [path.join(bin, 'postgres'), '-D', data, '-p', databasePort, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`],
    async () => (await psql('postgres', 'select 1')).code === 0, { cwd: data, ...postgresUser });
}

function psql(name, sql) {
  return run(path.join(bin, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', path.join(work, 'postgres'), '-p', databasePort, '-U', 'admin', name], {}, work, sql);
}

// The statements of the documentation, but for the passwords.
async function makeDatabase() {
  const page = await readFile(path.join(root, 'docs/many-servers.md'), 'utf8');
  const [, sql] = /<!-- rights -->\n\n```sql\n([^]*?)```/.exec(page);
  const made = await psql('postgres', sql.replace('a-password-of-your-own', passwords.kvs_owner).replace('another-one', passwords.kvs_server));
  assert.equal(made.code, 0, made.output);
  const migrated = await kvsRecords('kvs_owner', 'migrate');
  assert.equal(migrated.code, 0, migrated.output);
  console.log(migrated.stdout.trim());
}

function kvsRecords(user, ...command) {
  return run('dotnet', [program, ...command], { ...environment(user), HOME: work }, work);
}

function environment(user) {
  return { KVSRECORDS_DATABASE: database(user), PGPASSWORD: passwords[user], APIFY_TOKEN: token };
}

function serverAt(port, index) {
  const command = ['dotnet', program, '--port', port, '--no-migrate', '--rate-limit', 'off', '--seed', path.join(root, 'docs/sample/storage')];
  return new Part(`kvs-${index + 1}`, command, () => isOk(`http://127.0.0.1:${port}/_emulator/health`),
    { env: { PATH: process.env.PATH, HOME: work, ...environment('kvs_server') } });
}

// That of the documentation, on the ports of this run.
async function makeNginx() {
  let text = await readFile(path.join(root, 'docs/many-servers/nginx.conf'), 'utf8');
  serverPorts.forEach((port, index) => (text = text.replace(`kvs-${index + 1}:8011`, `127.0.0.1:${port}`)));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ');
  text = text.replace('listen 8011', `listen 127.0.0.1:${balancerPort}`).replace('http {', `http {\n  ${temporary}`);
  const file = path.join(work, 'nginx.conf');
  await writeFile(file, `${isRoot ? 'user root;' : ''}\ndaemon off;\npid nginx.pid;\n${text}`);
  return new Part('nginx', [isRoot ? '/usr/sbin/nginx' : 'nginx', '-p', work, '-c', file, '-e', 'stderr'], () => isOk(`${balancer}/_emulator/health`));
}

async function isOk(url) {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
}

async function assertSeededOnce() {
  const seen = await Promise.all(serverPorts.map(async (port) => {
    const client = new ApifyClient({ baseUrl: `http://127.0.0.1:${port}`, token });
    return (await client.keyValueStores().list()).items.map((store) => [store.id, store.createdAt]);
  }));
  assert.ok(seen[0].length > 0);
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  const loaded = servers.filter((server) => server.log.includes('Loaded the store')).length;
  assert.equal(loaded, 1, servers.map((server) => server.log).join('\n'));
}

async function assertNothingIsLost(written) {
  let records = 0;
  for (const [id, expected] of written) {
    const archives = await Promise.all(serverPorts.map(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/key-value-stores/${id}/records`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 200);
      return { tag: answer.headers.get('etag'), bytes: Buffer.from(await answer.arrayBuffer()) };
    }));
    for (const other of archives.slice(1)) {
      assert.equal(other.tag, archives[0].tag);
      assert.ok(other.bytes.equals(archives[0].bytes));
    }
    const files = await read(archives[0].bytes);
    assert.deepEqual([...files.keys()], [...expected.keys()].sort());
    for (const [key, value] of expected) assert.ok(files.get(key).equals(value), `${key} is another`);
    records += expected.size;
  }
  return records;
}
