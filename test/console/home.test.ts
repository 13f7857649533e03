/** Home: numbers lead to the lists behind them, and the chart can be taken apart. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { makeFirstAccount, openPage, startBrowser } from './browser.ts';
import type { PageWish } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { account, fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: NonNullable<PageWish['state']>;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  await using first = await openPage(browser, world.url);
  await makeFirstAccount(first.page, world.firstLink, account);
  state = await first.context.storageState();
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

test('the chart by source names each, and the name leads to its mail', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  await page.getByLabel('Lines of the chart').selectOption('By source');
  await page.getByRole('heading', { name: 'Accepted by source' }).waitFor();
  await page.getByRole('link', { name: 'warehouse-printer 8' }).click();
  await page.getByText('8 messages', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?source=warehouse-printer&last=hour');
  await page.goBack();
  await page.getByRole('heading', { name: 'Accepted by source' }).waitFor();
  await page.getByLabel('Lines of the chart').selectOption('By connector');
  await page.getByLabel('What is counted').selectOption('Relayed');
  await page.getByRole('link', { name: /^microsoft-365 \d+/ }).waitFor();
  expect(opened.faults).toEqual([]);
});

test('the ages of the queue lead to the messages of that age', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  const queue = page.getByRole('region', { name: 'Queue' });
  await queue
    .getByRole('link', { name: /^\d+ messages? up to / })
    .first()
    .click();
  await page.getByRole('button', { name: 'Scan that has to wait' }).waitFor();
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('status')).toBe('waiting');
  expect(Date.parse(searchParams.get('from') ?? '')).toBeLessThan(Date.now());
  expect(opened.faults).toEqual([]);
});

test.each(['/', '/messages', '/queue'])(
  '%s in forced colours has no violation that axe finds',
  async (path) => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[role="progressbar"], .fui-Skeleton').first().waitFor({ state: 'detached' });
    // Colours are the system's then, and axe reckons with those of the page.
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    expect(opened.faults).toEqual([]);
  },
);
