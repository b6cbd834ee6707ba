// apify-client: setRecord(), getRecord(), recordExists(), deleteRecord().
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { connect, inParallel } from './client.js';
import { allowedKeys, nastyText } from './data.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const store = client.keyValueStore((await client.keyValueStores().getOrCreate('records')).id);

// What the client has sent, so that a test knows that it tests a compressed or a chunked body.
let sent;
subscribe('http.client.request.start', ({ request }) => (sent = request.getHeaders()));

/** Writes it, and reads it back as the bytes that are kept. */
async function roundTrip(key, value, contentType) {
  await store.setRecord({ key, value, contentType });
  const headers = sent;
  return { headers, ...(await store.getRecord(key, { buffer: true })) };
}

test('JSON comes back as what it was, with text of every script', async () => {
  for (const value of [{ text: nastyText, list: [1, null, true], empty: {} }, [], 42.5, false, null]) {
    await store.setRecord({ key: 'json', value });
    assert.deepEqual(await store.getRecord('json'), { key: 'json', value, contentType: 'application/json; charset=utf-8' });
  }
});

test('JSON is kept byte for byte as the client writes it', async () => {
  const { value } = await roundTrip('json-bytes', { ž: nastyText });
  assert.equal(value.toString(), JSON.stringify({ ž: nastyText }, null, 2));
});

test('text comes back as text, with its content type', async () => {
  await store.setRecord({ key: 'text', value: nastyText });
  assert.deepEqual(await store.getRecord('text'), { key: 'text', value: nastyText, contentType: 'text/plain; charset=utf-8' });
});

test('bytes come back as they are, with the content type that was given', async () => {
  for (const contentType of ['image/png', 'application/x.own+thing; a="b c"', 'text/html; charset=windows-1250']) {
    const value = randomBytes(700);
    const record = await roundTrip('bytes', value, contentType);
    assert.deepEqual(record.value, value);
    assert.equal(record.contentType, contentType);
  }
  const record = await roundTrip('bytes', Buffer.from([0, 255, 13, 10, 0]));
  assert.deepEqual(record.value, Buffer.from([0, 255, 13, 10, 0]));
  assert.equal(record.contentType, 'application/octet-stream');
});

test('nothing at all is a record too', async () => {
  const { value } = await roundTrip('empty', '');
  assert.equal(value.length, 0);
  assert.equal(await store.recordExists('empty'), true);
});

test('up to 1,023 bytes arrive as they are, from 1,024 bytes compressed with brotli, and both are kept decoded', async () => {
  const small = await roundTrip('small', 'a'.repeat(1023));
  assert.equal(small.headers['content-encoding'], undefined);
  assert.equal(small.value.toString(), 'a'.repeat(1023));

  for (const value of ['b'.repeat(1024), Buffer.from(nastyText.repeat(2000)), randomBytes(300_000)]) {
    const large = await roundTrip('large', value);
    assert.equal(large.headers['content-encoding'], 'br');
    assert.deepEqual(large.value, Buffer.from(value));
    assert.equal((await store.listKeys({ prefix: 'large' })).items[0].size, Buffer.byteLength(value));
  }
});

test('a stream is written without knowing its length', async () => {
  const chunks = Array.from({ length: 40 }, () => randomBytes(20_000));
  const { headers, value, contentType } = await roundTrip('stream', Readable.from(chunks), 'video/x-own');
  assert.equal(headers['content-length'], undefined);
  assert.deepEqual(value, Buffer.concat(chunks));
  assert.equal(contentType, 'video/x-own');
});

test('a record is read as a stream', async () => {
  const value = randomBytes(500_000);
  await store.setRecord({ key: 'to-stream', value });
  const record = await store.getRecord('to-stream', { stream: true });
  assert.ok(record.value instanceof Readable);
  assert.deepEqual(await buffer(record.value), value);
});

test('keys of every allowed character name their own record', async () => {
  for (const key of allowedKeys) {
    await store.setRecord({ key, value: `value of ${key}` });
    assert.equal((await store.getRecord(key)).value, `value of ${key}`);
    assert.equal(await store.recordExists(key), true, key);
  }
  const listed = new Set((await store.listKeys()).items.map((item) => item.key));
  for (const key of allowedKeys) assert.ok(listed.has(key), key);
  for (const key of allowedKeys) {
    await store.deleteRecord(key);
    assert.equal(await store.recordExists(key), false, key);
  }
});

test('keys that differ in case are two', async () => {
  await store.setRecord({ key: 'Case', value: 'upper' });
  await store.setRecord({ key: 'case', value: 'lower' });
  assert.equal((await store.getRecord('Case')).value, 'upper');
});

test('writing again takes the place of what was there', async () => {
  await store.setRecord({ key: 'twice', value: { first: 'x'.repeat(5000) } });
  await store.setRecord({ key: 'twice', value: 'second' });
  assert.deepEqual(await store.getRecord('twice'), { key: 'twice', value: 'second', contentType: 'text/plain; charset=utf-8' });
});

test('what is not there is undefined, or false', async () => {
  assert.equal(await store.getRecord('missing'), undefined);
  assert.equal(await store.getRecord('missing', { buffer: true }), undefined);
  assert.equal(await store.recordExists('missing'), false);
  const noStore = client.keyValueStore('NoSuchStore000001');
  assert.equal(await noStore.getRecord('missing'), undefined);
  assert.equal(await noStore.recordExists('missing'), false);
});

test('a deleted record is gone, and deleting it again is no error', async () => {
  await store.setRecord({ key: 'gone', value: 'soon' });
  await store.deleteRecord('gone');
  assert.equal(await store.getRecord('gone'), undefined);
  await store.deleteRecord('gone');
  await store.deleteRecord('never-was-there');
});

test('a store by its name takes and gives records as by its id', async () => {
  const byName = client.keyValueStore('alice/records');
  await byName.setRecord({ key: 'by-name', value: { yes: true } });
  assert.deepEqual((await store.getRecord('by-name')).value, { yes: true });
  assert.deepEqual((await byName.getRecord('by-name')).value, { yes: true });
});

test('fifty writes at once are all kept', async () => {
  const body = (i) => randomBytes(200 + i * 400).toString('hex');
  const bodies = Array.from({ length: 50 }, (_, i) => body(i));
  await inParallel(50, (i) => store.setRecord({ key: `at-once-${i}`, value: bodies[i] }), 50);
  for (const [i, value] of bodies.entries()) assert.equal((await store.getRecord(`at-once-${i}`)).value, value);
});

test('of fifty writes of one key at once, one is kept whole', async () => {
  const bodies = Array.from({ length: 50 }, (_, i) => String(i).repeat(3000));
  await inParallel(50, (i) => store.setRecord({ key: 'one-of-fifty', value: bodies[i] }), 50);
  assert.ok(bodies.includes((await store.getRecord('one-of-fifty')).value));
});
