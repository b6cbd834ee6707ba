// apify-client: run(), actor().lastRun() and task().lastRun(), over runs that are declared to the server.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { download } from './archive.js';
import { connect } from './client.js';
import { alice, bob, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const client = connect(server, alice);

async function declareRun(runId, run) {
  const response = await fetch(`${server.url}/_emulator/runs/${runId}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(run),
  });
  assert.ok(response.ok, `${response.status} ${await response.text()}`);
}

const newStore = async () => (await client.keyValueStores().getOrCreate()).id;
const [older, newer, failed] = [await newStore(), await newStore(), await newStore()];
const [actorId, actorTaskId] = ['Actor000000000001', 'Task0000000000001'];
await declareRun('Run00000000000001', { defaultKeyValueStoreId: older, actorId, actorTaskId, status: 'SUCCEEDED' });
await declareRun('Run00000000000002', { defaultKeyValueStoreId: newer, actorId, actorTaskId, status: 'SUCCEEDED' });
await declareRun('Run00000000000003', { defaultKeyValueStoreId: failed, actorId, actorTaskId, status: 'FAILED' });
await declareRun('Run00000000000004', { defaultKeyValueStoreId: older, actorId: 'alice~my-actor', status: 'SUCCEEDED' });

const ways = [
  ['a run', () => client.run('Run00000000000002').keyValueStore(), newer, '/actor-runs/Run00000000000002/key-value-store'],
  ['the last run of an Actor', () => client.actor(actorId).lastRun().keyValueStore(), failed,
    `/actors/${actorId}/runs/last/key-value-store`],
  ['the last run of a task', () => client.task(actorTaskId).lastRun().keyValueStore(), failed,
    `/actor-tasks/${actorTaskId}/runs/last/key-value-store`],
  ['the last run that succeeded', () => client.actor(actorId).lastRun({ status: 'SUCCEEDED' }).keyValueStore(), newer,
    `/acts/${actorId}/runs/last/key-value-store`, { status: 'SUCCEEDED' }],
  ['the last run of an Actor by its name', () => client.actor('alice/my-actor').lastRun().keyValueStore(), older,
    '/actors/alice~my-actor/runs/last/key-value-store'],
];

for (const [way, find, id, path, query] of ways) {
  test(`${way} leads to its store, for everything that a store can do`, async () => {
    const store = find();
    const [key, value] = [`of ${way}`.replaceAll(' ', '-'), { of: way, padding: 'x'.repeat(2000) }];
    assert.equal((await store.get()).id, id);
    await store.setRecord({ key, value });
    assert.deepEqual((await store.getRecord(key)).value, value);
    assert.equal(await store.recordExists(key), true);
    assert.deepEqual((await client.keyValueStore(id).getRecord(key)).value, value, 'it is the same store');
    assert.ok((await store.listKeys({ prefix: 'of-' })).items.some((item) => item.key === key));

    const archive = await download(`${server.url}/v2${path}`, alice.token, { prefix: key, ...query });
    assert.deepEqual(JSON.parse(archive.get(key)), value);

    await store.deleteRecord(key);
    assert.equal(await store.recordExists(key), false);
    assert.equal(await store.getRecord(key), undefined);
    assert.equal((await store.update({ title: way })).title, way);
  });
}

test('a run tells of itself, by its id and as the last one', async () => {
  for (const one of [client.run('Run00000000000003'), client.actor(actorId).lastRun(), client.task(actorTaskId).lastRun({ status: 'FAILED' })]) {
    const run = await one.get();
    assert.equal(run.id, 'Run00000000000003');
    assert.equal(run.status, 'FAILED');
    assert.equal(run.meta.origin, 'API');
    assert.equal(run.defaultKeyValueStoreId, failed);
    assert.ok(run.startedAt instanceof Date && run.finishedAt instanceof Date);
    assert.equal((await client.actor(run.actId).lastRun().get()).id, run.id);
  }
  assert.equal((await client.run('Run00000000000003').waitForFinish()).status, 'FAILED');
  assert.equal(await client.run('NoSuchRun00000001').get(), undefined);
});

test('what was never run leads nowhere', async () => {
  for (const run of [client.run('NoSuchRun00000001'), client.actor('nobody/nothing').lastRun(), client.task('NoSuchTask0000001').lastRun(),
    client.actor(actorId).lastRun({ status: 'ABORTED' })]) {
    assert.equal(await run.keyValueStore().get(), undefined);
    assert.equal(await run.keyValueStore().getRecord('OUTPUT'), undefined);
    await assert.rejects(run.keyValueStore().listKeys(), { statusCode: 404, type: 'record-not-found' });
  }
});

test('a run opens no store to another user', async () => {
  const theirs = connect(server, bob).run('Run00000000000002').keyValueStore();
  await assert.rejects(theirs.get(), { statusCode: 403, type: 'permission-denied' });
  await assert.rejects(theirs.setRecord({ key: 'k', value: 'v' }), { statusCode: 403 });
});

test('the store of a run can be deleted by way of the run', async () => {
  const id = await newStore();
  await declareRun('Run00000000000005', { defaultKeyValueStoreId: id });
  await client.run('Run00000000000005').keyValueStore().delete();
  assert.equal(await client.keyValueStore(id).get(), undefined);
  assert.equal(await client.run('Run00000000000005').keyValueStore().get(), undefined);
});
