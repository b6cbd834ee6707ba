// Writes stores into a storage folder, as crawlers do: either percent-encoded keys with sidecars, or keys with an extension.
import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inLanes } from './lanes.js';
import { pieces } from './values.js';

const extensions = { 'application/json': 'json', 'text/plain; charset=utf-8': 'txt', 'application/octet-stream': 'bin', 'image/png': 'png', 'application/zip': 'zip' };

/** @param {import('./stores.js').Store} store */
export async function writeStore(storage, store) {
  const folder = path.join(storage, 'key_value_stores', store.name);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, '__metadata__.json'), JSON.stringify({ name: store.name }));
  const here = [...store.records, ...store.unsafe].filter((record) => !record.onlyByApi);
  await inLanes(8, here, store.layout === 'encoded' ? (record) => writeEncoded(folder, record) : (record) => writeWithExtension(folder, record));
}

async function writeEncoded(folder, record) {
  const file = path.join(folder, encoded(record.key));
  await writeValue(file, record);
  await writeFile(`${file}.__metadata__.json`, JSON.stringify({ key: record.key, contentType: record.contentType, size: record.length }));
}

async function writeWithExtension(folder, record) {
  await writeValue(path.join(folder, `${record.key}.${extensions[record.contentType]}`), record);
}

async function writeValue(file, record) {
  const handle = await open(file, 'wx');
  try {
    for (const piece of pieces(record)) await handle.write(piece);
  } finally {
    await handle.close();
  }
  await utimes(file, record.modified, record.modified);
}

// As Python's quote(key, safe='') does it; what consists of dots alone cannot be a file, and needs them encoded, too.
function encoded(key) {
  const name = encodeURIComponent(key).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return /^\.+$/.test(name) ? name.replaceAll('.', '%2E') : name;
}
