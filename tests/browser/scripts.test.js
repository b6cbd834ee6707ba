// What a crawler has saved runs no script in the server's origin, however its content type is written.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { alice, startServer } from '../clients/server.js';
import { startBrowser, under, visit, visitAll } from './browser.js';
import { startSite } from './site.js';

/** As a web server that a crawler visits might say it, on purpose or not. */
const contentTypes = [
  'image/png;,text/html', 'image/png,text/html', 'image/png, text/html', 'text/html,image/png', 'text/html, image/png', 'image/png;text/html',
  'image/png;charset=utf-8,text/html', 'image/png; charset="utf-8",text/html', 'image/png; charset="x,text/html', 'image/png;a="b,text/html;c="',
  'image/png;a=",",text/html', 'application/json;,text/html', 'text/plain,text/html', 'text/plain; charset=utf-8,text/html', 'application/pdf,text/html',
  'video/mp4,text/html', 'audio/mpeg,text/html', 'text/html', 'TEXT/HTML', ' text/html', 'text/html;charset=utf-7', 'text/html; charset=image/png',
  'image/svg+xml', 'IMAGE/SVG+XML', 'image/svg+xml;charset=utf-8', 'image/png,image/svg+xml', 'image/png;,image/svg+xml', 'text/xml', 'application/xml',
  'application/xhtml+xml', 'application/rss+xml', 'application/atom+xml', 'application/mathml+xml', 'image/x+xml', 'audio/x+xml', 'video/x+xml',
  'application/x-mpegurl,text/html', 'multipart/x-mixed-replace;boundary=x', 'multipart/related;boundary=x', 'message/rfc822', 'text/javascript',
  'application/javascript', 'text/css', 'application/octet-stream', 'nonsense', '*/*', 'image', 'image/', '/html', ',text/html', ';text/html', ',',
  'unknown/unknown', 'application/unknown', 'image/*', 'application/x-shockwave-flash', 'text/x-component', 'text/vbscript', 'text/cache-manifest',
  'image/png', 'image/jpeg', 'image/gif', 'image/x-icon', 'audio/mpeg', 'video/mp4', 'text/plain', 'text/plain;charset=utf-7', 'text/plain;charset=utf-16',
  'text/plain;charset=iso-2022-jp', 'application/json', 'application/json; charset=utf-7', 'application/pdf', null,
];

const server = await startServer();
const browser = await startBrowser();
const site = await startSite('localhost', (url) => ({ '/control': page(url, 'control') }));
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-browser-'));
after(() => Promise.all([server.stop(), browser.close(), site.stop(), rm(folder, { recursive: true })]));

/** Tells the site that it has run, and what it could read with the well-known token. */
function script(url, name) {
  const token = alice.token;
  return `new Image().src = '${url}/ran/${name}';
    fetch('/v2/key-value-stores?token=${token}').then((answer) => answer.text()).then((text) => { new Image().src = '${url}/read/${name}?' + text.length; });
    fetch('/_emulator/reset', { method: 'POST' });`;
}

function page(url, name) {
  return `<!doctype html><title>${name}</title><script>${script(url, name)}</script>`;
}

/** Which bodies are tried with a content type: a page with each of them, and others where they could be taken for what they are. */
function kinds(contentType) {
  const others = { svg: /svg|xml|^$/i, xhtml: /xml/i, utf7: /utf-7|^$/i, multipart: /multipart|rfc822/i };
  return ['html', ...Object.keys(others).filter((kind) => others[kind].test(contentType ?? ''))];
}

/** What each kind of parser would run. */
const bodies = {
  html: page,
  svg: (url, name) => `<svg xmlns="http://www.w3.org/2000/svg" onload="${script(url, name).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}"><script><![CDATA[${script(url, name)}]]></script></svg>`,
  xhtml: (url, name) => `<html xmlns="http://www.w3.org/1999/xhtml"><head><script><![CDATA[${script(url, name)}]]></script></head></html>`,
  utf7: (url, name) => page(url, name).replaceAll('<', '+ADw-').replaceAll('>', '+AD4-'),
  multipart: (url, name) => `--x\r\nContent-Type: text/html\r\n\r\n${page(url, name)}\r\n--x--\r\n`,
};

