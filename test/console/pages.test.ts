/** Every page of the table in a real browser: no violation of WCAG that axe can find, no error, no request elsewhere. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../console/pages/table.ts';
import { violations } from './axe.ts';
import { addresses } from './addresses.ts';
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

const cases = pages.flatMap(({ path, title }) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    [1440, 390].map((width) => ({ path, title, theme, width })),
  ),
);

describe('pages', () => {
  test.each(cases)('$path in $theme at $width', async ({ path, title, theme, width }) => {
    const known = await addresses(world);
    const address = known[pages.findIndex((page) => page.path === path)]?.path ?? path;
    await using opened = await openPage(browser, world.url, { theme, width, state });
    const { page, faults } = opened;
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    // Nothing is loading any more, and no part has failed.
    await page.locator('[role="progressbar"], .fui-Skeleton').first().waitFor({ state: 'detached' });
    expect(await page.title(), title).toMatch(/ · relay365$/);
    expect(await page.getByRole('alert').count(), 'failed parts').toBe(0);
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow, 'pixels that stick out sideways').toBe(0);
    expect(faults).toEqual([]);
  });
});

describe('outside the shell', () => {
  test.each(['/sign-in', '/first', '/no/such/page'])('%s', async (path) => {
    await using opened = await openPage(browser, world.url);
    await opened.page.goto(path);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
    expect(await violations(opened.page)).toEqual([]);
    expect(opened.faults).toEqual([]);
  });
});
