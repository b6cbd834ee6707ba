// Crawls with the API's client as the only storage.
import { Configuration } from '@crawlee/cheerio';
import { ApifyClient } from 'apify-client';
import { crawl } from './crawl.js';

Configuration.useStorageClient(new ApifyClient({ baseUrl: process.env.SERVER, token: process.env.TOKEN, maxRetries: 0 }));
await crawl(process.argv[2], 'crawl');
