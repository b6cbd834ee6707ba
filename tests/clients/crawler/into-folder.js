// Crawls into the folder that CRAWLEE_STORAGE_DIR names, and writes records there whose keys look like names of files.
import { KeyValueStore } from '@crawlee/cheerio';
import { crawl } from './crawl.js';

await crawl(process.argv[2], 'crawl');

const dotted = await KeyValueStore.open('dotted');
await dotted.setValue('report.html', '<p>', { contentType: 'text/html; charset=utf-8' });
await dotted.setValue('data.v1', { version: 1 });
await dotted.setValue('photo.jpeg', Buffer.from([1, 2]), { contentType: 'image/png' });
await dotted.setValue('a.b.c', 'text', { contentType: 'text/plain' });
await dotted.setValue('unknown', Buffer.from([3]), { contentType: 'application/x-own' });
await dotted.setValue('nothing', '', { contentType: 'text/plain' });
