// A tour of every operation, with every answer that can be had, through a proxy that holds each against the document.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { alice, bob, startServer } from '../clients/server.js';
import { answerOf, answersIn, errorTypesIn, readStrict } from './document.js';
import { startProxy } from './proxy.js';

// What HTTP itself says of any answer.
const ofHttp = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server', 'transfer-encoding'];

const folder = await mkdtemp(path.join(tmpdir(), 'kvs-openapi-'));
const document = await readStrict();
const file = path.join(folder, 'v1.json');
await writeFile(file, JSON.stringify(document));
const server = await startServer(['--rate-limit', 'off', '--max-record-size', '1000']);
const strict = await startProxy(file, server.url, true);
const lenient = await startProxy(file, server.url, false);
after(async () => {
  await Promise.all([strict.stop(), lenient.stop()]);
  await server.stop();
  await rm(folder, { recursive: true });
});

const seen = new Set();
const seenErrors = new Set();

/** Asks through the proxy; what is asked for wrongly must still be answered as documented. */
async function ask(method, template, status, options = {}) {
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
    assert.ok(ofHttp.includes(name) || documented.includes(name), `${method} ${template} ${status} does not say that there is ${name}.`);
  }
  if (status < 400 || !answer.text.startsWith('{"error":')) return answer;
  seenErrors.add(JSON.parse(answer.text).error.type);
  return answer;
}

// fetch() decodes bodies, and refuses some headers.
function send(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) } }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    sent.on('error', reject).end(body);
  });
}

const json = (value) => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });
const schema = {
  actorKeyValueStoreSchemaVersion: 1,
  title: 'Tour',
  collections: {
    products: {
      title: 'Products', keyPrefix: 'product-', contentTypes: ['application/json'], jsonSchema: { type: 'object', required: ['price'] },
    },
  },
};
const stores = '/v2/key-value-stores';
const places = [
  [`${stores}/{storeId}`, (id) => ({ storeId: id })],
  ['/v2/actor-runs/{runId}/key-value-store', () => ({ runId: 'run1' })],
  ['/v2/actors/{actorId}/runs/last/key-value-store', () => ({ actorId: 'alice~actor' })],
  ['/v2/acts/{actorId}/runs/last/key-value-store', () => ({ actorId: 'alice~actor' })],
  ['/v2/actor-tasks/{actorTaskId}/runs/last/key-value-store', () => ({ actorTaskId: 'task1' })],
];

test('the stores of a user', async () => {
  await ask('POST', stores, 201, { query: '?name=listed', ...json({ schema }) });
  await ask('POST', stores, 200, { query: '?name=listed' });
  await ask('POST', stores, 201);
  await ask('GET', stores, 200, { query: '?unnamed=1&desc=1&limit=10&offset=0&ownership=ownedByMe' });
  await ask('GET', stores, 200, { token: null, query: `?token=${alice.token}` });
  await ask('GET', stores, 200, { headers: { Origin: 'http://localhost:3000' } });
  await ask('OPTIONS', stores, 204);
  await ask('GET', stores, 400, { query: '?limit=x' });
  await ask('GET', stores, 401, { token: null });
  await ask('GET', stores, 405, { query: '?method=PUT' });
  await ask('POST', stores, 400, { query: '?name=-' });
  await ask('POST', stores, 401, { token: 'nobody' });
  await ask('POST', stores, 403, { headers: { Origin: 'http://example.com' } });
  await ask('POST', stores, 415, { headers: { 'Content-Encoding': 'zstd' }, body: '{}' });
  await ask('POST', stores, 405, { query: '?method=DELETE' });
});

