// What a page of another site learns of the stores: nothing. What an application on another port of this machine shows: what it did before.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { alice, startServer } from '../clients/server.js';
import { evil, startBrowser, team, under, visit } from './browser.js';
import { picture, sound } from './media.js';
import { startSite } from './site.js';

const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close()]));

const records = {
  'code.js': ['text/javascript', 'window.stolen = "the secret"; self.postMessage?.("ran");'],
  'data.json': ['application/json', '["the secret"]'],
  'looks.css': ['text/css', 'body { --stolen: "the secret" }'],
  'page.html': ['text/html', '<p>the secret</p>'],
  'picture.png': ['image/png', picture],
  'sound.wav': ['audio/wav', sound],
  'words.vtt': ['text/vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nthe secret\n'],
};

const headers = { Authorization: `Bearer ${alice.token}` };

async function fill(at) {
  const { data } = await (await fetch(`${at.url}/v2/key-value-stores?name=secrets`, { method: 'POST', headers })).json();
  for (const [key, [contentType, body]] of Object.entries(records)) {
    const answer = await fetch(`${at.url}/v2/key-value-stores/${data.id}/records/${key}`, { method: 'PUT', headers: { ...headers, 'Content-Type': contentType }, body });
    assert.equal(answer.status, 201);
  }
  return (host, key) => `${under(host, at.url)}/v2/key-value-stores/${data.id}/records/${key}?token=${alice.token}`;
}

const record = await fill(server);

/** Whether each way to embed an address loads or fails, as the page itself sees it. Runs in the page. */
async function ways(urlOf) {
  const url = (key) => urlOf.replace('KEY', key);
  const element = (tag, attributes) => new Promise((resolve) => {
    const one = document.createElement(tag);
    one.onload = () => resolve('loads');
    one.onerror = () => resolve('fails');
    one.onloadedmetadata = () => resolve('loads');
    Object.assign(one, attributes);
    (document.body ?? document.documentElement).append(one);
  });
  const asked = (promise) => promise.then((answer) => answer?.type === 'opaque' ? 'loads' : answer?.ok ? 'loads' : 'fails', () => 'fails');
  const worker = (make) => new Promise((resolve) => {
    try {
      const one = make();
      (one.port ?? one).onmessage = () => resolve('loads');
      one.onerror = () => resolve('fails');
    } catch {
      resolve('fails');
    }
  });
  const importing = (code) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  return {
    script: await element('script', { src: url('code.js') }),
    module: await element('script', { type: 'module', src: url('code.js') }),
    json: await element('script', { src: url('data.json') }),
    style: await element('link', { rel: 'stylesheet', href: url('looks.css') }),
    img: await element('img', { src: url('picture.png') }),
    preload: await element('link', { rel: 'preload', as: 'script', href: url('code.js') }),
    audio: await element('audio', { src: url('sound.wav'), preload: 'metadata' }),
    video: await element('video', { src: url('sound.wav'), preload: 'metadata' }),
    fetch: await asked(fetch(url('data.json'), { mode: 'no-cors' })),
    cors: await asked(fetch(url('data.json'))),
    import: await asked(import(url('code.js')).then(() => ({ ok: true }))),
    worker: await worker(() => new Worker(url('code.js'))),
    imported: await worker(() => new Worker(importing(`importScripts(${JSON.stringify(url('code.js'))})`))),
    font: await asked(new FontFace('x', `url("${url('picture.png')}")`).load().then(() => ({ ok: true }))),
    stolen: window.stolen ?? getComputedStyle(document.body).getPropertyValue('--stolen'),
  };
}

const look = (host, key) => async (page) => page.evaluate(ways, record(host, 'KEY').replace('KEY', key ?? 'KEY'));

const sites = await Promise.all([evil, 'localhost'].map((host) => startSite(host, () => ({ '/': '<!doctype html><body>' }))));
const [attacker, application] = sites;
after(() => Promise.all(sites.map((site) => site.stop())));

for (const host of [team, 'localhost']) {
  test(`a page of another site runs, shows and reads nothing of ${host}, and cannot tell which keys there are`, async () => {
    const there = await visit(browser, `${attacker.url}/`, look(host));
    const missing = await visit(browser, `${attacker.url}/`, look(host, 'missing'));

    const { stolen, ...embedded } = there;
    assert.equal(stolen, '');
    for (const [way, what] of Object.entries(embedded)) assert.equal(what, 'fails', `${way} loads`);
    assert.deepEqual(there, missing);
  });
}

