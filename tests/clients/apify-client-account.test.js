// apify-client: users, their limits and their usage, and errors under the names of the live service.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect } from './client.js';
import { alice, bob, startServer } from './server.js';

const server = await startServer(['--rate-limit', 'off', '--error-names', 'service']);
after(() => server.stop());
const client = connect(server, alice);

test('the caller is described with a plan and features, and another user without a token', async () => {
  const me = await client.user().get();
  assert.equal(me.id, alice.id);
  assert.match(me.email, /^[^@]+@[^@]+\.[^@]+$/);
  assert.deepEqual(me.plan, { availableProxyGroups: {} });
  assert.equal(me.effectivePlatformFeatures.STORAGE.isEnabled, true);
  assert.deepEqual(await connect(server, null).user(bob.id).get(), { id: bob.id, username: 'bob', profile: { name: 'bob' } });
});

test('limits and usage are answered, and the limits are not changed', async () => {
  const { limits, current, monthlyUsageCycle } = await client.user().limits();
  assert.ok(limits.dataRetentionDays > 0 && current.monthlyUsageUsd === 0 && monthlyUsageCycle.startAt instanceof Date);
  const usage = await client.user().monthlyUsage();
  assert.deepEqual(usage.usageCycle, monthlyUsageCycle);
  assert.deepEqual(usage.dailyServiceUsages, []);
  await assert.rejects(client.user().updateLimits({ dataRetentionDays: 7 }), { statusCode: 403, type: 'insufficient-permissions' });
});

test('errors have the types and messages of the live service', async () => {
  const { id } = await client.keyValueStores().getOrCreate();
  await assert.rejects(connect(server, null).keyValueStore(id).listKeys(), {
    statusCode: 401, type: 'token-not-provided', message: 'Authentication token was not provided',
  });
  await assert.rejects(connect(server, { token: 'nobody' }).keyValueStore(id).listKeys(), {
    statusCode: 401, type: 'user-or-token-not-found', message: 'User was not found or authentication token is not valid',
  });
  await assert.rejects(connect(server, bob).keyValueStore(id).listKeys(), {
    statusCode: 403, type: 'insufficient-permissions', message: /^Insufficient permissions for the key-value store\. /,
  });
  await assert.rejects(client.keyValueStore('NoSuchStore000001').listKeys(), {
    statusCode: 404, type: 'record-not-found', message: 'Store was not found',
  });
  assert.equal(await client.keyValueStore('NoSuchStore000001').get(), undefined);
});