for (const [place, parametersOf] of places) {
  test(`a store at ${place}`, async () => {
    const name = `tour-${places.findIndex(([other]) => other === place)}`;
    const { id } = JSON.parse((await ask('POST', stores, 201, { query: `?name=${name}`, ...json({ schema }) })).text).data;
    await send(`${server.url}/_emulator/runs/run1`, 'PUT', {}, JSON.stringify(
      { defaultKeyValueStoreId: id, actorId: 'alice/actor', actorTaskId: 'task1' }));
    const parameters = parametersOf(id);
    const unknown = Object.fromEntries(Object.keys(parameters).map((one) => [one, 'n0where0000000000']));
    const record = `${place}/records/{key}`;
    const product = { ...parameters, key: 'product-1' };
    const page = { ...parameters, key: 'page' };

    await ask('PUT', record, 201, { parameters: product, ...json({ price: 1 }) });
    await ask('POST', record, 201, { parameters: page, headers: { 'Content-Type': 'text/html' }, body: '<p>' });
    await ask('PUT', record, 400, { parameters: product, ...json({}) });
    await ask('PUT', record, 400, { parameters: { ...parameters, key: 'a b' }, body: 'x' });
    await ask('PUT', record, 401, { parameters: product, token: null, body: 'x' });
    await ask('PUT', record, 403, { parameters: product, token: bob.token, body: 'x' });
    await ask('PUT', record, 404, { parameters: { ...unknown, key: 'x' }, body: 'x' });
    await ask('PUT', record, 413, { parameters: { ...parameters, key: 'long' }, body: 'x'.repeat(1001) });
    await ask('PUT', record, 415, { parameters: { ...parameters, key: 'x' }, headers: { 'Content-Encoding': 'zstd' }, body: 'x' });
    await ask('POST', record, 400, { parameters: { ...parameters, key: 'x' }, headers: { 'Content-Encoding': 'gzip' }, body: 'x' });

    // Of records, one that is no JSON: Prism cannot read a part of that.
    for (const [template, values] of [[record, page], [`${place}/records`, parameters]]) {
      for (const method of ['GET', 'HEAD']) {
        const { headers } = await ask(method, template, 200, { parameters: values });
        await ask(method, template, 206, { parameters: values, headers: { Range: 'bytes=0-0', 'If-Range': headers.etag } });
        await ask(method, template, 304, { parameters: values, headers: { 'If-None-Match': headers.etag } });
        await ask(method, template, 412, { parameters: values, headers: { 'If-Match': '"other"' } });
        await ask(method, template, 416, { parameters: values, headers: { Range: 'bytes=999999-' } });
        await ask(method, template, 400, { parameters: values, query: '?signature=1&signature=2' });
        await ask(method, template, 401, { parameters: values, token: null });
        await ask(method, template, 403, { parameters: values, token: bob.token });
        await ask(method, template, 404, { parameters: { ...values, ...unknown } });
      }
      await ask('OPTIONS', template, 204, { parameters: values });
    }
    await ask('GET', record, 200, { parameters: page, query: '?attachment=1' });
    await ask('GET', record, 404, { parameters: { ...parameters, key: 'no-such' } });
    await ask('GET', `${place}/records`, 200, { parameters, query: '?prefix=product-&collection=products' });
    await ask('GET', `${place}/records`, 400, { parameters, query: '?collection=others' });
    await ask('GET', `${place}/records`, 405, { parameters, query: '?method=PUT' });

    await ask('GET', `${place}/keys`, 200, { parameters, query: '?limit=1&prefix=p' });
    await ask('GET', `${place}/keys`, 200, { parameters, query: '?exclusiveStartKey=page&collection=products' });
    await ask('GET', `${place}/keys`, 400, { parameters, query: '?limit=x' });
    await ask('GET', `${place}/keys`, 401, { parameters, token: null });
    await ask('GET', `${place}/keys`, 403, { parameters, token: bob.token });
    await ask('GET', `${place}/keys`, 404, { parameters: unknown });
    await ask('OPTIONS', `${place}/keys`, 204, { parameters });

    await ask('DELETE', record, 204, { parameters: product });
    await ask('DELETE', record, 401, { parameters: product, token: null });
    await ask('DELETE', record, 403, { parameters: product, token: bob.token });
    await ask('DELETE', record, 404, { parameters: { ...unknown, key: 'x' } });

    await ask('GET', place, 200, { parameters });
    await ask('GET', place, 401, { parameters, token: null });
    await ask('GET', place, 404, { parameters: unknown });
    await ask('PUT', place, 200, { parameters, ...json({ title: 'Tour', generalAccess: 'ANYONE_WITH_ID_CAN_READ' }) });
    await ask('GET', place, 200, { parameters, token: null });
    await ask('PUT', place, 400, { parameters, ...json({ generalAccess: 'x' }) });
    await ask('PUT', place, 409, { parameters, ...json({ name: 'listed' }) });
    await ask('PUT', place, 403, { parameters, token: bob.token, ...json({ title: 'x' }) });
    await ask('OPTIONS', place, 204, { parameters });
    await ask('DELETE', place, 403, { parameters, token: bob.token });
    await ask('DELETE', place, 204, { parameters });
    await ask('DELETE', place, 404, { parameters: unknown });
  });
}

