// The page by the keyboard alone, with a screen reader, in both colour schemes, on a phone and on a wall.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { alice, startServer } from '../clients/server.js';
import { keyRow, makeStore, onPage, openRecord, openStore, startBrowser } from './page.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const browser = await startBrowser();
const server = await startServer();
after(() => Promise.all([server.stop(), browser.close()]));

const json = (value) => ['application/json; charset=utf-8', JSON.stringify(value)];
const page1 = '<h1>Blue Mug</h1><p style="font: 16px sans-serif">A mug that the crawler saw. <b>€ 12.50</b></p>';
await makeStore(server, alice.token, 'shop', {
  OUTPUT: json({ products: 12, finishedAt: '2026-01-31T12:00:00.000Z' }),
  ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`product-${String(i + 1).padStart(3, '0')}`, json({
    name: ['Blue mug', 'Café au lait bowl', 'Teapot'][i % 3], price: 12.5 + i, id: '9007199254740993', tags: ['kitchen', 'sale'], seller: { name: 'Ceramics & Co', rating: 4.8 },
  })])),
  'page-1.html': ['text/html; charset=utf-8', page1],
}, { actorKeyValueStoreSchemaVersion: 1, title: 'Shop', collections: { products: { title: 'Products', keyPrefix: 'product-' } } });
await makeStore(server, alice.token, 'pages', { 'page-1.html': ['text/html', page1] });

async function assertNoViolations(page, what) {
  // The policy allows no script from elsewhere, and this is one of the test's.
  const source = (await import('node:fs')).readFileSync(axe, 'utf8');
  await page.evaluate(source);
  const violations = await page.evaluate(async () => (await globalThis.axe.run(document, { iframes: false })).violations
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`));
  assert.deepEqual(violations, [], what);
}

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in the ${colorScheme} scheme`, () => onPage(browser, server, alice.token, { colorScheme }, async (page) => {
    await assertNoViolations(page, 'stores');
    await openStore(page, 'shop');
    await openRecord(page, 'product-001');
    await assertNoViolations(page, 'a tree');
    for (const tab of ['Text', 'Hex', 'Headers']) {
      await page.getByRole('tab', { name: tab }).click();
      await assertNoViolations(page, tab);
    }
    await page.getByRole('button', { name: 'Edit' }).click();
    await assertNoViolations(page, 'the editor');
    await keyRow(page, 'product-002').locator('.mark').click();
    await assertNoViolations(page, 'a chosen record');
    await page.locator('#keys').getByRole('button', { name: 'Delete', exact: true }).click();
    await assertNoViolations(page, 'a delete');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Sizes' }).click();
    await page.locator('.bars').nth(1).waitFor();
    await assertNoViolations(page, 'sizes');
    await page.keyboard.press('Escape');
    await page.locator('#store-menu summary').click();
    await page.getByRole('button', { name: 'Access and sharing …' }).click();
    await assertNoViolations(page, 'access');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Help' }).click();
    await assertNoViolations(page, 'help');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Emulator', exact: true }).click();
    await page.locator('#request-list .row').first().waitFor();
    await assertNoViolations(page, 'the emulator');
    await page.locator('#user-menu summary').click();
    await page.getByRole('button', { name: 'Look as another user …' }).click();
    await assertNoViolations(page, 'the sign-in');
  }));
}

test('everything is reached by the keyboard alone', () => onPage(browser, server, alice.token, {}, async (page) => {
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.slice(0, 30));
  await page.keyboard.press('/');
  assert.equal(await focused(), 'find-store');
  await page.keyboard.type('shop');
  await page.locator('#store-list .row').nth(1).waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.locator('#key-list .row').first().waitFor();
  await page.locator('#key-list:focus').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.locator('#key-list').getAttribute('aria-activedescendant'), await page.locator('#key-list .row.active').getAttribute('id'));
  const key = await page.locator('#key-list .row.active .key').textContent();
  await page.keyboard.press('Enter');
  await page.locator('#panel:focus').waitFor();
  await page.keyboard.press('Shift+Tab');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'tab');
  await page.keyboard.press('ArrowRight');
  await page.locator('[role=tab][aria-selected=true]:focus', { hasText: 'Text' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#key-list:focus').waitFor();
  assert.equal(await page.locator('#key-list .row.active .key').textContent(), key, 'It is the row from before.');
  await page.keyboard.press(' ');
  await page.locator('.bar', { hasText: '1 record chosen' }).waitFor();
  await page.keyboard.press('Delete');
  await keyRow(page, key).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await keyRow(page, key).waitFor();
  await page.keyboard.press('/');
  assert.equal(await focused(), 'prefix');
  await page.keyboard.type('page-');
  await page.locator('#key-list .row', { hasText: 'product' }).first().waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.locator('#key-list:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#store-list:focus').waitFor();
  await page.keyboard.press('?');
  await page.locator('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
}));

for (const [width, height] of [[320, 640], [800, 600], [1400, 900], [3840, 2160]]) {
  test(`nothing is cut off at ${width} × ${height}`, () => onPage(browser, server, alice.token, { viewport: { width, height } }, async (page) => {
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(await overflow() <= 0, 'stores');
    await openStore(page, 'shop');
    assert.ok(await overflow() <= 0, 'keys');
    await openRecord(page, 'product-001');
    assert.ok(await page.locator('#panel').isVisible());
    assert.ok(await overflow() <= 0, 'a record');
    if (width < 800) {
      await page.getByRole('button', { name: 'Back to the records' }).click();
      await page.getByRole('button', { name: 'Back to the stores' }).click();
      assert.ok(await page.locator('#store-list').isVisible());
    }
    await page.getByRole('button', { name: 'Emulator', exact: true }).click();
    assert.ok(await overflow() <= 0, 'the emulator');
  }));
}

test('less motion is heeded, and what happens is said', () => onPage(browser, server, alice.token, { reducedMotion: 'reduce' }, async (page) => {
  await openStore(page, 'shop');
  await page.locator('#live', { hasText: /record/ }).waitFor({ state: 'attached' });
  await openRecord(page, 'OUTPUT');
  await page.locator('#live', { hasText: 'OUTPUT, application/json' }).waitFor({ state: 'attached' });
  const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0 || getComputedStyle(element).animationName !== 'none').length);
  assert.equal(moving, 0);
}));

test('pictures of it for the documentation', async () => {
  const folder = process.env.KVS_RECORDS_PICTURES;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const viewport = { width: 1120, height: 560 };
  for (const colorScheme of ['light', 'dark']) {
    await onPage(browser, server, alice.token, { colorScheme, viewport }, async (page) => {
      await openStore(page, 'shop');
      await openRecord(page, 'product-001');
      await page.getByRole('button', { name: /^seller/ }).click();
      await page.mouse.move(0, 0);
      await page.screenshot({ path: `${folder}/page-${colorScheme}.png` });
    });
  }
  await onPage(browser, server, alice.token, { colorScheme: 'light', viewport: { width: 1000, height: 460 } }, async (page) => {
    await page.getByRole('button', { name: 'Emulator', exact: true }).click();
    await page.locator('#request-list .row').first().waitFor();
    await page.screenshot({ path: `${folder}/page-emulator.png` });
  });
  assert.ok(fileURLToPath(import.meta.url));
});
