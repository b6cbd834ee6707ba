// Records that a crawler saved from a site that wants to harm: in the page they run nothing, load nothing and leave the page as it is.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { alice, startServer } from '../clients/server.js';
import { makeStore, onPage, openRecord, openStore, startBrowser, storeRow } from './page.js';

const asked = [];
const site = createServer((request, response) => { asked.push(request.url); response.end('x'); });
await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve); });
const evil = `http://127.0.0.1:${site.address().port}`;

const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close(), new Promise((resolve) => { site.closeAllConnections(); site.close(resolve); })]));

const markup = '"><img src=x onerror=parent.hacked=1><script>parent.hacked=1</script>';
const store = await makeStore(server, alice.token, 'hostile', {
  script: ['text/html', `<script>parent.hacked = 1; fetch('${evil}/fetch')</script><p>script`],
  handler: ['text/html', `<img src=x onerror="parent.hacked=1"><svg onload="parent.hacked=1"></svg><p>handler`],
  parent: ['text/html', `<a href="javascript:parent.hacked=1" id=a>x</a><script>top.location='${evil}/top'</script><p>parent`],
  refresh: ['text/html', `<meta http-equiv="refresh" content="0;url=${evil}/refresh"><p>refresh`],
  form: ['text/html', `<form action="${evil}/form"><button autofocus>go</button></form><script>document.forms[0].submit()</script><p>form`],
  remote: ['text/html', `<img src="${evil}/image"><link rel=stylesheet href="${evil}/style"><style>@import url(${evil}/import); body{background:url(${evil}/background)} @font-face{font-family:x;src:url(${evil}/font)} p{font-family:x}</style><iframe src="${evil}/frame"></iframe><object data="${evil}/object"></object><embed src="${evil}/embed"><video src="${evil}/video" autoplay></video><link rel=prefetch href="${evil}/prefetch"><base href="${evil}/"><p>remote`],
  nested: ['text/html', `<iframe srcdoc="<script>top.hacked=1</script><img src='${evil}/nested'>"></iframe><p>nested`],
  own: ['text/html', `<img src="/v2/users/me?token=${alice.token}"><iframe src="/_page/"></iframe><form method=post action="/_emulator/reset"></form><p>own`],
  'vector.svg': ['image/svg+xml', `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.hacked=1" width="9" height="9"><script>parent.hacked=1</script><image href="${evil}/svg"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="${evil}/svg-frame"/></foreignObject></svg>`],
  'values.json': ['application/json', JSON.stringify({ [markup]: markup, __proto__x: { constructor: markup }, list: ['</pre>', markup] })],
  text: ['text/plain', markup],
  'odd-type': ['text/html;,image/png', `<script>parent.hacked=1</script>`],
  'type-markup': ['x/<img src=x onerror=hacked=1>', markup],
  'xml.xhtml': ['application/xhtml+xml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>parent.hacked=1</script></html>`],
  'deep.json': ['application/json', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  'broken.json': ['application/json', '{"a": '],
  'half.json': ['application/json', '"\\ud800"'],
});

const blocked = ['Content Security Policy', 'Blocked', 'sandboxed', 'sandbox', 'Unsafe attempt', 'Framing', 'violates', 'Failed to load resource'];

async function assertUnharmed(page) {
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  assert.ok(page.url().startsWith(`${server.url}/_page/`));
  assert.deepEqual(asked, []);
}

test('saved HTML, drawings and texts run nothing, load nothing and go nowhere', () => onPage(browser, server, alice.token, { expected: blocked }, async (page) => {
  await openStore(page, 'hostile');
  for (const key of ['script', 'handler', 'parent', 'refresh', 'form', 'remote', 'nested', 'own', 'vector.svg', 'values.json', 'text', 'odd-type', 'type-markup', 'xml.xhtml', 'deep.json', 'broken.json', 'half.json']) {
    await openRecord(page, key);
    if (await page.locator('#panel iframe').count() > 0) {
      await page.frameLocator('#panel iframe').locator('p', { hasText: key }).waitFor();
      if (key === 'parent') await page.frameLocator('#panel iframe').locator('#a').click();
      if (key === 'form') await page.frameLocator('#panel iframe').locator('button').click();
    }
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      await page.waitForTimeout(30);
    }
    await assertUnharmed(page);
  }
  await page.waitForTimeout(500);
  await assertUnharmed(page);
}));

test('names, titles and collections full of markup are shown as they are', async () => {
  const schema = { actorKeyValueStoreSchemaVersion: 1, title: markup, collections: { [markup]: { title: markup, keyPrefix: 'a' } } };
  const named = await makeStore(server, alice.token, 'named', { a: ['text/plain', 'x'] }, schema);
  await fetch(`${server.url}/v2/key-value-stores/${named.id}`, { method: 'PUT', headers: { Authorization: `Bearer ${alice.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ title: markup }) });
  await onPage(browser, server, alice.token, { hash: `store=${named.id}&prefix=${encodeURIComponent(markup)}&key=${encodeURIComponent(markup)}`, expected: ['404'] }, async (page) => {
    await page.locator('#collection option', { hasText: markup }).waitFor({ state: 'attached' });
    await assertUnharmed(page);
  });
});

test('keys of a live folder full of markup are shown as they are', async () => {
  const { mkdir, mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/kvs-page-');
  const records = `${folder}/key_value_stores/<img src=x onerror=hacked=1>`;
  await mkdir(records, { recursive: true });
  await writeFile(`${records}/<img src=x onerror=hacked=1>.html`, '<script>parent.hacked=1</script><p>live');
  const live = await startServer(['--rate-limit', 'off'], ['--storage', folder]);
  try {
    await onPage(browser, live, alice.token, { expected: blocked }, async (page) => {
      await storeRow(page, 'onerror').click();
      await page.locator('#key-list .row').first().click();
      await page.frameLocator('#panel iframe').locator('p', { hasText: 'live' }).waitFor();
      assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    });
  } finally {
    await live.stop();
    await rm(folder, { recursive: true });
  }
});

test('the answer has the policy, and the page refuses markup wherever it comes from', async () => {
  const answer = await fetch(`${server.url}/_page/`);
  const policy = answer.headers.get('Content-Security-Policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"]) {
    assert.ok(policy.includes(part), part);
  }
  assert.equal(answer.headers.get('Set-Cookie'), null);
  await onPage(browser, server, alice.token, { expected: ['TrustedHTML'] }, async (page) => {
    assert.ok(await page.evaluate(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch { return true; } }));
  });
  assert.ok(store.id);
});

test('another page cannot pass its requests off as those of this one', async () => {
  const call = (headers) => fetch(`${server.url}/v2/key-value-stores/${store.id}/keys`, { headers: { Authorization: `Bearer ${alice.token}`, ...headers } });
  await fetch(`${server.url}/_emulator/requests`, { method: 'DELETE' });
  await call({ Referer: `${evil}/_page/` });
  await call({ Referer: `${server.url}/_page/`, 'Sec-Fetch-Site': 'same-site' });
  await call({ Referer: `${server.url}/v2/_page` });
  assert.equal((await (await fetch(`${server.url}/_emulator/requests`)).json()).data.count, 3);
});
