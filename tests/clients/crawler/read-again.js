// What another run of Crawlee reads of the folder that CRAWLEE_STORAGE_DIR names, with a line for each record.
import { createHash } from 'node:crypto';
import { KeyValueStore } from '@crawlee/cheerio';
import { MemoryStorage } from '@crawlee/memory-storage';

const store = await KeyValueStore.open(process.argv[2], { storageClient: new MemoryStorage({ writeMetadata: false }) });
await store.forEachKey(async (key) => {
  const { value } = await store.client.getRecord(key, { buffer: true });
  console.log(`record ${createHash('sha256').update(value).digest('hex')} ${key}`);
});