test('a frame, an object and an embed of another site show nothing', async () => {
  const shown = await visit(browser, `${attacker.url}/`, async (page) => {
    for (const [tag, attribute] of [['iframe', 'src'], ['object', 'data'], ['embed', 'src']]) {
      await page.evaluate(([tag, attribute, url]) => new Promise((resolve) => {
        const one = Object.assign(document.createElement(tag), { onload: resolve, onerror: resolve });
        one[attribute] = url;
        document.body.append(one);
      }), [tag, attribute, record('localhost', 'page.html')]);
    }
    return Promise.all(page.frames().slice(1).map((frame) => frame.content()));
  });
  for (const content of shown) assert.doesNotMatch(content, /the secret/);
  assert.match(shown.join(''), /may not use anything here as/);
});

test('an application on another port of this machine shows pictures and sound, frames pages, and reads', async () => {
  const { script, img, audio, video, fetch, cors } = await visit(browser, `${application.url}/`, look('localhost'));
  assert.deepEqual({ script, img, audio, video, fetch, cors }, { script: 'loads', img: 'loads', audio: 'loads', video: 'loads', fetch: 'loads', cors: 'loads' });

  const content = await visit(browser, `${application.url}/`, async (page) => {
    await page.evaluate((url) => new Promise((resolve) => {
      document.body.append(Object.assign(document.createElement('iframe'), { src: url, onload: resolve }));
    }), record('localhost', 'page.html'));
    return page.frames()[1].content();
  });
  assert.match(content, /the secret/);
});

test('a link on any page opens a record, and downloads an archive', async () => {
  const archive = record('localhost', '').replace('/?', '?');
  const site = await startSite(evil, () => ({ '/': `<a id="record" href="${record('localhost', 'page.html')}">x</a><a id="archive" href="${archive}">x</a>` }));
  await visit(browser, `${site.url}/`, async (page) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#archive')]);
    assert.equal(download.suggestedFilename(), 'secrets.zip');
    assert.equal(await download.failure(), null);
    await page.click('#record');
    assert.match(await page.content(), /the secret/);
    return true;
  });
  await site.stop();
});

test('a record that may be kept is downloaded, whatever it is', async () => {
  await visit(browser, `${application.url}/`, async (page) => {
    for (const key of ['page.html', 'code.js', 'picture.png']) {
      await page.evaluate((url) => document.body.replaceChildren(Object.assign(document.createElement('a'), { href: url, id: 'x', textContent: 'x' })), `${record('localhost', key)}&attachment=1`);
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('#x')]);
      assert.equal(download.suggestedFilename(), key);
      assert.equal(await download.failure(), null);
    }
    return true;
  });
});

test('a site that is allowed embeds and reads; under * every site does', async () => {
  for (const allowed of [attacker.url, '*']) {
    const open = await startServer(['--rate-limit', 'off', '--allowed-origins', allowed]);
    try {
      const at = await fill(open);
      const { script, cors, img } = await visit(browser, `${attacker.url}/`, (page) => page.evaluate(ways, at('localhost', 'KEY')));
      assert.equal(cors, 'loads');
      // A picture is shown to other sites only where all may see it; one of them asks with crossorigin.
      assert.deepEqual([script, img], allowed === '*' ? ['loads', 'loads'] : ['fails', 'fails']);
      const withCors = await visit(browser, `${attacker.url}/`, (page) => page.evaluate((url) => new Promise((resolve) => {
        document.body.append(Object.assign(new Image(), { crossOrigin: 'anonymous', onload: () => resolve('loads'), onerror: () => resolve('fails'), src: url }));
      }), at('localhost', 'picture.png')));
      assert.equal(withCors, 'loads');
      const framed = await visit(browser, `${attacker.url}/`, async (page) => {
        await page.evaluate((url) => new Promise((resolve) => {
          document.body.append(Object.assign(document.createElement('iframe'), { src: url, onload: resolve }));
        }), at('localhost', 'page.html'));
        return page.frames()[1].content();
      });
      assert.match(framed, /the secret/);
    } finally {
      await open.stop();
    }
  }
});
