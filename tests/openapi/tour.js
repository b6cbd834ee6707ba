// What a tour goes with: a server, a proxy that holds each answer against the document, and what was seen so far.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { alice, startServer } from '../clients/server.js';
import { answerOf, errorTypesOf, readStrict } from './document.js';
import { startProxy } from './proxy.js';

// What HTTP itself says of any answer.
const ofHttp = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding'];

export const folder = await mkdtemp(path.join(tmpdir(), 'kvs-openapi-'));
export const document = await readStrict();
const file = path.join(folder, 'v1.json');
await writeFile(file, JSON.stringify(document));
export const seed = path.join(folder, 'storage');
await mkdir(path.join(seed, 'key_value_stores', 'seeded'), { recursive: true });
await writeFile(path.join(seed, 'key_value_stores', 'seeded', 'product-1.json'), '{}');
export const server = await startServer(['--rate-limit', 'off', '--max-record-size', '1000', '--seed', seed]);
const strict = await startProxy(file, server.url, true);
const lenient = await startProxy(file, server.url, false);
after(async () => {
  await Promise.all([strict.stop(), lenient.stop()]);
  await server.stop();
  await rm(folder, { recursive: true });
});

export const seen = new Set();
export const seenErrors = new Set();
export const seenHeaders = new Set();

/** Asks through the proxy; what is asked for wrongly must still be answered as documented. */
export async function ask(method, template, status, options = {}) {
  const { parameters = {}, query = '', headers = {}, body, token = alice.token, isWrong = status >= 400, proxy } = options;
  const target = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name])) + query;
  // Prism looks for JSON in the answer to a HEAD, which has no body: there is nothing in it to look at but the status and the headers.
  const { url } = method === 'HEAD' ? server : proxy ?? (isWrong ? lenient : strict);
  const answer = await send(url + target, method, { ...(token && { Authorization: `Bearer ${token}` }), ...headers }, body);
  assert.equal(answer.status, status, `${method} ${target}: ${answer.status} ${answer.text}`);
  assert.equal(answer.headers['sl-violations'], undefined);

  seen.add(`${method} ${template} ${status}`);
  const documentedAnswer = answerOf(document, method, template, status);
  assert.ok(documentedAnswer, `${method} ${template} does not say that it answers ${status}.`);
  const documented = Object.keys(documentedAnswer.headers).map((name) => name.toLowerCase());
  for (const name of Object.keys(answer.headers)) {
    seenHeaders.add(name);
    assert.ok(ofHttp.includes(name) || documented.includes(name), `${method} ${template} ${status} does not say that there is ${name}.`);
  }
  if (status < 400 || !answer.text.startsWith('{"error":')) return answer;
  const { type } = JSON.parse(answer.text).error;
  seenErrors.add(type);
  assert.ok(errorTypesOf(documentedAnswer).includes(type), `${method} ${template} ${status} does not say that there is ${type}.`);
  return answer;
}

// A body of which the first byte comes, and then nothing.
export const heldBack = Symbol('heldBack');

// fetch() decodes bodies, and refuses some headers. Each on a connection of its own: on a busy machine one that is kept may just be closed.
export function send(url, method, headers, body) {
  const length = typeof body === 'symbol' || body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, method, headers: { ...headers, ...length } }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    sent.on('error', reject);
    if (body === heldBack) sent.write(' ');
    else sent.end(body);
  });
}

/** A part of the tour at a server of its own, with these stores. */
export async function elsewhere(storage, tour) {
  const other = await startServer([], storage);
  const proxy = await startProxy(file, other.url, false);
  try {
    await tour(proxy, other.url);
  } finally {
    await proxy.stop();
    await other.stop();
  }
}

/** Says that a store is that of a run, so that the shortcuts in `places` lead to it. */
export const declareRun = (url, run, id) => send(`${url}/_emulator/runs/${run}`, 'PUT', {}, JSON.stringify(
  { defaultKeyValueStoreId: id, actorId: 'alice/actor', actorTaskId: 'task1' }));

export const json = (value) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });
export const stores = '/v2/key-value-stores';
export const places = [
  [`${stores}/{storeId}`, (id) => ({ storeId: id })],
  ['/v2/actor-runs/{runId}/key-value-store', () => ({ runId: 'run1' })],
  ['/v2/actors/{actorId}/runs/last/key-value-store', () => ({ actorId: 'alice~actor' })],
  ['/v2/acts/{actorId}/runs/last/key-value-store', () => ({ actorId: 'alice~actor' })],
  ['/v2/actor-tasks/{actorTaskId}/runs/last/key-value-store', () => ({ actorTaskId: 'task1' })],
];
