// Writes records by @crawlee/memory-storage alone, or reads them again, with a line for each record that it then reads back:
// memory-storage.js write|read FOLDER [metadata]
import { createHash } from 'node:crypto';
import { MemoryStorage } from '@crawlee/memory-storage';

const [, , task, localDataDirectory, metadata] = process.argv;
const storage = new MemoryStorage({ localDataDirectory, persistStorage: true, writeMetadata: metadata === 'metadata' });
const { id } = await storage.keyValueStores().getOrCreate('real');
const store = storage.keyValueStore(id);

const records = [
  ['OUTPUT', { a: 1, č: 'ž' }],
  ['page', '<h1>x</h1>', 'text/html; charset=utf-8'],
  ['report.html', '<p>', 'text/html'],
  ['data.v1', { version: 1 }],
  ['a.b.c', 'text', 'text/plain'],
  ['numbers.csv', 'a,b\n1,2\n', 'text/csv'],
  ['csv', 'a,b\n', 'text/csv'],
  ['json', { key: 'that is an extension' }],
  ['shot', Buffer.from([0x89, 0x50]), 'image/png'],
  ['x.tar.gz', Buffer.from([0x1f, 0x8b]), 'application/gzip'],
  ['script', 'alert()', 'application/javascript; charset=utf-8'],
  ['sheet', Buffer.from([1, 2]), 'application/vnd.ms-excel'],
  ['feed', '<rss/>', 'application/rss+xml'],
  ['.hidden', 'h'],
  ["it's_(fine)!", 'q'],
  ['100%', 'p'],
  ['žluťoučký 🐎', 'k'],
  ['binary', Buffer.from([0, 1, 2])],
  ['empty', ''],
];

// Without sidecars it looks for photo.jpeg, and fails.
if (metadata) records.push(['photo.jpg', Buffer.from([0xff, 0xd8, 0xff]), 'image/jpeg']);

if (task === 'write') {
  for (const [key, value, contentType] of records) await store.setRecord({ key, value, contentType });
}

for (const { key, size } of (await store.listKeys()).items) {
  const { value, contentType } = await store.getRecord(key, { buffer: true });
  const digest = createHash('sha256').update(value).digest('hex');
  console.log(`record ${JSON.stringify({ key, size, contentType, digest })}`);
}
await storage.teardown();
