/** What the system of a viewer asks for: no motion, and colours of its own. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PageWish } from './browser.ts';
import { makeFirstAccount, openPage, startBrowser } from './browser.ts';
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

/** Longest transition or animation of anything on the page, in seconds. */
const longest = (page: Page): Promise<number> =>
  page.evaluate(`Math.max(...[...document.querySelectorAll('*')].flatMap((one) => {
    const { transitionDuration, animationDuration, animationName } = getComputedStyle(one);
    const lengths = transitionDuration.split(',').concat(animationName === 'none' ? [] : animationDuration.split(','));
    return lengths.map((length) => parseFloat(length) / (length.trim().endsWith('ms') ? 1000 : 1));
  }))`);

// WCAG 2.3.3; Media Queries 5, 12.1.
test('where motion is to be reduced nothing moves, flyouts and dialogs included', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=has to wait');
  await page.getByRole('button', { name: 'Scan that has to wait' }).click();
  await page.getByRole('list', { name: 'What happened' }).waitFor();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await longest(page), 'there is motion to reduce').toBeGreaterThan(0.05);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await longest(page)).toBeLessThanOrEqual(0.001);
  await page.getByRole('button', { name: 'Hold', exact: true }).click();
  await page.getByRole('button', { name: 'Hold 1 message' }).waitFor();
  expect(await longest(page)).toBeLessThanOrEqual(0.001);
  expect(opened.faults).toEqual([]);
});

test('in the colours of the system a bar shows its length and what is left of it', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  const bar = page.getByRole('meter').first();
  await bar.waitFor();
  const look = (): Promise<{ readonly track: string; readonly isFilled: boolean }> =>
    bar.evaluate((track: object) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle(one: unknown): Record<'borderTopStyle' | 'backgroundColor', string>;
      };
      const { firstElementChild } = track as { readonly firstElementChild: unknown };
      const fill = getComputedStyle(firstElementChild).backgroundColor;
      return {
        track: getComputedStyle(track).borderTopStyle,
        isFilled: fill !== getComputedStyle(track).backgroundColor,
      };
    });
  expect(await look()).toEqual({ track: 'none', isFilled: true });
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await look()).toEqual({ track: 'solid', isFilled: true });
  expect(opened.faults).toEqual([]);
});
