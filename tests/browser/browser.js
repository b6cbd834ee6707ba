// Debian's Chromium, for which this machine has several names, as if they were other machines.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const programs = [process.env.KVS_RECORDS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A site of an attacker, and the server as a team reaches it: neither of them is loopback by its name. */
export const evil = 'evil.example';
export const team = 'kvs';

export const startBrowser = () => chromium.launch(options());

/** A browser with a profile, as a user has one: without it, an interrupted download is given up. */
export const startBrowserOf = (profile, downloadsPath) => chromium.launchPersistentContext(profile, { ...options(), acceptDownloads: true, downloadsPath });

function options() {
  const executablePath = programs.find((program) => program && existsSync(program));
  if (!executablePath) throw new Error('Chromium is needed: apt-get install chromium');
  return {
    executablePath,
    args: ['--no-sandbox', `--host-resolver-rules=MAP ${evil} 127.0.0.1, MAP ${team} 127.0.0.1`],
  };
}

/** The same URL under another name of this machine. */
export function under(host, url) {
  const other = new URL(url);
  other.hostname = host;
  return other.href.replace(/\/$/, '');
}

/** Opens a page and closes it; some addresses begin a download or have no answer, which is returned as an error. */
export async function visit(browser, url, look = () => {}) {
  const context = await browser.newContext({ acceptDownloads: true });
  try {
    const page = await context.newPage();
    const failure = await page.goto(url, { timeout: 20_000 }).then(() => undefined, (error) => error.message);
    return (await look(page)) ?? failure;
  } finally {
    await context.close();
  }
}

/** Opens addresses one after the other, in several tabs at once. */
export async function visitAll(browser, urls, until = 'load', tabs = 4) {
  const context = await browser.newContext();
  let next = 0;
  await Promise.all(Array.from({ length: tabs }, async () => {
    const page = await context.newPage();
    while (next < urls.length) await page.goto(urls[next++], { waitUntil: until, timeout: 20_000 }).catch(() => {});
  }));
  await context.close();
}
