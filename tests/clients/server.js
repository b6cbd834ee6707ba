// Starts the built server for the tests of one file, with stores that are gone afterwards.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const built = '../../src/KvsRecords.Server/bin/Release/net10.0/kvs-records.dll';
const program = process.env.KVS_RECORDS ?? fileURLToPath(new URL(built, import.meta.url));
const usualSecondsToStart = 60; // It takes half a second on an idle machine.

/** Who may come, and Alice's store, which is shared with Bob. */
export const alice = { username: 'alice', id: 'AliceUser00000001', token: 'apify_api_alice' };
export const bob = { username: 'bob', id: 'BobUser0000000001', token: 'apify_api_bob' };
export const declared = { name: 'declared', id: 'Declared000000001' };

const config = {
  KvsRecords: {
    Users: [alice, bob].map(({ username, id, token }) => ({ Username: username, Id: id, Tokens: [token] })),
    Stores: [{ Name: declared.name, Id: declared.id, Owner: 'alice', SharedWith: ['bob'] }],
  },
};

/**
 * @param {string[]} [options] The options that are not the same in every test.
 * @param {string[]} [source] Where its stores are.
 * @param {number} [secondsToStart] More where there is much to load.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startServer(options = ['--rate-limit', 'off'], source = ['--ephemeral'], secondsToStart = usualSecondsToStart) {
  const folder = await mkdtemp(path.join(tmpdir(), 'kvs-clients-'));
  const configFile = path.join(folder, 'kvs-records.json');
  await writeFile(configFile, JSON.stringify(config));

  const [command, ...first] = program.endsWith('.dll') ? ['dotnet', program] : [program];
  const child = spawn(command, [...first, ...source, '--port', '0', '--config', configFile, ...options], {
    cwd: folder,
    env: withoutSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);

  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  let url;
  const ended = once(child, 'exit');
  try {
    url = await Promise.race([
      readyUrl(child.stdout),
      ended.then(([code]) => Promise.reject(new Error(`The server ended with ${code}.\n${log}`))),
      timeout(secondsToStart, () => new Error(`The server did not answer in ${secondsToStart} s.\n${log}`)),
    ]);
    return { url, stop };
  } catch (error) {
    kill();
    await rm(folder, { recursive: true });
    throw error;
  }

  async function stop() {
    const seen = await whatWasSeen(url);
    child.kill('SIGTERM');
    const [code, signal] = await ended;
    process.off('exit', kill);
    await rm(folder, { recursive: true });
    await capture(`${seen.requests}\n${log}`, seen.secrets);
    if (code !== 0) throw new Error(`The server ended with ${code ?? signal} when it was asked to.\n${log}`);
  }
}

// What the server tells of requests, and the secrets of its stores. A fault that a test has left is none of its business.
async function whatWasSeen(url) {
  if (!process.env.KVS_RECORDS_CAPTURED) return { requests: '', secrets: [] };
  await fetch(`${url}/_emulator/faults`, { method: 'DELETE' });
  const requests = await (await fetch(`${url}/_emulator/requests`)).text();
  const secrets = [alice.token, bob.token];
  for (const token of [alice.token, bob.token]) {
    for (const unnamed of [0, 1]) {
      const answer = await fetch(`${url}/v2/key-value-stores?unnamed=${unnamed}`, { headers: { Authorization: `Bearer ${token}` } });
      for (const store of (await answer.json()).data?.items ?? []) {
        secrets.push(store.urlSigningSecretKey, new URL(store.keysPublicUrl).searchParams.get('signature'));
      }
    }
  }
  return { requests, secrets };
}

// For the check of a whole run: what was said, and what may not be in it.
async function capture(said, secrets) {
  const folder = process.env.KVS_RECORDS_CAPTURED;
  if (!folder) return;
  const name = path.join(folder, `clients-${process.pid}-${Date.now()}`);
  await writeFile(`${name}.log`, said);
  await writeFile(`${name}.secrets`, secrets.filter(Boolean).map((secret) => `${secret}\n`).join(''));
}

// Nothing of the machine's shall change what the server does.
function withoutSettings(env) {
  const foreign = /^(KVSRECORDS_|APIFY_|CRAWLEE_|ACTOR_)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

async function readyUrl(output) {
  for await (const line of createInterface(output)) {
    const ready = /^KvsRecords listening on (http:\S+)/.exec(line);
    if (ready) {
      output.resume();
      return ready[1];
    }
  }
  return new Promise(() => {}); // It has ended, and that is reported with its log.
}

function timeout(seconds, error) {
  return new Promise((_, reject) => setTimeout(() => reject(error()), seconds * 1000).unref());
}
