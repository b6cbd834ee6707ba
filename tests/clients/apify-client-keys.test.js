// apify-client: listKeys(), its pages and its iteration.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, inParallel } from './client.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const schema = {
  actorKeyValueStoreSchemaVersion: 1,
  title: 'Many',
  collections: { hundreds: { title: 'From 1700', keyPrefix: 'key-17' }, one: { title: 'One', key: "!first-'(one).json" } },
};

// 2,500 keys: more than two pages, with some of every kind of character among them.
const keys = [
  ...Array.from({ length: 2490 }, (_, i) => `key-${String(i).padStart(4, '0')}`),
  ...["!first-'(one).json", '(x)', "it's", '0', 'A', 'Z', '_', 'a', 'z.Z', 'z'.repeat(256)],
].sort(); // All are ASCII: the order of UTF-16 is that of UTF-8.
let store;

before(async () => {
  const { id } = await client.keyValueStores().getOrCreate('many', { schema });
  store = client.keyValueStore(id);
  await inParallel(keys.length, (i) => store.setRecord({ key: keys[i], value: 'x'.repeat(i % 7) }));
});

test('a page has a thousand keys in the order of their bytes, each with its size', async () => {
  const page = await store.listKeys();
  assert.deepEqual(page.items.map((item) => item.key), keys.slice(0, 1000));
  assert.deepEqual(page.items.map((item) => item.size), keys.slice(0, 1000).map((_, i) => i % 7));
  assert.deepEqual([page.count, page.limit, page.isTruncated, page.nextExclusiveStartKey], [1000, 1000, true, keys[999]]);
  assert.equal(page.exclusiveStartKey, null);
});

test('exclusiveStartKey and limit walk through all of them, and the last page says so', async () => {
  const found = [];
  let page;
  let exclusiveStartKey;
  do {
    page = await store.listKeys({ limit: 700, exclusiveStartKey });
    assert.equal(page.limit, 700);
    assert.equal(page.exclusiveStartKey, exclusiveStartKey ?? null);
    found.push(...page.items.map((item) => item.key));
    exclusiveStartKey = page.nextExclusiveStartKey;
  } while (page.isTruncated);
  assert.deepEqual(found, keys);
  assert.equal(page.nextExclusiveStartKey, null);
  assert.equal(page.count, 400);
});

test('exclusiveStartKey need not be a key that is there', async () => {
  const page = await store.listKeys({ exclusiveStartKey: 'key-0099x', limit: 2 });
  assert.deepEqual(page.items.map((item) => item.key), ['key-0100', 'key-0101']);
});

test('a page that ends with the last key is not truncated', async () => {
  const page = await store.listKeys({ exclusiveStartKey: keys[1499], limit: 1000 });
  assert.equal(page.count, 1000);
  assert.deepEqual([page.isTruncated, page.nextExclusiveStartKey], [false, null]);
});

const iterate = async (options) => {
  const found = [];
  for await (const item of store.listKeys(options)) found.push(item.key);
  return found;
};

test('the iteration goes through all 2,500 keys once', async () => {
  assert.deepEqual(await iterate(), keys);
});

test('the iteration gives as many as the limit says, also above a page', async () => {
  assert.deepEqual(await iterate({ limit: 10 }), keys.slice(0, 10));
  assert.deepEqual(await iterate({ limit: 1200 }), keys.slice(0, 1200));
  assert.deepEqual(await iterate({ limit: 5000 }), keys);
});

test('a limit of 0 counts as none, as the client says of the API', async () => {
  assert.equal((await store.listKeys({ limit: 0 })).count, 1000);
});

test('prefix keeps what begins with it', async () => {
  assert.deepEqual(await iterate({ prefix: 'key-24' }), keys.filter((key) => key.startsWith('key-24')));
  assert.deepEqual(await iterate({ prefix: 'key-', limit: 1500 }), keys.filter((key) => key.startsWith('key-')).slice(0, 1500));
  assert.deepEqual(await iterate({ prefix: "!first-'(" }), ["!first-'(one).json"]);
  assert.deepEqual(await iterate({ prefix: 'none/of/these é%' }), []);
});

test('collection keeps what the schema says, by prefix or by key', async () => {
  const hundred = keys.filter((key) => key.startsWith('key-17'));
  assert.deepEqual(await iterate({ collection: 'hundreds' }), hundred);
  assert.deepEqual(await iterate({ collection: 'one' }), ["!first-'(one).json"]);
  assert.deepEqual(await iterate({ collection: 'hundreds', prefix: 'key-179' }), hundred.slice(90));
  assert.deepEqual(await iterate({ collection: 'hundreds', exclusiveStartKey: 'key-1750' }), hundred.slice(51));
});

test('the public URL of each key leads to its record without a token', async () => {
  const { items } = await store.listKeys({ prefix: "it's" });
  assert.ok(items[0].recordPublicUrl.startsWith(`${server.url}/`), items[0].recordPublicUrl);
  const response = await fetch(items[0].recordPublicUrl);
  assert.equal(response.status, 200);
  assert.equal((await response.arrayBuffer()).byteLength, items[0].size);
});
