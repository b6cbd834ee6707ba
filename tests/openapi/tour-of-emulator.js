// What steers the server.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { ask, elsewhere, folder, json, seed } from './tour.js';

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

test('who may steer the server', async () => {
  const all = Object.entries(emulator).filter(([template]) => template !== '/_emulator/health');
  const refused = async (proxy, status, headers) => {
    for (const [template, methods] of all) {
      for (const method of methods) await ask(method, template, status, { proxy, parameters: { runId: 'run2' }, headers });
    }
    await ask('GET', '/_emulator/health', 200, { proxy, headers });
  };
  const passedOn = { 'X-Forwarded-For': '203.0.113.1' };
  await elsewhere(['--ephemeral', '--emulator', 'loopback'], (proxy) => refused(proxy, 403, passedOn));
  await elsewhere(['--ephemeral', '--emulator', 'loopback', '--emulator-token', 'a-token-of-its-own'], async (proxy) => {
    await refused(proxy, 401, passedOn);
    await ask('GET', '/_emulator/clock', 200, { proxy, token: 'a-token-of-its-own', headers: passedOn });
  });
  await elsewhere(['--ephemeral', '--emulator', 'off'], (proxy) => refused(proxy, 404, {}));
});

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
  const seeded = items.find(({ name }) => name === 'seeded');
  const parameters = { storeId: seeded.id };
  for (const sizes of ['/_emulator/stores/{storeId}/sizes-by-prefix', '/_emulator/stores/{storeId}/sizes-by-type']) {
    await ask('GET', sizes, 200, { parameters });
    await ask('OPTIONS', sizes, 204, { parameters });
    await ask('GET', sizes, 404, { parameters: { storeId: 'nothing' } });
  }
  const sharing = '/_emulator/stores/{storeId}/sharing';
  await ask('OPTIONS', sharing, 204, { parameters });
  await ask('PUT', sharing, 204, { parameters, ...json({ sharedWith: [] }) });
  await ask('PUT', sharing, 400, { parameters, ...json({ sharedWith: ['a stranger'] }) });
  await ask('PUT', sharing, 404, { parameters: { storeId: 'nothing' }, ...json({ sharedWith: [] }) });
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
    { operation: 'listKeys', prefix: 'product-', effect: 'expired' },
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
  });
  await rm(seed, { recursive: true });
  await ask('POST', reset, 500);
});
