// A tour of every operation, with every answer that can be had, through a proxy that holds each against the document.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
const seed = path.join(folder, 'storage');
await mkdir(path.join(seed, 'key_value_stores', 'seeded'), { recursive: true });
await writeFile(path.join(seed, 'key_value_stores', 'seeded', 'product-1.json'), '{}');
const server = await startServer(['--rate-limit', 'off', '--max-record-size', '1000', '--seed', seed]);
const strict = await startProxy(file, server.url, true);
const lenient = await startProxy(file, server.url, false);
after(async () => {
  await Promise.all([strict.stop(), lenient.stop()]);
  await server.stop();
  await rm(folder, { recursive: true });
});

const seen = new Set();
const seenErrors = new Set();
const seenHeaders = new Set();

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
    seenHeaders.add(name);
    assert.ok(ofHttp.includes(name) || documented.includes(name), `${method} ${template} ${status} does not say that there is ${name}.`);
  }
  if (status < 400 || !answer.text.startsWith('{"error":')) return answer;
  seenErrors.add(JSON.parse(answer.text).error.type);
  return answer;
}

// fetch() decodes bodies, and refuses some headers. Each on a connection of its own: on a busy machine one that is kept may just be closed.
function send(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, method, headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) } }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    sent.on('error', reject).end(body);
  });
}

