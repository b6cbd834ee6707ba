// The official client, pointed at a server of the tests.
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
