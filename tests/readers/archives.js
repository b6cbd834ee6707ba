// The archives of both kinds of source, downloaded from a server that has them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { alice, startServer } from '../clients/server.js';
import { inLanes } from './lanes.js';
import { pieces } from './values.js';

/**
 * @typedef {object} Archive
 * @property {import('./stores.js').Store} store
 * @property {'folder' | 'own'} source
 * @property {string} path
 * @property {import('./stores.js').Record[]} records What it must have.
 */

const options = ['--rate-limit', 'off', '--log-level', 'error'];
const headers = { Authorization: `Bearer ${alice.token}` };

/** @returns {Promise<Archive[]>} Those of a crawler's folder, as it is. */
export function fromFolder(storage, stores, work) {
  return download(['--storage', storage], 'folder', stores, work);
}

/** @returns {Promise<Archive[]>} Those of stores that were loaded from the folder, with what only the API can write. */
export function fromOwnStores(storage, stores, work) {
  return download(['--ephemeral', '--seed', storage], 'own', stores, work);
}

async function download(source, kind, stores, work) {
  const folder = path.join(work, kind);
  await mkdir(folder);
  const server = await startServer(options, source, 600);
  try {
    return await inLanes(2, stores, async (store) => {
      const url = `${server.url}/v2/key-value-stores/~${store.name}/records`;
      const records = store.records.filter((record) => kind === 'own' || !record.onlyByApi);
      if (kind === 'own') await inLanes(2, records.filter((record) => record.onlyByApi), (record) => put(url, record));

      const archive = { store, source: kind, path: path.join(folder, `${store.name}.zip`), records };
      // fetch keeps what the disk does not take in time in a list that is moved up with each piece: gigabytes took hours.
      const [response] = await once(get(url, { headers }), 'response');
      assert.equal(response.statusCode, 200, store.name);
      await pipeline(response, createWriteStream(archive.path));
      return archive;
    });
  } finally {
    await server.stop();
  }
}

async function put(url, record) {
  const response = await fetch(`${url}/${record.key}`, {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': record.contentType },
    body: Buffer.concat([...pieces(record)]),
  });
  assert.equal(response.status, 201, await response.text());
}
