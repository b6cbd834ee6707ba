// Crawls into a key-value store of a server. Datasets and request queues, which it does not have, stay in the folder.
import { Configuration } from '@crawlee/cheerio';
import { MemoryStorage } from '@crawlee/memory-storage';
import { ApifyClient } from 'apify-client';
import { crawl } from './crawl.js';

const storage = new MemoryStorage();
const client = new ApifyClient({ baseUrl: process.env.SERVER, publicBaseUrl: process.env.SERVER, token: process.env.TOKEN });
storage.keyValueStores = () => client.keyValueStores();
storage.keyValueStore = (id) => client.keyValueStore(id);
Configuration.useStorageClient(storage);

await crawl(process.argv[2], 'crawl');
