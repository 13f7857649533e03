/** What the system of a viewer asks for: no motion, and colours of its own. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SignedIn } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  state = await signInFirst(browser, world);
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

// WCAG 2.2.1: the clock of a toast is an animation too, and less motion is not less time.
test('where motion is to be reduced the way back stays as long as elsewhere', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=has to wait');
  await page.getByRole('checkbox', { name: /^Choose Scan that has to wait/ }).check();
  await page.getByRole('button', { name: 'Retry now' }).click();
  await page.getByRole('button', { name: 'Retry 1 message' }).click();
  await page.locator('[data-timer-status]').waitFor({ state: 'attached' });
  const seconds =
    "parseFloat(getComputedStyle(document.querySelector('[data-timer-status]')).animationDuration)";
  expect(await page.evaluate(seconds)).toBeGreaterThanOrEqual(5);
  expect(opened.faults).toEqual([]);
});

test('in the colours of the system a bar shows its length and what is left of it', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  await page.getByRole('meter').first().waitFor();
  const look = (): Promise<unknown> =>
    page.evaluate(`(() => {
      const track = document.querySelector('[role="meter"]');
      const [outer, inner] = [getComputedStyle(track), getComputedStyle(track.firstElementChild)];
      return { track: outer.borderTopStyle, isFilled: inner.backgroundColor !== outer.backgroundColor };
    })()`);
  await expect.poll(look).toEqual({ track: 'none', isFilled: true });
  await page.emulateMedia({ forcedColors: 'active' });
  // The theme and its transitions follow the system a moment later.
  await expect.poll(look).toEqual({ track: 'solid', isFilled: true });
  expect(opened.faults).toEqual([]);
});

test.each([
  ['light', 'rgb(255, 255, 255)'],
  ['dark', 'rgb(0, 0, 0)'],
] as const)(
  'in the colours of a %s system each line of the chart has its own look, and the current page its bar',
  async (colorScheme, behind) => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await page.goto('/');
    await page.locator('.u-legend').first().waitFor();
    const looks = (): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('.u-legend tr:not(:first-child) .u-marker')].map((one) => {
        const { backgroundImage, backgroundColor } = getComputedStyle(one);
        return backgroundImage === 'none' ? backgroundColor : backgroundImage;
      })`);
    const distinct = async (): Promise<number> => new Set(await looks()).size;
    await expect.poll(distinct).toBe(5);
    // Lines of the page's own colour would not be seen.
    for (const look of await looks()) expect(look).not.toContain(behind);
    const bar = await page.evaluate(`(() => {
      const { borderLeftWidth, borderLeftColor } =
        getComputedStyle(document.querySelector('nav [aria-current="page"]'), '::before');
      return { borderLeftWidth, borderLeftColor };
    })()`);
    expect(bar).toMatchObject({
      borderLeftWidth: '3px',
      borderLeftColor: expect.not.stringContaining(behind),
    });
    expect(opened.faults).toEqual([]);
  },
);

/** Fields with more room in them than a line of text takes, by their words. */
const gaps = `[...document.querySelectorAll('.fui-Field')].filter((one) => one.checkVisibility())
  .filter((one) => one.clientHeight - [...one.children].reduce((all, part) => all + part.offsetHeight, 0) > 24)
  .map((one) => one.textContent)`;

test.each([
  ['the block of an unknown sender', '/unknown-senders?open=127.0.0.2', ['Block', 'How long']],
  ['cut-over mode', '/unknown-senders', ['Cut-over mode', 'How long']],
  ['the simulator', '/simulator?spf=fail', [undefined, 'Result of SPF']],
  ['a connector that is suspended', '/connectors/microsoft-365', ['Suspend', 'Ends']],
] as const)('fields of %s stand close on a phone', async (_what, path, [button, field]) => {
  await using opened = await openPage(browser, world.url, { state, width: 390, theme: 'dark' });
  const { page } = opened;
  await page.goto(path);
  if (button !== undefined) await page.getByRole('button', { name: button, exact: true }).first().click();
  await page.getByLabel(field).waitFor();
  await ready(opened);
  await expect.poll(() => page.evaluate(gaps)).toEqual([]);
  expect(opened.faults).toEqual([]);
});
