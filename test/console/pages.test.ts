/** Every page of the table in a real browser: no violation of WCAG that axe can find, no error, no request elsewhere. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../console/pages/table.ts';
import { colourRules, violations } from './axe.ts';
import { addresses } from './addresses.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn, WatchedPage } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;
let known: Awaited<ReturnType<typeof addresses>>;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  known = await addresses(world);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

// One page a width goes from address to address, so that the browser has scripts and styles already, as for a person.
describe.each([1440, 390])('pages at %i', (width) => {
  let opened: WatchedPage;
  beforeAll(async () => {
    opened = await openPage(browser, world.url, { width, state });
  });
  afterAll(() => opened.context.close());

  test.each(pages)('$path in light and in dark', async ({ path, title }) => {
    const { page, faults } = opened;
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(known[pages.findIndex((one) => one.path === path)]?.path ?? path);
    await ready(opened);
    expect(await page.title(), title).toMatch(/ · relay365$/);
    expect(await page.getByRole('alert').count(), 'failed parts').toBe(0);
    expect(await violations(page), 'light').toEqual([]);
    expect(await overflow(page), 'what sticks out sideways').toEqual([]);
    // As when the system turns dark in the evening: the page as it stands takes the other theme.
    const inLight = await colour(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => colour(page)).not.toBe(inLight);
    // The same page but for its colours; that the other rules hold in dark as well is seen at one width.
    expect(await violations(page, width < 720 ? colourRules : undefined), 'dark').toEqual([]);
    expect(await overflow(page), 'what sticks out sideways').toEqual([]);
    expect(faults.splice(0)).toEqual([]);
  });
});

/** The theme of high contrast, as a viewer chooses it. */
describe('high contrast', () => {
  let opened: WatchedPage;
  beforeAll(async () => {
    opened = await openPage(browser, world.url, { state });
    const chosen = JSON.stringify({ theme: 'contrast', zone: 'local', narrowNavigation: false });
    await opened.context.addInitScript(`localStorage.setItem('relay365.preferences', '${chosen}')`);
  });
  afterAll(() => opened.context.close());

  test.each(pages)('$path', async ({ path }) => {
    const { page, faults } = opened;
    await page.goto(known[pages.findIndex((one) => one.path === path)]?.path ?? path);
    await ready(opened);
    expect(await violations(page)).toEqual([]);
    expect(faults.splice(0)).toEqual([]);
  });
});

/**
 * The document and each part that scrolls by itself, where something is wider than its place. Text that keeps its lines (YAML,
 * a conversation) may scroll sideways: it is a region of its own that the keyboard reaches.
 */
const overflow = (page: Page): Promise<string[]> =>
  page.evaluate(`[document.documentElement, ...document.querySelectorAll('body *')]
    .filter((one) => one === document.documentElement || /auto|scroll/.test(getComputedStyle(one).overflowX))
    .filter((one) => !one.matches('textarea, pre, [role="region"][tabindex="0"]'))
    .filter((one) => one.scrollWidth > one.clientWidth)
    .map((one) => one.tagName + ' by ' + (one.scrollWidth - one.clientWidth))`);

const colour = (page: Page): Promise<string> =>
  page.evaluate("getComputedStyle(document.querySelector('h1')).color");

describe('outside the shell', () => {
  test.each(['/sign-in', '/first', '/no/such/page'])('%s', async (path) => {
    await using opened = await openPage(browser, world.url);
    await opened.page.goto(path);
    await ready(opened);
    expect(await violations(opened.page)).toEqual([]);
    expect(opened.faults).toEqual([]);
  });
});
