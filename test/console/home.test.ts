/** Home: numbers lead to the lists behind them, and the chart can be taken apart. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
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

test('the chart by source names each, and the name leads to its mail', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  await page.getByLabel('Lines of the chart').selectOption('By source');
  await page.getByRole('heading', { name: 'Accepted by source' }).waitFor();
  await page.getByRole('link', { name: 'warehouse-printer 8' }).click();
  await page.getByText('8 messages', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?source=warehouse-printer&last=hour&origin=client');
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

/** A figure of Home, the list that it leads to, and what the list says of how many it holds. */
test('each figure leads to a list of just so many', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  await page.getByText('Live', { exact: true }).waitFor();
  await ready(opened);
  const figures: readonly { readonly href: string; readonly text: string }[] = await page.evaluate(
    `[...document.querySelectorAll('main a[href*="/messages?"], main a[href*="/refusals?last"]')]
      .map((link) => ({ href: link.getAttribute('href'), text: link.textContent }))`,
  );
  // Those with a number: tiles, queue, ages, connectors; not the age of the oldest.
  const counted = figures.flatMap(({ href, text }) => {
    const number = /^(?:[A-Z][a-z]+)?(\d+)(?!\d| (?:s|min|h|d) ago)/.exec(text)?.[1];
    return number === undefined ? [] : [{ href, number: Number(number) }];
  });
  expect(counted.map(({ href }) => href)).toEqual(
    expect.arrayContaining([
      '/messages?last=hour&origin=client',
      '/messages?last=hour&status=delivered',
      '/messages?last=hour&status=undelivered',
      '/refusals?last=hour',
      '/messages?status=waiting',
      '/messages?status=held',
      '/messages?connector=microsoft-365&status=delivered',
    ]),
  );
  for (const { href, number } of counted) {
    await page.goto(href);
    const noun = href.startsWith('/refusals') ? 'refusal' : 'message';
    const words = `${number} ${noun}${number === 1 ? '' : 's'}`;
    await page.getByText(words, { exact: true }).waitFor();
  }
  expect(opened.faults).toEqual([]);
});

test('every number on Home that stands for a list is a link', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/');
  await page.getByText('Live', { exact: true }).waitFor();
  const tiles = page
    .getByRole('main')
    .getByRole('link', { name: /^(?:Accepted|Relayed|Deferred|Refused|Failed)/ });
  await expect.poll(() => tiles.count()).toBe(5);
  // Sentences of health that count something lead there as well.
  const sentences = page.getByRole('status').filter({ hasText: 'Mail is flowing' });
  for (const name of [/failed within the hour/, /message held/, /refused within the hour/])
    await sentences.getByRole('link', { name }).waitFor();
  expect(opened.faults).toEqual([]);
});
