// The command 'kvs-records', in a project that has installed the package.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { programsWith, until } from './processes.mjs';

const installed = path.resolve('node_modules/kvs-records');
const bin = path.join(installed, 'bin.js');
const program = path.resolve(`node_modules/@kvs-records/${process.platform}-${process.arch}/bin/kvs-records`);
const temporary = mkdtempSync(path.join(tmpdir(), 'kvs-records cli '));
after(() => rmSync(temporary, { recursive: true }));

const run = (command, args, options) => spawnSync(command, args, { encoding: 'utf8', ...options });

/** Starts a server, and waits until it answers. */
async function serve(command, args, env = {}) {
  const mark = `KVS_RECORDS_TEST=${randomUUID()}`;
  const [name, value] = mark.split('=');
  const child = spawn(command, [...args, '--ephemeral', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env, [name]: value } });
  for await (const line of createInterface(child.stdout)) {
    const match = /^KvsRecords listening on (\S+)/.exec(line);
    if (match) return { child, url: match[1], running: () => programsWith(mark) };
  }
  throw new Error('It does not start.');
}

const gone = (server) => until(() => server.running().length === 0, 'the program has ended');

test('every argument reaches the program, and its exit code comes back', () => {
  const direct = run(program, ['--version']);
  const wrapped = run('npx', ['kvs-records', '--version']);
  assert.equal(wrapped.stdout, direct.stdout);
  assert.equal(wrapped.status, 0);

  const refused = run('npx', ['kvs-records', '--port', 'a b']);
  assert.notEqual(refused.status, 0);
  assert.equal(refused.status, run(program, ['--port', 'a b']).status);
  assert.match(refused.stderr, /a b/);
});

test('commands that are no server have theirs', async () => {
  const server = await serve(process.execPath, [bin]);
  assert.equal(run(process.execPath, [bin, 'health', '--url', server.url]).status, 0);
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  assert.notEqual(run(process.execPath, [bin, 'health', '--url', server.url]).status, 0);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} ends the program and the command, with the exit code of the program`, async () => {
    const server = await serve(process.execPath, [bin]);
    server.child.kill(signal);
    assert.deepEqual(await once(server.child, 'exit'), [0, null]);
    assert.deepEqual(server.running(), []);
  });
}

test('a signal that ends the program ends the command', async () => {
  const server = await serve(process.execPath, [bin]);
  const [pid] = server.running();
  process.kill(pid, 'SIGKILL');
  assert.deepEqual(await once(server.child, 'exit'), [null, 'SIGKILL']);
});

test('the program ends when the command is killed', async () => {
  const server = await serve(process.execPath, [bin]);
  server.child.kill('SIGKILL');
  await gone(server);
});

test('the program ends when npx is stopped, and when it is killed', async () => {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    const server = await serve('npx', ['kvs-records']);
    assert.equal(server.running().length, 1);
    server.child.kill(signal);
    await gone(server);
  }
});

test('with --exit-with-parent it is the parent of the command that counts', async () => {
  const script = `const { spawn } = require('node:child_process');
    spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' });`;
  const env = { npm_execpath: undefined };
  const server = await serve(process.execPath, ['-e', script, bin, '--exit-with-parent'], env);
  server.child.kill('SIGKILL');
  await gone(server);
});

// Other machines are stood in for by what Node says of them.
const preload = path.join(temporary, 'machine.cjs');
writeFileSync(preload, `
  const { platform, arch, glibc } = JSON.parse(process.env.MACHINE);
  if (platform) Object.defineProperty(process, 'platform', { value: platform });
  if (arch) Object.defineProperty(process, 'arch', { value: arch });
  if (glibc !== undefined) process.report.getReport = () => ({ header: glibc ? { glibcVersionRuntime: glibc } : {} });`);
const on = (machine, script, args = [], env = {}) =>
  run(process.execPath, ['-r', preload, script, ...args], { env: { ...process.env, ...env, MACHINE: JSON.stringify(machine) } });

test('a platform without a program is named, with the others and the other ways', () => {
  const { status, stderr } = on({ platform: 'freebsd', arch: 'riscv64' }, bin);
  assert.equal(status, 1);
  for (const part of ['no program for freebsd-riscv64', '@kvs-records/linux-x64', 'KVS_RECORDS_BINARY', 'container', '.NET tool']) {
    assert.ok(stderr.includes(part), stderr);
  }
});

test('a package that was not installed is named, with the usual causes', () => {
  const lonely = path.join(temporary, 'lonely/node_modules/kvs-records');
  cpSync(installed, lonely, { recursive: true });
  const { status, stderr } = on({}, path.join(lonely, 'bin.js'));
  assert.equal(status, 1);
  for (const part of [`@kvs-records/${process.platform}-${process.arch} is not installed`, '--omit=optional', 'another platform', 'KVS_RECORDS_BINARY']) {
    assert.ok(stderr.includes(part), stderr);
  }
  assert.match(on({ glibc: null }, path.join(lonely, 'bin.js')).stderr, /needs glibc 2\.34 .* another C library, such as musl/);
  assert.equal(on({}, path.join(lonely, 'bin.js'), ['--version'], { KVS_RECORDS_BINARY: program }).status, 0);
});

test('a C library that is too old is said after the failure, and only then', () => {
  const broken = path.join(temporary, 'broken');
  writeFileSync(broken, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const env = { KVS_RECORDS_BINARY: broken };
  assert.match(on({ glibc: '2.31' }, bin, [], env).stderr, /needs glibc 2\.34 or later .* glibc 2\.31/);
  assert.equal(on({ glibc: '2.34' }, bin, [], env).stderr, '');
  assert.equal(on({ glibc: '2.31' }, bin, ['--version']).stderr, '');
  assert.match(on({}, bin, [], { KVS_RECORDS_BINARY: path.join(temporary, 'none') }).stderr, /none does not start: .*ENOENT/);
});

test('on Windows it is an .exe, in a folder with spaces, without a setting that is refused there', () => {
  const modules = path.join(temporary, 'Program Files/node_modules');
  const exe = path.join(modules, '@kvs-records/win32-x64/bin/kvs-records.exe');
  cpSync(installed, path.join(modules, 'kvs-records'), { recursive: true });
  mkdirSync(path.dirname(exe), { recursive: true });
  writeFileSync(exe, '#!/bin/sh\necho "$@" "[$KVSRECORDS_EXIT_WITH_PARENT]"\nexit 7\n', { mode: 0o755 });
  const { status, stdout } = on({ platform: 'win32' }, path.join(modules, 'kvs-records/bin.js'), ['--storage', 'C:\\my files']);
  assert.equal(stdout, '--storage C:\\my files []\n');
  assert.equal(status, 7);
});

test('a link to the command works', () => {
  const link = path.join(temporary, 'linked');
  symlinkSync(bin, link);
  assert.equal(run(link, ['--version']).status, 0);
});