test('users', async () => {
  await ask('GET', '/v2/users/me', 200);
  await ask('GET', '/v2/users/me', 401, { token: null });
  await ask('OPTIONS', '/v2/users/me', 204);
  await ask('GET', '/v2/users/{userId}', 200, { parameters: { userId: 'bob' } });
  await ask('GET', '/v2/users/{userId}', 404, { parameters: { userId: 'nobody' } });
  await ask('OPTIONS', '/v2/users/{userId}', 204, { parameters: { userId: 'bob' } });
});

test('runs, health and the document', async () => {
  const run = '/_emulator/runs/{runId}';
  const parameters = { runId: 'run2' };
  await ask('PUT', run, 201, { parameters, ...json({ actorId: 'alice/actor', startedAt: '2026-01-31T12:00:00.000Z' }) });
  await ask('PUT', run, 200, { parameters });
  await ask('PUT', run, 400, { parameters, ...json({ other: 1 }) });
  await ask('PUT', run, 403, { parameters, headers: { Origin: 'http://example.com' } });
  await ask('GET', run, 200, { parameters });
  await ask('DELETE', run, 204, { parameters });
  await ask('DELETE', run, 404, { parameters });
  await ask('GET', run, 404, { parameters });
  await ask('OPTIONS', run, 204, { parameters });
  for (const [template, methods] of [['/_emulator/health', ['GET', 'HEAD']], ['/openapi/v1.json', ['GET', 'HEAD']]]) {
    for (const method of methods) await ask(method, template, 200, { token: null });
    await ask('OPTIONS', template, 204);
    await ask('GET', template, 405, { query: '?method=PUT' });
  }
});

test('what asks too often is refused as documented', async () => {
  const limited = await startServer([]);
  const proxy = await startProxy(file, limited.url, true);
  try {
    await ask('GET', stores, 200, { proxy });
    const tooOften = () => Promise.all(
      Array.from({ length: 100 }, () => send(limited.url + stores, 'GET', { Authorization: `Bearer ${alice.token}` })));
    for (let tries = 1; ; tries++) {
      await tooOften();
      try {
        await ask('GET', stores, 429, { proxy });
        break;
      } catch (error) {
        if (tries === 20) throw error; // On a busy machine a second may have passed since.
      }
    }
  } finally {
    await proxy.stop();
    await limited.stop();
  }
});

test('nothing in the document is left out of the tour but what takes a fault', () => {
  const expected = answersIn(document).filter((answer) => / [23]\d\d$/.test(answer));
  assert.deepEqual(expected.filter((answer) => !seen.has(answer)), []);
  assert.deepEqual([...new Set(errorTypesIn(document))].filter((type) => !seenErrors.has(type)), ['internal-error']);
});
