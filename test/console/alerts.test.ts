/** Alerts, rules, channels and health in a real browser: a message that waits too long is the alert. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;
let hook: Server;
/** Bodies that the webhook got. */
const heard: string[] = [];

beforeAll(async () => {
  hook = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      heard.push(body);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/test-hook`;
  const node = {
    alerts: {
      channels: [{ name: 'team', type: 'webhook', url, reach: 'loopback' }],
      rules: { 'queue-age': { olderThan: '1s' } },
    },
  };
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld({ node })]);
  await fill(world);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
  hook.close();
});

test('a threshold is changed, with what the relay has against it at the field', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/alerts?tab=rules&open=failure-rate');
  await page.getByRole('button', { name: 'Change thresholds' }).click();
  const dialog = page.getByRole('dialog', { name: /^Thresholds of/ });
  await dialog.getByLabel('percent').fill('many');
  await dialog.getByText('Percent is expected').waitFor();
  expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await dialog.getByLabel('percent').fill('400');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'percent' }).first().waitFor();
  await dialog.getByLabel('percent').fill('35');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('(by default 20 %)').waitFor();
  const { items } = (await world.ask('GET', '/api/v1/alert-rules')) as {
    readonly items: readonly { readonly id: string; readonly settings: readonly object[] }[];
  };
  const settings = items.find(({ id }) => id === 'failure-rate')?.settings;
  expect(settings).toContainEqual(expect.objectContaining({ name: 'percent', value: 35 }));
});

test('a channel is tested', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/alerts?tab=channels');
  const before = heard.length;
  await page.getByRole('button', { name: 'Send a test message by team' }).click();
  await page.getByText(/^The test arrived after \d+ ms$/).waitFor();
  expect(heard.length).toBeGreaterThan(before);
  // The path of a webhook is a secret.
  expect(await page.content()).not.toContain('test-hook');
  expect(faults).toEqual([]);
});

test('an alert is seen with its evidence and acknowledged with a note', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/alerts');
  // Rounds come every 15 seconds, so what needs none stands before; the page asks again by itself.
  await page.getByRole('button', { name: /^Mail waits too long/ }).click();
  const flyout = page.getByRole('dialog');
  await flyout.getByText('What to do').waitFor();
  await flyout.getByText('team: Opened').waitFor();
  await flyout.getByRole('button', { name: 'Acknowledge' }).click();
  const dialog = page.getByRole('dialog', { name: 'Acknowledge this alert' });
  expect(await dialog.getByRole('button', { name: 'Acknowledge' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Note').fill('the partner was called');
  await dialog.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText(/anna: the partner was called/).waitFor();
  const { items } = (await world.ask('GET', '/api/v1/alerts')) as {
    readonly items: readonly { readonly rule: string; readonly acknowledged?: { readonly note: string } }[];
  };
  expect(items.find(({ rule }) => rule === 'queue-age')?.acknowledged?.note).toBe('the partner was called');
  expect(heard.some((body) => body.includes('queue-age'))).toBe(true);
  expect(faults).toEqual([]);
});

test('a rule is muted with reason and end, and heard again', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/alerts?tab=rules&open=queue-age');
  // The file sets this rule: the page says which key, and offers no form.
  await page.getByText('The file sets this rule').waitFor();
  await page.getByText('olderThan: 1s').waitFor();
  expect(await page.getByRole('button', { name: 'Change thresholds' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Mute the rule/ });
  await dialog.getByLabel('Reason').fill('the partner moves');
  await dialog.getByLabel('Ends').selectOption('For a day');
  await dialog.getByRole('button', { name: 'Mute queue-age' }).click();
  await page.getByText('anna: the partner moves').waitFor();
  const rules = (await world.ask('GET', '/api/v1/alert-rules')) as {
    readonly items: readonly { readonly id: string; readonly muted?: { readonly until: string } }[];
  };
  const until = rules.items.find(({ id }) => id === 'queue-age')?.muted?.until ?? '';
  expect((Date.parse(until) - Date.now()) / 3_600_000).toBeCloseTo(24, 0);
  await page.getByRole('button', { name: 'End the mute' }).click();
  await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test.each(['open', 'closed', 'health', 'rules', 'channels'])(
  '%s has no violation that axe finds',
  async (tab) => {
    for (const theme of ['light', 'dark'] as const) {
      await using opened = await openPage(browser, world.url, {
        state,
        theme,
        width: theme === 'dark' ? 390 : 1440,
      });
      const { page, faults } = opened;
      await page.goto(`/alerts?tab=${tab}`);
      await ready(opened);
      if (tab === 'health')
        await page
          .getByText(/^Last 24 h: .*well/)
          .first()
          .waitFor();
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
    }
  },
);
