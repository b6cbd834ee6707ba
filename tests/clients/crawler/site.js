// A small site to crawl, on this machine.
import { createServer } from 'node:http';
import { once } from 'node:events';

const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/**
 * Page 1 leads to 2 and 3, and so on in a tree; each page has a picture.
 * @param {number} pages How many.
 * @param {(page: number) => Promise<void>} beforePage What happens before a page is answered.
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startSite(pages, beforePage = async () => {}) {
  const site = createServer(async (request, response) => {
    const [, kind, number] = /^\/(page|picture)\/(\d+)$/.exec(request.url) ?? [];
    if (kind === 'picture') return response.setHeader('Content-Type', 'image/png').end(Buffer.concat([picture, Buffer.alloc(+number, 255)]));
    if (!kind) return response.writeHead(404).end();
    await beforePage(+number);
    const links = [2 * number, 2 * number + 1].filter((next) => next <= pages).map((next) => `<a href="/page/${next}">Page ${next}</a>`);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<title>Žluťoučký kůň ${number}</title>${links.join('')}<img src="/picture/${number}">${'<p>text</p>'.repeat(100 * number)}`);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    url: `http://127.0.0.1:${site.address().port}`,
    async stop() {
      site.closeAllConnections();
      site.close();
      await once(site, 'close');
    },
  };
}
