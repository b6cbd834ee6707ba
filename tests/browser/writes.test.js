// What a page of another site, or a link in a mail, makes a browser send by itself: nothing is written.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { alice, startServer } from '../clients/server.js';
import { evil, startBrowser, team, under, visit, visitAll } from './browser.js';
import { startSite } from './site.js';

const server = await startServer();
const browser = await startBrowser();
after(() => Promise.all([server.stop(), browser.close()]));

const headers = { Authorization: `Bearer ${alice.token}` };

/** Each makes a request of the address that it is given, which deletes a record where it is heeded. */
const links = {
  img: (url) => `<img src="${url}">`,
  script: (url) => `<script src="${url}"></script>`,
  style: (url) => `<link rel="stylesheet" href="${url}">`,
  icon: (url) => `<link rel="icon" href="${url}">`,
  prefetch: (url) => `<link rel="prefetch" href="${url}">`,
  preload: (url) => `<link rel="preload" as="image" href="${url}">`,
  manifest: (url) => `<link rel="manifest" href="${url}">`,
  iframe: (url) => `<iframe src="${url}"></iframe>`,
  sandboxed: (url) => `<iframe sandbox srcdoc="<img src='${url}'>"></iframe>`,
  noReferrer: (url) => `<img referrerpolicy="no-referrer" src="${url}">`,
  object: (url) => `<object data="${url}"></object>`,
  embed: (url) => `<embed src="${url}">`,
  video: (url) => `<video src="${url}"></video>`,
  audio: (url) => `<audio src="${url}" autoplay></audio>`,
  track: (url) => `<video><track default src="${url}"></video>`,
  background: (url) => `<style>body { background: url("${url}") }</style>`,
  cssImport: (url) => `<style>@import "${url}";</style>`,
  font: (url) => `<style>@font-face { font-family: x; src: url("${url}") } body { font-family: x }</style>x`,
  svgImage: (url) => `<svg><image href="${url}"/></svg>`,
  fetch: (url) => `<script>fetch("${url}", { mode: "no-cors" })</script>`,
  cors: (url) => `<script>fetch("${url}")</script>`,
  head: (url) => `<script>fetch("${url}", { method: "HEAD", mode: "no-cors" })</script>`,
  worker: (url) => `<script>try { new Worker("${url}") } catch { }</script>`,
  events: (url) => `<script>new EventSource("${url}")</script>`,
  socket: (url) => `<script>new WebSocket("${url.replace('http', 'ws')}")</script>`,
  open: (url) => `<script>window.open("${url}")</script>`,
  refresh: (url) => `<meta http-equiv="refresh" content="0;url=${url}">`,
  location: (url) => `<script>location = "${url}"</script>`,
  form: (url) => `<form action="${url.split('?')[0]}">${fields(url)}</form><script>document.forms[0].submit()</script>`,
  preflight: (url) => `<script>fetch("${url}", { headers: { "X-Any": "1" } })</script>`,
};

/** The same for addresses that are sent with POST. */
const posts = {
  postForm: (url) => `<form method="post" action="${url}"></form><script>document.forms[0].submit()</script>`,
  postPlain: (url) => `<form method="post" enctype="text/plain" action="${url}"><input name="x" value="y"></form><script>document.forms[0].submit()</script>`,
  postFile: (url) => `<form method="post" enctype="multipart/form-data" action="${url}"><input name="x" value="y"></form><script>document.forms[0].submit()</script>`,
  postNoReferrer: (url) => `<meta name="referrer" content="no-referrer"><form method="post" action="${url}"></form><script>document.forms[0].submit()</script>`,
  postSandboxed: (url) => `<iframe sandbox="allow-forms allow-scripts" srcdoc="<form method=post action='${url}'></form><script>document.forms[0].submit()</script>"></iframe>`,
  postFrame: (url) => `<iframe name="f"></iframe><form method="post" target="f" action="${url}"></form><script>document.forms[0].submit()</script>`,
  beacon: (url) => `<script>navigator.sendBeacon("${url}", "x")</script>`,
  post: (url) => `<script>fetch("${url}", { method: "POST", mode: "no-cors", body: "x" })</script>`,
  keepalive: (url) => `<script>fetch("${url}", { method: "POST", mode: "no-cors", keepalive: true, body: "x" })</script>`,
  ping: (url) => `<a href="#x" ping="${url}">x</a><script>document.links[0].click()</script>`,
  report: (url) => `<meta http-equiv="Content-Security-Policy" content="img-src 'none'; report-uri ${url}"><img src="/x.png">`,
};

