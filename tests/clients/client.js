// The official client, pointed at a server of the tests.
import { setTimeout as wait } from 'node:timers/promises';
import { ApifyClient } from 'apify-client';

/** @returns {ApifyClient} One that never asks again, so that each answer is seen. */
export function connect(server, user, options = {}) {
  return new ApifyClient({ baseUrl: server.url, publicBaseUrl: server.url, token: user?.token, maxRetries: 0, ...options });
}

/** Runs `count` pieces of work, as many at a time as the clients of the tests have connections. */
export async function inParallel(count, work, lanes = 16) {
  let next = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (next < count) await work(next++);
  }));
}

/** Checks again until it holds, for what the server may do later. After ten seconds, what is wrong is thrown. */
export async function eventually(check) {
  const end = Date.now() + 10_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(50);
    }
  }
}
