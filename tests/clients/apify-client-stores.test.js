// apify-client: keyValueStores() and what keyValueStore(id) says of the store itself.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect, eventually } from './client.js';
import { alice, bob, declared, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);
const names = (list) => list.items.map((store) => store.name);
const withoutUrls = ({ keysPublicUrl, recordsPublicUrl, ...rest }) => rest; // Signed from the moment of asking on.

test('getOrCreate makes a store of that name, and finds it again', async () => {
  const made = await client.keyValueStores().getOrCreate('Made-Once');
  assert.match(made.id, /^[a-zA-Z0-9]{17}$/);
  assert.equal(made.name, 'Made-Once');
  assert.equal((await client.keyValueStores().getOrCreate('Made-Once')).id, made.id);
  assert.equal((await client.keyValueStores().getOrCreate('made-once')).id, made.id, 'names are compared without case');
});

test('getOrCreate without a name makes another store each time', async () => {
  const [one, other] = [await client.keyValueStores().getOrCreate(), await client.keyValueStores().getOrCreate()];
  assert.notEqual(one.id, other.id);
  assert.equal(one.name ?? null, null);
});

test('getOrCreate keeps the schema that it is given', async () => {
  const images = { title: 'Bilder', keyPrefix: 'image-' };
  const schema = { actorKeyValueStoreSchemaVersion: 1, title: 'Größen', collections: { images } };
  const made = await client.keyValueStores().getOrCreate('with-schema', { schema });
  assert.deepEqual(made.schema, schema);
  assert.deepEqual((await client.keyValueStore(made.id).get()).schema, schema);
});

test('the same name of two users means two stores', async () => {
  const mine = await client.keyValueStores().getOrCreate('one-name');
  const theirs = await connect(server, bob).keyValueStores().getOrCreate('one-name');
  assert.notEqual(mine.id, theirs.id);
});

test('get tells everything of a store, by id and by name', async () => {
  const before = Date.now();
  const { id } = await client.keyValueStores().getOrCreate('to-get');
  const store = await client.keyValueStore(id).get();
  assert.deepEqual(withoutUrls(store), withoutUrls(await client.keyValueStore('alice/to-get').get()));

  assert.equal(store.id, id);
  assert.equal(store.name, 'to-get');
  assert.equal(store.userId, alice.id);
  assert.equal(store.username, 'alice');
  assert.equal(store.actId ?? null, null);
  assert.equal(store.actRunId ?? null, null);
  assert.equal(store.generalAccess, 'FOLLOW_USER_SETTING');
  assert.ok(store.urlSigningSecretKey.length > 0);
  assert.ok(store.consoleUrl.endsWith(`/storage/key-value-stores/${id}`), store.consoleUrl);
  assert.ok(store.keysPublicUrl.startsWith(`${server.url}/v2/key-value-stores/${id}/keys`), store.keysPublicUrl);
  for (const time of [store.createdAt, store.modifiedAt, store.accessedAt]) {
    assert.ok(time instanceof Date, 'the client has read it as a time');
    assert.ok(time >= before - 1 && time <= Date.now() + 1);
  }
});

test('the statistics count what was written and deleted at once, and what was read in a while', async () => {
  const { id } = await client.keyValueStores().getOrCreate('counted');
  const store = client.keyValueStore(id);
  await store.setRecord({ key: 'one', value: 'x'.repeat(100) });
  await store.setRecord({ key: 'two', value: 'y' });
  await store.deleteRecord('two');
  const { stats } = await store.get();
  assert.deepEqual([stats.writeCount, stats.deleteCount, stats.storageBytes], [2, 1, 100], JSON.stringify(stats));

  await store.getRecord('one');
  await store.listKeys();
  await eventually(async () => {
    const { readCount, listCount } = (await store.get()).stats;
    assert.deepEqual([readCount, listCount], [1, 1]);
  });
});

test('get of what is not there is undefined', async () => {
  for (const id of ['NoSuchStore000001', 'not-an-id', 'alice/no-such-store', 'nobody/store'])
    assert.equal(await client.keyValueStore(id).get(), undefined, id);
});

test('update changes name, title and general access, and nothing that is not named', async () => {
  const { id } = await client.keyValueStores().getOrCreate('before');
  const store = client.keyValueStore(id);

  assert.equal((await store.update({ name: 'after' })).name, 'after');
  assert.equal(await client.keyValueStore('alice/before').get(), undefined);
  assert.equal((await client.keyValueStore('alice/after').get()).id, id);

  assert.equal((await store.update({ title: 'Ein Titel: žluť' })).title, 'Ein Titel: žluť');
  const shared = await store.update({ generalAccess: 'ANYONE_WITH_ID_CAN_READ' });
  assert.deepEqual([shared.name, shared.title, shared.generalAccess], ['after', 'Ein Titel: žluť', 'ANYONE_WITH_ID_CAN_READ']);
});