const headers = { Authorization: `Bearer ${alice.token}` };
const ran = () => site.asked.filter((asked) => /^\/(ran|read)\//.test(asked));

/** Opens each of them, and then the control, which does run. */
async function assertNothingRuns(urls) {
  const before = ran().length;
  await visitAll(browser, urls);
  await visit(browser, `${site.url}/control`);
  assert.deepEqual(ran().slice(before).filter((asked) => !asked.includes('control')), []);
  assert.ok(ran().slice(before).includes('/ran/control'), 'The browser runs no scripts at all.');
}

test('no record that was written runs a script, whatever its content type', async () => {
  const { data } = await (await fetch(`${server.url}/v2/key-value-stores?name=pages`, { method: 'POST', headers })).json();
  const urls = [];
  for (const [i, contentType] of contentTypes.entries()) {
    for (const kind of kinds(contentType)) {
      const name = `${kind}-${i}`;
      const url = `${server.url}/v2/key-value-stores/${data.id}/records/${name}`;
      const written = await fetch(url, { method: 'PUT', headers: { ...headers, ...(contentType && { 'Content-Type': contentType }) }, body: new Blob([bodies[kind](site.url, name)]) });
      assert.equal(written.status, 201);
      urls.push(`${under('localhost', url)}?token=${alice.token}`);
    }
  }
  await assertNothingRuns(urls);
  assert.equal((await fetch(`${server.url}/v2/key-value-stores/${data.id}`, { headers })).status, 200, 'The stores were reset.');
});

test('no record runs a script within a page of an application that shows it', async () => {
  const keys = (await (await fetch(`${server.url}/v2/key-value-stores/alice~pages/keys?prefix=html-`, { headers })).json()).data.items;
  const url = (key) => `${under('localhost', server.url)}/v2/key-value-stores/alice~pages/records/${key}?token=${alice.token}`;
  const show = ['iframe src', 'embed src', 'object data'];
  const application = await startSite('localhost', () => ({
    '/': keys.flatMap(({ key }) => show.map((how) => `<${how}="${url(key)}"></${how.split(' ')[0]}>`)).join('\n'),
  }));
  const before = ran().length;
  await visit(browser, `${application.url}/`);
  await application.stop();
  assert.deepEqual(ran().slice(before), []);
});

test("no file of a crawler's folder runs a script, whatever its name and its sidecar say", async () => {
  const store = path.join(folder, 'key_value_stores', 'default');
  await mkdir(store, { recursive: true });
  const odd = ['image/png;,text/html', 'image/png\t,text/html', 'image/png\u00a0,text/html', 'text/html\u0000', '\ufefftext/html', 'image/png\r\n\r\n<script>', 'ｔext/html', 'text/html', 'image/svg+xml', '', ' '];
  const files = [];
  for (const [i, contentType] of odd.entries()) {
    await writeFile(path.join(store, `sidecar-${i}`), page(site.url, `sidecar-${i}`));
    await writeFile(path.join(store, `sidecar-${i}.__metadata__.json`), JSON.stringify({ key: `sidecar-${i}`, contentType, size: 1 }));
    files.push(`sidecar-${i}`);
  }
  for (const extension of ['html', 'htm', 'xhtml', 'xml', 'svg', 'js', 'mhtml', 'png', 'jpeg', 'txt', 'json', 'pdf', 'css', 'bin', 'shtml', 'xht', 'xsl', 'rss']) {
    await writeFile(path.join(store, `file-${extension}.${extension}`), page(site.url, `file-${extension}`));
    await writeFile(path.join(store, `svg-${extension}.${extension}`), bodies.svg(site.url, `svg-${extension}`));
    files.push(`file-${extension}`, `svg-${extension}`);
  }
  const live = await startServer(['--rate-limit', 'off'], ['--storage', folder]);
  try {
    await assertNothingRuns(files.map((key) => `${under('localhost', live.url)}/v2/key-value-stores/alice~default/records/${key}?token=${alice.token}`));
  } finally {
    await live.stop();
  }
});

test('an error that repeats what was asked for runs nothing', async () => {
  const inject = encodeURIComponent(`<script>new Image().src='${site.url}/ran/error'</script>`);
  const address = under('localhost', server.url);
  await assertNothingRuns([
    `${address}/${inject}`, `${address}/v2/key-value-stores/${inject}`, `${address}/v2/key-value-stores/alice~pages/keys?limit=${inject}&token=${alice.token}`,
    `${address}/v2/key-value-stores/alice~pages/records?collection=${inject}&token=${alice.token}`, `${address}/v2/key-value-stores?method=${inject}`,
    `${address}/_emulator/requests?operation=${inject}`,
  ]);
});
