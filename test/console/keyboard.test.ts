/** Every page of the table by keyboard alone: the way past the navigation, each control in turn, flyouts and what they open. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../console/pages/table.ts';
import { addresses } from './addresses.ts';
import type { WatchedPage } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let opened: WatchedPage;
let known: Awaited<ReturnType<typeof addresses>>;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  known = await addresses(world);
  const state = await signInFirst(browser, world);
  opened = await openPage(browser, world.url, { state });
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

/** Marks what has the focus; `false` where that is not part of the page. Out of sight, it has no focus that helps. */
const mark = `(() => {
  const one = document.activeElement;
  if (!one || !one.closest('main')) return false;
  one.setAttribute('data-reached', '');
  const { top, bottom } = one.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) one.setAttribute('data-out-of-sight', '');
  return true;
})()`;

/**
 * Controls of the page that were not reached. Of tabs, radio buttons and a toolbar one is reached by Tab and the others by
 * arrows (ARIA Authoring Practices Guide).
 */
const missed = `[...document.querySelectorAll(
  'main :is(a[href], button, input, select, textarea, summary, [tabindex="0"])')]
  .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)
  .filter((one) => !one.matches('[role="tab"], [role="toolbar"] *, [type="radio"], [data-tabster-dummy]'))
  .filter((one) => !one.hasAttribute('data-reached') || one.hasAttribute('data-out-of-sight'))
  .map((one) => one.outerHTML.slice(0, 200))`;

const stopsMax = 250;

describe('each control of the page is reached with Tab', () => {
  test.each(pages)('$path', async (entry) => {
    const { page, faults } = opened;
    await page.goto(known[pages.indexOf(entry)]?.path ?? entry.path);
    await ready(opened);
    // The first stop of the document is the way past the navigation.
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the page' });
    expect(await isFocused(skip)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    let stops = 0;
    do await page.keyboard.press('Tab');
    while ((await page.evaluate(mark)) === true && ++stops < stopsMax);
    expect(stops, 'the focus leaves the page at its end').toBeLessThan(stopsMax);
    expect(await page.evaluate(missed)).toEqual([]);
    expect(faults.splice(0)).toEqual([]);
  });
});

const isFocused = async (control: Locator): Promise<boolean> =>
  (await control.and(control.page().locator(':focus')).count()) === 1;

const flyout = 'role=dialog';

describe('a row opens with Enter and closes with Escape, and the focus is where it was', () => {
  test.each([
    ['/messages', 'Invoice 4711'],
    ['/refusals', /127\.0\.0\.2 is one address/],
    ['/unknown-senders', '127.0.0.2'],
    ['/certificates', /^Certificate of listeners/],
    ['/calendar', /^The certificate of the listeners/],
    ['/audit', 'Made the first account'],
    ['/users', /^anna/],
    ['/policy?tab=history', 'Revision 1'],
  ])('%s', async (path, name) => {
    const { page, faults } = opened;
    await page.goto(path);
    await ready(opened);
    const row = page.getByRole('main').getByRole('button', { name }).first();
    await row.press('Enter');
    const dialog = page.locator(flyout);
    await dialog.waitFor();
    await expect.poll(() => dialog.locator(':focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(row)).toBe(true);
    expect(faults.splice(0)).toEqual([]);
  });
});

describe('a question asked in a flyout gives the flyout back', () => {
  test.each([
    ['/unknown-senders?open=127.0.0.2', 'Block'],
    ['/users?open=anna', 'New password'],
    ['/messages?text=wait', 'Delete'],
  ])('%s: %s', async (path, action) => {
    const { page, faults } = opened;
    await page.goto(path);
    await ready(opened);
    if (!path.includes('open=')) {
      await page.getByRole('main').getByRole('button', { name: 'Scan that has to wait' }).click();
    }
    const dialog = page.locator(flyout).first();
    const asking = dialog.getByRole('button', { name: action, exact: true });
    await asking.press('Enter');
    const question = page.locator('.fui-DialogSurface');
    await question.waitFor();
    await question.getByRole('button', { name: 'Cancel' }).press('Enter');
    await question.waitFor({ state: 'detached' });
    // Found by its role again: nothing hides it from a screen reader any more.
    await asking.waitFor();
    await expect.poll(() => isFocused(asking)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(faults.splice(0)).toEqual([]);
  });
});