test('update with the name null takes the name away', async () => {
  const { id } = await client.keyValueStores().getOrCreate('to-unname');
  assert.equal((await client.keyValueStore(id).update({ name: null })).name ?? null, null);
  assert.equal(await client.keyValueStore('alice/to-unname').get(), undefined);
  assert.equal((await client.keyValueStore(id).get()).id, id);
});

test('update moves the modification time, and not that of creation', async () => {
  const made = await client.keyValueStores().getOrCreate('to-modify');
  const changed = await client.keyValueStore(made.id).update({ title: 'changed' });
  assert.deepEqual(changed.createdAt, made.createdAt);
  assert.ok(changed.modifiedAt >= made.modifiedAt);
});

test('a store that is deleted and made again under the same name is another store', async () => {
  const first = await client.keyValueStores().getOrCreate('again');
  await client.keyValueStore(first.id).setRecord({ key: 'left', value: 'behind' });
  await client.keyValueStore('alice/again').delete();
  assert.equal(await client.keyValueStore(first.id).get(), undefined);

  const second = await client.keyValueStores().getOrCreate('again');
  assert.notEqual(second.id, first.id);
  assert.notEqual(second.urlSigningSecretKey, first.urlSigningSecretKey);
  assert.deepEqual((await client.keyValueStore(second.id).listKeys()).items, []);
  assert.equal(await client.keyValueStore(first.id).getRecord('left'), undefined);
});

test('delete of a store that is gone is no error', async () => {
  const { id } = await client.keyValueStores().getOrCreate('to-delete');
  await client.keyValueStore(id).delete();
  await client.keyValueStore(id).delete();
});

test('list pages through the named stores, from the oldest or the newest', async (t) => {
  const own = await startServer();
  t.after(() => own.stop());
  const stores = connect(own, alice).keyValueStores();
  const expected = [declared.name];
  for (let i = 0; i < 7; i++) expected.push((await stores.getOrCreate(`store-${i}`)).name);
  const unnamed = await stores.getOrCreate();

  const all = await stores.list();
  assert.deepEqual(names(all), expected);
  assert.deepEqual([all.total, all.count, all.offset, all.limit, all.desc], [8, 8, 0, 1000, false]);

  const page = await stores.list({ offset: 2, limit: 3 });
  assert.deepEqual(names(page), expected.slice(2, 5));
  assert.deepEqual([page.total, page.count, page.offset, page.limit], [8, 3, 2, 3]);

  const newest = await stores.list({ desc: true, limit: 2 });
  assert.deepEqual(names(newest), expected.slice(-2).reverse());
  assert.equal(newest.desc, true);
  assert.deepEqual(names(await stores.list({ offset: 8 })), []);

  const withUnnamed = await stores.list({ unnamed: true });
  assert.deepEqual(withUnnamed.items.map((store) => store.id).sort(), [...all.items.map((store) => store.id), unnamed.id].sort());
  assert.equal(withUnnamed.unnamed, true);
});

test('the stores can be iterated over, and no more than asked for come', async (t) => {
  const own = await startServer();
  t.after(() => own.stop());
  const stores = connect(own, alice).keyValueStores();
  for (let i = 0; i < 5; i++) await stores.getOrCreate(`store-${i}`);
  const iterate = async (options) => {
    const found = [];
    for await (const store of stores.list(options)) found.push(store.name);
    return found;
  };
  const expected = [declared.name, 'store-0', 'store-1', 'store-2', 'store-3', 'store-4'];
  assert.deepEqual(await iterate({}), expected);
  assert.deepEqual(await iterate({ limit: 4 }), expected.slice(0, 4));
  assert.deepEqual(await iterate({ limit: 10, offset: 3 }), expected.slice(3));
});

test('list tells own stores and shared ones apart', async () => {
  const theirs = connect(server, bob).keyValueStores();
  await theirs.getOrCreate('of-bob');
  const own = await theirs.list({ ownership: 'ownedByMe' });
  assert.ok(own.items.length > 0 && own.items.every((store) => store.username === 'bob'));

  const shared = await theirs.list({ ownership: 'sharedWithMe' });
  assert.deepEqual(names(shared), [declared.name]);
  assert.equal(shared.items[0].id, declared.id);
  assert.equal(shared.items[0].urlSigningSecretKey ?? null, null, 'the signing key is for those who may write');
});
