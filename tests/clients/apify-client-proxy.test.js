// apify-client: a server behind nginx, below a prefix of its URLs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { download } from './archive.js';
import { connect } from './client.js';
import { allowedKeys, nastyText } from './data.js';
import { freePort, startNginx } from './nginx.js';
import { alice, startServer } from './server.js';

const port = await freePort();
const publicUrl = `http://127.0.0.1:${port}/tools/kvs`;
const server = await startServer(['--rate-limit', 'off', '--public-url', `${publicUrl}/`]);
const stopNginx = await startNginx(port, server.url);
after(async () => {
  await stopNginx();
  await server.stop();
});
const client = connect({ url: publicUrl }, alice);
const { id } = await client.keyValueStores().getOrCreate('behind-a-proxy');
const store = client.keyValueStore(id);

test('records of every allowed key are written, read, listed and deleted through the prefix', async () => {
  for (const key of allowedKeys) {
    await store.setRecord({ key, value: { of: key, nastyText } });
    assert.deepEqual((await store.getRecord(key)).value, { of: key, nastyText });
  }
  assert.equal((await store.listKeys()).count, allowedKeys.length);
  await store.deleteRecord(allowedKeys[0]);
  assert.equal(await store.recordExists(allowedKeys[0]), false);
});

test('every URL that is given out has the prefix, and opens', async () => {
  await store.setRecord({ key: 'OUTPUT', value: 'hello', contentType: 'text/plain' });
  const { keysPublicUrl, recordsPublicUrl } = await store.get();
  const { recordPublicUrl } = (await store.listKeys({ prefix: 'OUTPUT' })).items[0];
  for (const url of [keysPublicUrl, recordsPublicUrl, recordPublicUrl, await store.getRecordPublicUrl('OUTPUT'), await store.createKeysPublicUrl()]) {
    assert.ok(url.startsWith(`${publicUrl}/v2/key-value-stores/${id}/`), url);
    assert.equal((await fetch(url)).status, 200, url);
  }
});

test('Location leads to what was made', async () => {
  const headers = { Authorization: `Bearer ${alice.token}` };
  const made = await fetch(`${publicUrl}/v2/key-value-stores`, { method: 'POST', headers });
  assert.equal(made.status, 201);
  assert.equal((await fetch(made.headers.get('location'), { headers })).status, 200);
  const written = await fetch(`${made.headers.get('location')}/records/a`, { method: 'PUT', headers, body: 'x' });
  assert.equal(await (await fetch(written.headers.get('location'), { headers })).text(), 'x');
});

test('an archive comes whole, and in part, through the prefix', async () => {
  const value = Buffer.alloc(5_000_000, 'abc');
  await store.setRecord({ key: 'large', value, contentType: 'image/png' });
  const archive = await download(`${publicUrl}/v2/key-value-stores/${id}`, alice.token);
  assert.deepEqual(archive.get('large'), value);
  const part = await fetch(`${publicUrl}/v2/key-value-stores/${id}/records`, {
    headers: { Authorization: `Bearer ${alice.token}`, Range: 'bytes=0-3' },
  });
  assert.equal(part.status, 206);
  assert.equal(await part.text(), 'PK\x03\x04');
});

test('the OpenAPI document names the prefix', async () => {
  const document = await (await fetch(`${publicUrl}/openapi/v1.json`)).json();
  assert.deepEqual(document.servers.map(({ url }) => url), [publicUrl]);
});
