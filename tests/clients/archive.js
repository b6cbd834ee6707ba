// Reads the archive of a store with a program that knows nothing of this project.
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

const open = promisify(yauzl.fromBuffer);

/**
 * @param {string} store The URL of a store.
 * @param {string} token Whose.
 * @param {Record<string, string>} [query]
 * @returns {Promise<Map<string, Buffer>>} Name and bytes of each file, in the archive's order.
 */
export async function download(store, token, query = {}) {
  const response = await fetch(`${store}/records?${new URLSearchParams(query)}`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
  assert.equal(response.headers.get('content-type'), 'application/zip');
  return read(Buffer.from(await response.arrayBuffer()));
}

/** @param {Buffer} bytes An archive. */
export async function read(bytes) {
  const archive = await open(bytes, { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true });
  const files = new Map();
  await new Promise((resolve, reject) => {
    archive.on('error', reject).on('end', resolve);
    archive.on('entry', (entry) => {
      archive.openReadStream(entry, async (error, stream) => {
        try {
          if (error) throw error;
          assert.ok(!files.has(entry.fileName), `${entry.fileName} is there twice`);
          files.set(entry.fileName, await buffer(stream));
          archive.readEntry();
        } catch (fault) {
          reject(fault);
        }
      });
    });
    archive.readEntry();
  });
  assert.equal(files.size, archive.entryCount);
  return files;
}
