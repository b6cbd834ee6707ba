// A site with pages that a test writes, which remembers what it was asked for.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** @param {(url: string) => Record<string, string | { status: number, location: string }>} pages By path, from the site's own address. */
export async function startSite(host, pages) {
  const asked = [];
  let all = {};
  const server = createServer((request, response) => {
    asked.push(request.url);
    const page = all[request.url.split('?')[0]];
    if (page?.location) {
      response.writeHead(page.status, { Location: page.location }).end();
    } else {
      response.writeHead(page === undefined ? 404 : 200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page ?? '');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://${host}:${server.address().port}`;
  all = pages(url);
  return {
    url,
    asked,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
