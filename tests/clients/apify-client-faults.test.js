// apify-client, where faults are set: what it overcomes by asking again, and what it throws.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { connect } from './client.js';
import { alice, startServer } from './server.js';

const server = await startServer();
after(() => server.stop());
const patient = connect(server, alice, { maxRetries: 4, minDelayBetweenRetriesMillis: 10 });
const hasty = connect(server, alice);
const { id } = await patient.keyValueStores().getOrCreate('faults');
await patient.keyValueStore(id).setRecord({ key: 'k', value: 'v' });

/** Sets rules, or clears them. */
async function setFaults(...rules) {
  const answer = await fetch(`${server.url}/_emulator/faults`, { method: 'PUT', body: JSON.stringify(rules) });
  assert.equal(answer.status, 200, await answer.text());
}

/** How many requests went wrong by each rule. */
async function applied() {
  const { data } = await (await fetch(`${server.url}/_emulator/faults`)).json();
  return data.map((fault) => fault.applied);
}

for (const fault of [
  { status: 429 }, { status: 500 }, { status: 503 }, { effect: 'refuse' }, { effect: 'abort-before-headers' },
  { effect: 'truncate', bytes: 1 }, { effect: 'malformed-chunk' },
]) {
  test(`it asks again and gets through: ${JSON.stringify(fault)}`, async () => {
    await setFaults({ ...fault, operation: 'listKeys', count: 2 });
    assert.deepEqual((await patient.keyValueStore(id).listKeys()).items.map((item) => item.key), ['k']);
    assert.deepEqual(await applied(), [2]);
  });
}

test('it throws the error that was set', async () => {
  await setFaults({ status: 401, type: 'user-or-token-not-found', message: 'User was not found' });
  await assert.rejects(hasty.keyValueStore(id).get(), { statusCode: 401, type: 'user-or-token-not-found', message: 'User was not found' });
});

test('it gives up on a delay that is longer than it waits', async () => {
  await setFaults({ delayMs: 60_000 });
  await assert.rejects(connect(server, alice, { timeoutSecs: 1 }).keyValueStore(id).listKeys(), /timeout/i);
});
