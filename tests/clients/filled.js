// A store for clients that read: what is in it, and how a client in another language says what it has read.
import { createHash } from 'node:crypto';
import { nastyText } from './data.js';

const noise = (seed, length) => Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
  createHash('sha256').update(`${seed}-${i}`).digest())).subarray(0, length);

/**
 * @param {import('apify-client').ApifyClient} client
 * @param {string} name
 * @returns {Promise<{ id: string, path: string, files: Map<string, Buffer> }>} `files`: key and bytes, in the archive's order.
 */
export async function fillStore(client, name) {
  const files = new Map([
    ['OUTPUT', Buffer.from(JSON.stringify({ text: nastyText }))],
    ['empty', Buffer.alloc(0)],
    // Not to be compressed, so that the archive is long enough for the middle of it to be far from both ends.
    ...Array.from({ length: 10 }, (_, i) => [`image-${i}.png`, noise(i, 100_000)]),
    ["it's.(1)", Buffer.from(nastyText)],
    ['page.html', Buffer.from('<p>'.repeat(50_000))],
  ]);
  const { id } = await client.keyValueStores().getOrCreate(name);
  for (const [key, value] of files) {
    const contentType = key.endsWith('.png') ? 'image/png' : key === 'OUTPUT' ? 'application/json' : 'text/plain; charset=utf-8';
    await client.keyValueStore(id).setRecord({ key, value, contentType });
  }
  return { id, path: `/v2/key-value-stores/${id}`, files };
}

/** @returns {Record<string, string>} The SHA-256 of each file whose name begins so. */
export function digests(files, prefix = '') {
  const chosen = [...files].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(chosen.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]));
}
