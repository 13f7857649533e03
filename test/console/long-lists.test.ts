/** Lists of hundreds: what is not near the screen is not in the document, and neither the keyboard nor a screen reader misses it. */
import { createTransport } from 'nodemailer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

const sent = 320;

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  const transport = createTransport({
    host: '127.0.0.1',
    port: world.relay.port,
    ignoreTLS: true,
    pool: true,
    // One after the other, so that their order is known.
    maxConnections: 1,
    maxMessages: Infinity,
  });
  const mails = Array.from({ length: sent }, (_, index) =>
    transport.sendMail({
      from: 'scanner@contoso.com',
      to: 'office@fabrikam.example',
      subject: `Scan ${index + 1}`,
      text: 'x',
    }),
  );
  await Promise.all(mails);
  transport.close();
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

const toTop = "document.querySelector('main').scrollTo(0, 0)";
const toBottom = "document.querySelector('main').scrollTo(0, 1e9)";

/** Loads page by page until all are there. */
async function loadAll(page: Page): Promise<void> {
  await page.goto('/messages?order=oldest');
  await page.getByText(/^The first \d+ messages$/).waitFor();
  const more = page.getByRole('button', { name: 'Show more' });
  const count = page.getByText(/^(?:The first )?\d+ messages$/);
  while ((await more.count()) > 0) {
    const before = await count.innerText();
    await more.click();
    await expect.poll(() => count.innerText()).not.toBe(before);
  }
  await page.getByText(`${sent} messages`, { exact: true }).waitFor();
}

test('a table keeps few rows in the document and says which of how many they are', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await loadAll(page);
  const table = page.getByRole('table', { name: 'Messages' });
  expect(await table.getAttribute('aria-rowcount')).toBe(String(sent + 1));
  const rows = table.locator('tbody tr[aria-rowindex]');
  expect(await rows.count()).toBeLessThan(100);
  expect(await violations(page)).toEqual([]);
  // At the top the first one, at the bottom the last one, each with its number.
  await page.evaluate(toTop);
  await table.locator('tr[aria-rowindex="2"]').getByRole('button', { name: 'Scan 1', exact: true }).waitFor();
  await page.evaluate(toBottom);
  const last = table.locator(`tr[aria-rowindex="${sent + 1}"]`);
  await last.getByRole('button', { name: `Scan ${sent}`, exact: true }).waitFor();
  expect(await rows.count()).toBeLessThan(100);
  expect(faults).toEqual([]);
});

test('Tab goes on row by row beyond what was in the document, and the focus survives scrolling', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await loadAll(page);
  await page.evaluate(toTop);
  await page.getByRole('button', { name: 'Scan 1', exact: true }).focus();
  // Each row has a box to choose it and the button that opens it.
  for (let row = 2; row <= 60; row += 1) {
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe(`Scan ${row}`);
  }
  await page.evaluate(toBottom);
  await page.getByRole('button', { name: `Scan ${sent}`, exact: true }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Scan 60');
  expect(faults).toEqual([]);
});

test('cards of a phone do the same', async () => {
  await using opened = await openPage(browser, world.url, { state, width: 390 });
  const { page, faults } = opened;
  await loadAll(page);
  const cards = page.getByRole('list', { name: 'Messages' }).locator('> li');
  expect(await cards.count()).toBeLessThan(100);
  expect(await cards.first().getAttribute('aria-setsize')).toBe(String(sent));
  await page.evaluate(toTop);
  await page.locator('li[aria-posinset="1"]').getByRole('button', { name: 'Scan 1', exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('on paper there is every row', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await loadAll(page);
  await page.emulateMedia({ media: 'print' });
  const rows = page.getByRole('table', { name: 'Messages' }).locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(sent);
});
