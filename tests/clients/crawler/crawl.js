// A crawler as people write them: every page, its picture, and what was found, with a line for each record that it writes.
import { createHash } from 'node:crypto';
import { CheerioCrawler, KeyValueStore } from '@crawlee/cheerio';

/** Crawls the site that begins there, into the store of that name, and says of each record its key and its SHA-256. */
export async function crawl(start, name) {
  const store = await KeyValueStore.open(name);
  async function keep(key, value, contentType) {
    await store.setValue(key, value, { contentType });
    console.log(`record ${createHash('sha256').update(value).digest('hex')} ${key}`);
  }

  const crawler = new CheerioCrawler({
    // One page after the other: which records have been written when a page is asked for is then certain.
    maxConcurrency: 1,
    // On a busy machine, a page that took too long would be asked for again after others.
    navigationTimeoutSecs: 200,
    requestHandlerTimeoutSecs: 200,
    async requestHandler({ request, $, body, enqueueLinks, pushData, sendRequest }) {
      const number = new URL(request.url).pathname.slice('/page/'.length);
      await keep(`page-${number}`, body.toString(), 'text/html; charset=utf-8');
      const picture = await sendRequest({ url: new URL($('img').attr('src'), request.url).href, responseType: 'buffer' });
      await keep(`picture-${number}`, picture.body, 'image/png');
      await keep(`it's.(${number})`, JSON.stringify({ title: $('title').text() }), 'application/json');
      await pushData({ number });
      await enqueueLinks();
    },
  });
  const { requestsFailed } = await crawler.run([start]);
  if (requestsFailed > 0) throw new Error(`${requestsFailed} pages could not be crawled.`);
}
