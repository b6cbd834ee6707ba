// The page in Debian's Chromium, with a server and stores, and what the tests ask of it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const programs = [process.env.KVS_RECORDS_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function startBrowser(args = []) {
  const executablePath = programs.find((program) => program && existsSync(program));
  if (!executablePath) throw new Error('Chromium is needed: apt-get install chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
}

export const api = (server, token) => async (path, { method = 'GET', body, headers = {} } = {}) => {
  const answer = await fetch(`${server.url}/${path}`, { method, body, headers: { ...(token && { Authorization: `Bearer ${token}` }), ...headers } });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text).data;
};

/** Makes a store with records: key → [content type, value]. */
export async function makeStore(server, token, name, records = {}, schema) {
  const call = api(server, token);
  const store = await call(`v2/key-value-stores?name=${name}`, {
    method: 'POST', ...(schema && { body: JSON.stringify({ schema }), headers: { 'Content-Type': 'application/json' } }),
  });
  for (const [key, [contentType, body]] of Object.entries(records)) {
    await call(`v2/key-value-stores/${store.id}/records/${encodeURIComponent(key)}`, { method: 'PUT', body, headers: { 'Content-Type': contentType } });
  }
  return store;
}

export async function keysOf(server, token, store) {
  return (await api(server, token)(`v2/key-value-stores/${store.id}/keys`)).items.map(({ key }) => key);
}

/** Opens the page in a tab of its own, and checks at the end that the console has no error but those that are expected. */
export async function openPage(browser, server, token, { hash = '', expected = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${server.url}/_page/#${new URLSearchParams({ ...(token && { token }), ...Object.fromEntries(new URLSearchParams(hash)) })}`);
  if (token) await page.locator('body[data-ready]').waitFor();
  return {
    page,
    errors,
    async close() {
      await context.close();
      assert.deepEqual(errors.filter((error) => !expected.some((one) => error.includes(one))), [], 'The console has errors.');
    },
  };
}

/** Does something with the page of its own, which is closed afterwards. */
export async function onPage(browser, server, token, options, look) {
  const { page, close, errors } = await openPage(browser, server, token, options);
  await look(page, errors);
  await close();
}

export const storeRow = (page, text) => page.locator('#store-list .row', { hasText: text });
export const keyRow = (page, key) => page.locator('#key-list .row').filter({ has: page.locator(`.key[title="${key}"]`) });

export async function openStore(page, name) {
  await storeRow(page, name).click();
  await page.locator('#keys h2').filter({ hasText: name }).waitFor();
}

export async function openRecord(page, key, tab) {
  await keyRow(page, key).click();
  await page.locator('#record:not([aria-busy]) h2').filter({ hasText: key }).waitFor();
  if (tab) await page.getByRole('tab', { name: tab }).click();
}