function fields(url) {
  return [...new URL(url).searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
}

/** A store with a record for each of the tricks. */
async function fill(name) {
  const { data } = await (await fetch(`${server.url}/v2/key-value-stores?name=${name}`, { method: 'POST', headers })).json();
  for (const key of [...Object.keys(links), ...Object.keys(posts), 'redirected', 'clicked']) {
    await fetch(`${server.url}/v2/key-value-stores/${data.id}/records/${key}`, { method: 'PUT', headers, body: key });
  }
  return data.id;
}

async function keysOf(id) {
  return (await (await fetch(`${server.url}/v2/key-value-stores/${id}/keys`, { headers })).json()).data.items.map(({ key }) => key);
}

/** The keys of the records for which a request came that stands for another. */
async function asked(id) {
  const answer = await (await fetch(`${server.url}/_emulator/requests`)).json();
  const ofStore = answer.data.items.filter(({ path, query }) => path.includes(id) && query.includes('method='));
  return new Set(ofStore.map(({ path }) => path.split('/').pop()));
}

for (const host of [team, 'localhost']) {
  test(`a page of another site writes nothing to ${host}`, async () => {
    const id = await fill(`pages-${host}`);
    const before = await keysOf(id);
    const record = (key, query) => `${under(host, server.url)}/v2/key-value-stores/${id}/records/${key}?${query}&token=${alice.token}`;
    const pages = [...Object.keys(links), ...Object.keys(posts), 'redirected'];
    const site = await startSite(evil, (url) => ({
      ...Object.fromEntries(Object.entries(links).map(([name, page]) => [`/${name}`, page(record(name, 'method=DELETE'))])),
      ...Object.fromEntries(Object.entries(posts).map(([name, page]) => [`/${name}`, page(record(name, 'method=DELETE'))])),
      '/redirected': `<img src="${url}/redirect">`,
      '/redirect': { status: 302, location: record('redirected', 'method=DELETE') },
    }));
    await visitAll(browser, pages.map((name) => `${site.url}/${name}`), 'networkidle');
    await site.stop();

    assert.deepEqual(await keysOf(id), before);
    // Nothing holds the tricks back but the server: nearly all of them come to it.
    const came = await asked(id);
    assert.ok(came.size >= 30, `Only these came: ${[...came].join(', ')}`);
  });

  test(`a link in a mail writes nothing to ${host}`, async () => {
    const id = await fill(`mail-${host}`);
    const before = await keysOf(id);
    for (const query of ['method=DELETE', 'method=PUT', 'method=POST', 'method=delete']) {
      await visit(browser, `${under(host, server.url)}/v2/key-value-stores/${id}/records/clicked?${query}&token=${alice.token}`);
      await visit(browser, `${under(host, server.url)}/v2/key-value-stores/${id}/records/new?${query}&token=${alice.token}`);
      await visit(browser, `${under(host, server.url)}/v2/key-value-stores/${id}?${query}&token=${alice.token}`);
      await visit(browser, `${under(host, server.url)}/v2/key-value-stores?${query}&name=by-mail&token=${alice.token}`);
    }
    assert.deepEqual(await keysOf(id), before);
    const stores = (await (await fetch(`${server.url}/v2/key-value-stores?unnamed=1`, { headers })).json()).data.items;
    assert.ok(!stores.some(({ name }) => name === 'by-mail' || name === null));
  });

  test(`a page of another site steers nothing under /_emulator of ${host}`, async () => {
    const id = await fill(`emulator-${host}`);
    const emulator = `${under(host, server.url)}/_emulator`;
    const site = await startSite(evil, () => ({
      '/': ['reset', 'clock', 'faults', 'runs/evil'].map((what) => `<img src="${emulator}/${what}"><script>
        for (const method of ['POST', 'PUT', 'DELETE']) fetch('${emulator}/${what}', { method, mode: method === 'POST' ? 'no-cors' : 'cors', body: method === 'DELETE' ? undefined : '{"offsetSecs":9999}' }).catch(() => {});
        </script>`).join('') + `<form method="post" action="${emulator}/reset"></form><script>document.forms[0].submit()</script>`,
    }));
    await visit(browser, `${site.url}/`, (page) => page.waitForLoadState('networkidle'));
    await site.stop();

    assert.notEqual((await keysOf(id)).length, 0);
    assert.equal((await fetch(`${server.url}/_emulator/runs/evil`)).status, 404);
    assert.equal((await (await fetch(`${server.url}/_emulator/clock`)).json()).data.offsetSecs, 0);
  });
}

test('a program writes by a GET with the token in its header', async () => {
  const id = await fill('programs');
  const answer = await fetch(`${server.url}/v2/key-value-stores/${id}/records/clicked?method=DELETE`, { headers });
  assert.equal(answer.status, 204);
});