/** A part of the tour at a server of its own, with these stores. */
async function elsewhere(storage, tour) {
  const other = await startServer([], storage);
  const proxy = await startProxy(file, other.url, false);
  try {
    await tour(proxy, other.url);
  } finally {
    await proxy.stop();
    await other.stop();
  }
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

test('the document', async () => {
  const template = '/openapi/v1.json';
  await ask('GET', template, 200, { token: null });
  await ask('HEAD', template, 200, { token: null });
  await ask('OPTIONS', template, 204);
  await ask('GET', template, 405, { query: '?method=PUT' });
});

const emulator = {
  '/_emulator/health': ['GET', 'HEAD'],
  '/_emulator/reset': ['POST'],
  '/_emulator/requests': ['GET', 'DELETE'],
  '/_emulator/stores': ['GET'],
  '/_emulator/runs/{runId}': ['GET', 'PUT', 'DELETE'],
  '/_emulator/clock': ['GET', 'PUT', 'DELETE'],
  '/_emulator/faults': ['GET', 'PUT', 'DELETE'],
};

for (const [template, methods] of Object.entries(emulator)) {
  test(`what every request meets at ${template}`, async () => {
    const parameters = { runId: 'run2' };
    await ask('OPTIONS', template, 204, { parameters, token: null });
    for (const method of [...methods, 'OPTIONS']) {
      await ask(method, template, 403, { parameters, headers: { Origin: 'http://localhost:3000' } });
      await ask(method, template, 403, { parameters, headers: { 'Sec-Fetch-Site': 'cross-site' } });
    }
    if (!methods.includes('PUT')) return;
    await ask('PUT', template, 400, { parameters, body: '{' });
    await ask('PUT', template, 400, { parameters, ...json([{ other: 1 }]) });
    await ask('PUT', template, 413, { parameters, body: ' '.repeat(9_437_185) });
    await ask('PUT', template, 415, { parameters, headers: { 'Content-Encoding': 'zstd' }, body: '{}' });
  });
}

test('health and runs', async () => {
  await ask('GET', '/_emulator/health', 200, { token: null });
  await ask('HEAD', '/_emulator/health', 200, { token: null });
  const run = '/_emulator/runs/{runId}';
  const parameters = { runId: 'run2' };
  await ask('PUT', run, 201, { parameters, ...json({ actorId: 'alice/actor', startedAt: '2026-01-31T12:00:00.000Z' }) });
  await ask('PUT', run, 200, { parameters });
  await ask('GET', run, 200, { parameters });
  await ask('DELETE', run, 204, { parameters });
  await ask('DELETE', run, 404, { parameters });
  await ask('GET', run, 404, { parameters });
});

test('requests and stores', async () => {
  const requests = '/_emulator/requests';
  const query = '?method=POST&operation=createStore&status=201&since=2020-01-01T00:00:00.000Z';
  const all = JSON.parse((await ask('GET', requests, 200)).text).data;
  const some = JSON.parse((await ask('GET', requests, 200, { query })).text).data;
  assert.ok(all.count > some.count && some.count > 0);
  await ask('GET', requests, 200, { query: '?store=alice~tour-0&key=product-1' });
  for (const wrong of ['other=1', 'operation=x', 'status=600', 'since=yesterday', 'key=1&key=2']) {
    await ask('GET', requests, 400, { query: `?${wrong}` });
  }
  await ask('DELETE', requests, 204);

  const { items } = JSON.parse((await ask('GET', '/_emulator/stores', 200, { token: null })).text).data;
  assert.ok(items.some(({ name }) => name === 'seeded'));
});

test('the clock', async () => {
  const clock = '/_emulator/clock';
  await ask('PUT', clock, 200, json({ instant: '2100-01-01T00:00:00.001Z' }));
  await ask('GET', clock, 200);
  await ask('PUT', clock, 200, json({ offsetSecs: -0.5 }));
  for (const wrong of [{}, { instant: 'x' }, { instant: null }, { instant: '2100-01-01T00:00:00.001Z', offsetSecs: 1 }, { offsetSecs: 1e11 }]) {
    await ask('PUT', clock, 400, json(wrong));
  }
  await ask('DELETE', clock, 204);
  await ask('GET', clock, 200);
});

test('faults', async () => {
  const faults = '/_emulator/faults';
  await ask('PUT', faults, 200, json([
    {
      method: 'GET', operation: 'getRecord', store: 'seeded', key: 'product-1', nth: 2, count: 1, probability: 0.5, seed: -1,
      status: 418, type: 'teapot', message: 'No.', retryAfter: 0, delayMs: 0, bytesPerSecond: 1,
    },
    { operation: 'listKeys', prefix: 'product-', effect: 'stale' },
    { operation: 'downloadRecords', effect: 'truncate', bytes: 0 },
  ]));
  await ask('GET', faults, 200);
  for (const wrong of [{}, [{}], [{ effect: 'x' }], [{ status: 200 }], [{ nth: 0 }], [{ delayMs: 1, bytes: 1 }]]) {
    await ask('PUT', faults, 400, json(wrong));
  }
  await ask('PUT', faults, 200, json([]));
  await ask('DELETE', faults, 204);
  await ask('GET', faults, 200);
});

test('a reset', async () => {
  const reset = '/_emulator/reset';
  await ask('POST', reset, 204, { token: null });
  await elsewhere(['--data', path.join(folder, 'data')], (proxy) => ask('POST', reset, 409, { proxy }));
  await elsewhere(['--storage', seed], async (proxy) => {
    await ask('POST', reset, 403, { proxy });
    await ask('GET', '/_emulator/stores', 200, { proxy });
    await ask('PUT', '/_emulator/runs/{runId}', 403, { proxy, parameters: { runId: 'run2' } });
    await ask('PUT', '/_emulator/faults', 400, { proxy, ...json([{ effect: 'stale' }]) });
  });
  await rm(seed, { recursive: true });
  await ask('POST', reset, 500);
});

test('what asks too often is refused as documented', async () => {
  await elsewhere(['--ephemeral'], async (proxy, url) => {
    await ask('GET', stores, 200, { proxy });
    const tooOften = () => Promise.all(
      Array.from({ length: 100 }, () => send(url + stores, 'GET', { Authorization: `Bearer ${alice.token}` })));
    for (let tries = 1; ; tries++) {
      await tooOften();
      try {
        await ask('GET', stores, 429, { proxy });
        break;
      } catch (error) {
        if (tries === 20) throw error; // On a busy machine a second may have passed since.
      }
    }
  });
});

test('nothing in the document is left out of the tour', () => {
  const expected = answersIn(document).filter((answer) => / [23]\d\d$/.test(answer));
  assert.deepEqual(expected.filter((answer) => !seen.has(answer)), []);
  assert.deepEqual([...new Set(errorTypesIn(document))].filter((type) => !seenErrors.has(type)), []);
  assert.deepEqual(Object.keys(document.components.headers).filter((name) => !seenHeaders.has(name.toLowerCase())), []);
});
