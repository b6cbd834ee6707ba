// The API: stores, what is in them, users; and the document itself.
import { test } from 'node:test';
import { alice, bob } from '../clients/server.js';
import { ask, declareRun, elsewhere, json, places, server, stores } from './tour.js';

const schema = {
  actorKeyValueStoreSchemaVersion: 1,
  title: 'Tour',
  collections: {
    products: {
      title: 'Products', keyPrefix: 'product-', contentTypes: ['application/json'], jsonSchema: { type: 'object', required: ['price'] },
    },
  },
};

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
  await ask('GET', stores, 403, { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'script' } });
  await ask('POST', stores, 415, { headers: { 'Content-Encoding': 'zstd' }, body: '{}' });
  await ask('POST', stores, 405, { query: '?method=DELETE' });
});

for (const [place, parametersOf] of places) {
  test(`a store at ${place}`, async () => {
    const name = `tour-${places.findIndex(([other]) => other === place)}`;
    const { id } = JSON.parse((await ask('POST', stores, 201, { query: `?name=${name}`, ...json({ schema }) })).text).data;
    await declareRun(server.url, 'run1', id);
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
        await ask(method, template, 403, { parameters: values, headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'iframe' } });
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
  const limits = '/v2/users/me/limits';
  const usage = '/v2/users/me/usage/monthly';
  await ask('GET', '/v2/users/me', 200);
  await ask('GET', '/v2/users/me', 401, { token: null });
  await ask('OPTIONS', '/v2/users/me', 204);
  await ask('GET', limits, 200);
  await ask('PUT', limits, 403, json({ dataRetentionDays: 7 }));
  await ask('OPTIONS', limits, 204);
  await ask('GET', usage, 200);
  await ask('GET', usage, 200, { query: '?date=2026-01-31' });
  await ask('GET', usage, 400, { query: '?date=2026-02-31' });
  await ask('OPTIONS', usage, 204);
  await ask('GET', '/v2/users/{userId}', 200, { parameters: { userId: 'bob' }, token: null });
  await ask('GET', '/v2/users/{userId}', 401, { parameters: { userId: 'bob' }, token: 'nobody' });
  await ask('GET', '/v2/users/{userId}', 404, { parameters: { userId: 'nobody' } });
  await ask('OPTIONS', '/v2/users/{userId}', 204, { parameters: { userId: 'bob' } });
});

for (const [place, parametersOf] of places.slice(1)) {
  const run = place.replace(/\/key-value-store$/, '');
  test(`a run at ${run}`, async () => {
    const { id } = JSON.parse((await ask('POST', stores, 201)).text).data;
    await declareRun(server.url, 'run1', id);
    const parameters = parametersOf(id);
    const unknown = Object.fromEntries(Object.keys(parameters).map((one) => [one, 'n0where0000000000']));
    await ask('GET', run, 200, { parameters });
    await ask('GET', run, 401, { parameters, token: null });
    await ask('GET', run, 403, { parameters, token: bob.token });
    await ask('GET', run, 404, { parameters: unknown });
    await ask('OPTIONS', run, 204, { parameters });
    if (!run.endsWith('/last')) return;
    await ask('GET', run, 200, { parameters, query: '?status=SUCCEEDED&origin=API' });
    await ask('GET', run, 400, { parameters, query: '?status=DONE' });
  });
}

test('errors under the names of the live service', async () => {
  await elsewhere(['--ephemeral', '--error-names', 'service'], async (proxy) => {
    const { id } = JSON.parse((await ask('POST', stores, 201, { proxy })).text).data;
    const parameters = { storeId: id };
    const keys = `${stores}/{storeId}/keys`;
    await ask('GET', keys, 400, { proxy, parameters, query: '?limit=x' });
    await ask('GET', keys, 401, { proxy, parameters, token: null });
    await ask('GET', keys, 401, { proxy, parameters, token: 'nobody' });
    await ask('GET', keys, 403, { proxy, parameters, token: bob.token });
    await ask('GET', keys, 404, { proxy, parameters: { storeId: 'n0where0000000000' } });
  });
});

test('the document', async () => {
  const template = '/openapi/v1.json';
  await ask('GET', template, 200, { token: null });
  await ask('HEAD', template, 200, { token: null });
  await ask('OPTIONS', template, 204);
  await ask('GET', template, 405, { query: '?method=PUT' });
});
