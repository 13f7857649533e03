/** Calendar, review, report of a month and backups in a real browser. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn, Theme } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

const dayMs = 86_400_000;
/** Of the whole file, also when a day ends meanwhile. */
const begun = Date.now();
const dayAfter = (days: number): string => new Date(begun + days * dayMs).toISOString().slice(0, 10);

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;
let backups: string;

beforeAll(async () => {
  backups = await mkdtemp(join(tmpdir(), 'relay365-backups-'));
  const node = { backup: { to: backups, every: '30d', key: randomBytes(32).toString('base64') } };
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld({ node })]);
  await world.ask('POST', '/api/v1/sources', {
    document: {
      name: 'trade-fair-laptop',
      owner: 'events@contoso.com',
      networks: ['127.0.0.9'],
      senders: ['fair@contoso.com'],
      expires: dayAfter(5),
    },
  });
  await fill(world);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
  await rm(backups, { recursive: true, force: true });
});

const looks: readonly (readonly [Theme, number])[] = [
  ['light', 1440],
  ['dark', 390],
];

test('the calendar shows what ends, whose it is and what breaks; it is filtered and taken along', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/calendar?text=trade-fair');
    await page
      .getByRole('button', { name: /trade-fair-laptop/ })
      .first()
      .click();
    const flyout = page.getByRole('dialog');
    await flyout.getByText('events@contoso.com').first().waitFor();
    await flyout.getByText('What breaks').waitFor();
    // Its last day is valid to its end.
    await flyout.getByText(dayAfter(6)).first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/calendar?text=trade-fair');
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Calendar file (.ics)' }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/);
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  expect(text).toContain('trade-fair-laptop');
});

test('dates of Microsoft 365 have a place of their own', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/calendar');
  await page.getByRole('tab', { name: 'Microsoft 365 dates' }).click();
  const { items } = (await world.ask('GET', '/api/v1/calendar?kind=microsoft-365')) as {
    readonly items: readonly { readonly title: string }[];
  };
  const shown =
    items.length === 0
      ? page.getByText('None fits')
      : page.getByRole('table', { name: 'What falls due' }).getByText(items[0]?.title ?? '');
  await shown.first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('a report holds the numbers of the relay, goes to paper whole, and is a CSV', async () => {
  await using opened = await openPage(browser, world.url, { state, theme: 'dark' });
  const { page, faults } = opened;
  await page.goto('/reports');
  await page.getByRole('heading', { name: /^Report for \d{4}-\d\d$/ }).waitFor();
  const month = new Date().toISOString().slice(0, 7);
  const { totals } = (await world.ask('GET', `/api/v1/reports/${month}`)) as {
    readonly totals: { readonly accepted: number };
  };
  expect(totals.accepted).toBeGreaterThan(5);
  await page
    .getByRole('table', { name: 'By source' })
    .getByRole('row', { name: /warehouse-printer/ })
    .waitFor();
  expect(await violations(page)).toEqual([]);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toContain('warehouse-printer');
  // On paper: light in a dark console, without navigation and buttons, and nothing scrolls.
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'hidden' });
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  // A sheet is read on another day: each moment has its date.
  const moments = page.locator('main time');
  await expect
    .poll(async () => (await moments.allInnerTexts()).filter((text) => !/^\d{4}-\d\d-\d\d /.test(text)))
    .toEqual([]);
  expect(await moments.count()).toBeGreaterThan(2);
  const paper = (): Promise<unknown> =>
    page.evaluate(
      `(() => {
        const main = document.querySelector('main');
        return {
          hidden: main.scrollHeight - main.clientHeight,
          background: getComputedStyle(main).backgroundColor,
        };
      })()`,
    );
  await expect.poll(paper).toEqual({ hidden: 0, background: 'rgb(255, 255, 255)' });
  expect(faults).toEqual([]);
});

test('a backup is made, rehearsed, and its result shown', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/nodes');
  await page
    .getByText('No backup yet')
    .or(page.getByRole('table', { name: 'Backups' }))
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Make a backup now' }).click();
  await page.locator('.fui-ToastTitle', { hasText: 'The backup is whole' }).waitFor();
  const { items } = (await world.ask('GET', '/api/v1/backups')) as {
    readonly items: readonly { readonly name: string }[];
  };
  await page
    .getByRole('button', { name: /^Verify / })
    .first()
    .click();
  await page.locator('.fui-ToastTitle', { hasText: `${items[0]?.name} is whole` }).waitFor();
  await page
    .getByRole('button', { name: /^Rehearse / })
    .first()
    .click();
  await page.getByText('Restored well').first().waitFor();
  const view = (await world.ask('GET', '/api/v1/backups')) as {
    readonly lastGood?: { readonly by: string };
    readonly lastRehearsal?: { readonly ok: boolean };
  };
  expect(view.lastGood).toBeDefined();
  expect(view.lastRehearsal).toMatchObject({ ok: true });
  await page.reload();
  await page.getByText('Restored well').first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});
