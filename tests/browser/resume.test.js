// A browser goes on with a download that was interrupted: by itself where it knows the length, else when its user clicks on "Resume".
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { alice, startServer } from '../clients/server.js';
import { startBrowserOf } from './browser.js';

const sentUntilCut = 3_000_000;
const folder = await mkdtemp(path.join(tmpdir(), 'kvs-resume-'));
const downloads = path.join(folder, 'downloads');
const browser = await startBrowserOf(path.join(folder, 'profile'), downloads);
const store = path.join(folder, 'key_value_stores', 'resumed');
await mkdir(store, { recursive: true });
for (let i = 0; i < 20; i++) await writeFile(path.join(store, `picture-${i}.png`), randomBytes(500_000));
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

for (const [name, source] of [['a live folder', ['--storage', folder]], ['a managed store', ['--ephemeral', '--seed', folder]]]) {
  test(`Chromium goes on with an interrupted download of ${name}`, async () => {
    const server = await startServer(['--rate-limit', 'off'], source);
    const proxy = await startCuttingProxy(new URL(server.url).port);
    try {
      const archive = `/v2/key-value-stores/alice~resumed/records?token=${alice.token}`;
      await settled(server.url + archive);
      const page = await browser.newPage();
      await page.goto(proxy.url + archive).catch(() => {}); // Playwright calls a download a failure to navigate.
      await page.goto('chrome://downloads');
      await until(async () => (await isResumed(page)) || proxy.requests.length === 2);
      await until(async () => (await readdir(downloads)).every((file) => !file.endsWith('.crdownload')));
      const [file] = await readdir(downloads);

      assert.equal(proxy.requests.length, 2);
      assert.doesNotMatch(proxy.requests[0], /^range:/im);
      assert.match(proxy.requests[1], /^range: bytes=[1-9]\d*-/im);
      assert.match(proxy.requests[1], /^if-range: "/im);
      const whole = Buffer.from(await (await fetch(server.url + archive)).arrayBuffer());
      assert.ok((await readFile(path.join(downloads, file))).equals(whole));
    } finally {
      await rm(downloads, { recursive: true });
      proxy.stop();
      await server.stop();
    }
  });
}

// A folder that was just written has no version yet. Asked by HEAD, so that the archive is not kept.
const settled = (url) => until(async () => (await fetch(url, { method: 'HEAD' })).headers.has('ETag'));

/** Clicks on "Resume" in the browser's list of downloads, once it is there. */
const isResumed = (page) => page.locator('downloads-item').first().evaluate((item) => {
  const button = item.shadowRoot.querySelector('#pause-or-resume');
  if (!button || button.hidden || button.innerText.trim() !== 'Resume') return false;
  button.click();
  return true;
});

async function until(holds) {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error('It does not come about.');
}

/** Cuts the first connection on which so many bytes were sent. */
async function startCuttingProxy(port) {
  const requests = [];
  const sockets = new Set();
  let isCut = false;
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    let sent = 0;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => { client.destroy(); server.destroy(); });
    }
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (text.startsWith('GET ') && text.includes('/records?')) requests.push(text);
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      client.write(bytes);
      sent += bytes.length;
      if (isCut || sent < sentUntilCut) return;
      isCut = true;
      server.pause();
      client.end(() => client.destroy());
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    requests,
    stop() {
      sockets.forEach((socket) => socket.destroy());
      proxy.close();
    },
  };
}
