// A server for tests: starts the program on a port of its own, and steers it under /_emulator.
'use strict';

const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const { explainLibc, findProgram } = require('./program.js');

const developmentToken = 'apify_api_dev';
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill()));

class KvsRecordsServer {
  #options;
  #child;
  #exited;

  constructor(options = {}) {
    this.#options = options;
  }

  /** Ends once it answers. The test runners' set-ups call it later than they make the server. */
  async start() {
    const child = spawn(findProgram(), flags(this.#options), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: variables(this.#options),
      windowsHide: true,
    });
    running.add(child);
    this.#child = child;
    this.#exited = new Promise((resolve) => child.once('exit', resolve)).then(() => running.delete(child));
    this.url = await ready(child, this.#options.log);
    this.token = firstToken(this.#options);
    this.env = {
      APIFY_API_BASE_URL: this.url,
      APIFY_API_PUBLIC_BASE_URL: this.url,
      APIFY_CLIENT_BASE_URL: this.url,
      ...(this.token && { APIFY_TOKEN: this.token }),
    };
    // A server that was not stopped must not keep its process from ending: it ends with it.
    for (const handle of [child, child.stdout, child.stderr]) handle.unref();
  }

  async reset() {
    await this.#call('POST', 'reset');
  }

  async requests(filter = {}) {
    return (await this.#call('GET', `requests?${new URLSearchParams(filter)}`)).items;
  }

  async setClock(time) {
    if (time === null || time === undefined) await this.#call('DELETE', 'clock');
    else await this.#call('PUT', 'clock', time instanceof Date || typeof time === 'string' ? { instant: new Date(time) } : time);
  }

  async setFaults(...rules) {
    await this.#call('PUT', 'faults', rules);
  }

  async stop() {
    if (!this.#child) return;
    this.#child.ref();
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  async #call(method, path, body) {
    const headers = body && { 'Content-Type': 'application/json' };
    const response = await fetch(`${this.url}/_emulator/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_emulator/${path} was answered with ${response.status}: ${text}`);
    return text && JSON.parse(text).data;
  }
}

// Test runners' sandboxes may lack the symbol.
if (Symbol.asyncDispose) {
  KvsRecordsServer.prototype[Symbol.asyncDispose] = KvsRecordsServer.prototype.stop;
}

module.exports = { KvsRecordsServer };

function flags({ seed = [], data, storage, config }) {
  return [
    ...(data === undefined && storage === undefined ? ['--ephemeral'] : []),
    ...(data === undefined ? [] : ['--data', data]),
    ...(storage === undefined ? [] : ['--storage', storage]),
    ...(config === undefined ? [] : ['--config', config]),
    ...[seed].flat().flatMap((path) => ['--seed', path]),
  ];
}

// Nothing of the machine's settings shall change a test; the defaults are those of a test, and 'env' has the last word.
function variables({ env }) {
  const foreign = /^(KVSRECORDS|APIFY|CRAWLEE|ACTOR)_/i;
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    KVSRECORDS_PORT: '0',
    KVSRECORDS_RATE_LIMIT: 'off',
    KVSRECORDS_SHUTDOWN_TIMEOUT: '0',
    ...(process.platform !== 'win32' && { KVSRECORDS_EXIT_WITH_PARENT: 'true' }),
    ...env,
  };
}

// Gives the address from the line that the program prints once it answers. All its lines are read: a full pipe would stop it.
function ready(child, log) {
  return new Promise((resolve, reject) => {
    let said = [];
    const hear = (line) => {
      said?.push(line);
      log?.(line);
      const match = /^KvsRecords listening on (\S+)/.exec(line);
      if (!match) return;
      said = undefined;
      resolve(match[1]);
    };
    const fail = (reason) => reject(new Error([`kvs-records does not start: ${reason}`, ...(said ?? []), explainLibc()].filter(Boolean).join('\n')));
    for (const output of [child.stdout, child.stderr]) createInterface(output).on('line', hear);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => said && fail(`it ended with ${code ?? signal}`));
  });
}

// Gives the token of the first user, as the server reads the configuration: with comments, trailing commas, and names in any case.
function firstToken({ config, env }) {
  const quoted = '"(?:\\\\.|[^"\\\\])*"';
  const without = (text, what) => text.replace(new RegExp(`(${quoted})|${what}`, 'g'), '$1');
  const get = (object, name) => Object.entries(object ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  const file = config ?? env?.KVSRECORDS_CONFIG;
  const json = file === undefined ? '{}' : without(without(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), '//.*|/\\*[^]*?\\*/'), ',(?=\\s*[}\\]])');
  const users = get(get(JSON.parse(json), 'kvsrecords'), 'users');
  return users?.length ? get(users[0], 'tokens')?.[0] : env?.APIFY_TOKEN ?? developmentToken;
}
