/** The review in a real browser: a client that was refused again and again is a finding, and people decide about it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { violations } from './axe.ts';
import type { SignedIn } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

/** The review looks for the first time so long after the start, in milliseconds. */
const firstLookMs = 120_000;
const attempts = 25;

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld({ clock })]);
  state = await signInFirst(browser, world);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const mail = { subject: 'From a stranger', to: 'you@fabrikam.example', client: '127.0.0.2' };
    await expect(world.send(mail)).rejects.toThrow(/5\d\d/);
  }
  await clock.advance(firstLookMs);
  await world.relay.event('review-finding');
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

test('a finding is taken up with a note, opened again and dismissed', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/review');
  await page.getByRole('tab', { name: 'Open (1)' }).waitFor();
  await page.getByRole('button', { name: 'Unauthorised attempts from 127.0.0.2' }).click();
  const flyout = page.getByRole('dialog');
  await flyout.getByText('Proposal: Block the address').waitFor();
  await flyout.getByText(String(attempts), { exact: true }).waitFor();
  await flyout.getByRole('button', { name: 'Accept' }).click();
  const dialog = page.getByRole('dialog', { name: 'Accept this finding' });
  await dialog.getByText(/Nothing is blocked/).waitFor();
  await dialog.getByLabel('Note').fill('a scanner of the branch');
  await dialog.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('tab', { name: 'Taken up (1)' }).click();
  await page.getByRole('button', { name: 'Unauthorised attempts from 127.0.0.2' }).click();
  await page.getByText(/anna: a scanner of the branch/).waitFor();
  await page.getByRole('button', { name: 'Open it again' }).click();
  await page.getByRole('tab', { name: 'Open (1)' }).click();
  await page.getByRole('button', { name: 'Unauthorised attempts from 127.0.0.2' }).click();
  await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Dismiss this finding' })
    .getByRole('button', { name: 'Dismiss', exact: true })
    .click();
  await page.getByRole('tab', { name: 'Dismissed (1)' }).waitFor();
  const view = await world.ask('GET', '/api/v1/review?state=all');
  expect(view).toMatchObject({ counts: { open: 0, accepted: 0, dismissed: 1 } });
  expect(faults).toEqual([]);
});

test.each([
  ['light', 1440],
  ['dark', 390],
] as const)('a finding in %s at %i has no violation that axe finds', async (theme, width) => {
  await using opened = await openPage(browser, world.url, { state, theme, width });
  const { page, faults } = opened;
  await page.goto('/review?state=all');
  await page.getByRole('button', { name: 'Unauthorised attempts from 127.0.0.2' }).click();
  await page.getByText('Evidence', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('an address that the review blocks by itself is shown, and unblocked by a button', async () => {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  // Loopback is never blocked: a load balancer on this host tells who the client is.
  const listener = { name: 'devices', address: '127.0.0.1', port: 0, proxyProtocol: ['127.0.0.1'] };
  const review = { block: { from: 'warning' } };
  await using blocking = await startConsoleWorld({ clock, node: { listeners: [listener], review } });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const header = 'PROXY TCP4 203.0.113.9 127.0.0.1 40000 25\r\n';
    await using talk = await SmtpTalk.open(blocking.relay.port, '127.0.0.1', header);
    await talk.say('EHLO client.example');
    await talk.say('MAIL FROM:<a@contoso.com>');
    expect((await talk.say('RCPT TO:<b@fabrikam.example>')).code).toBe(550);
  }
  await clock.advance(firstLookMs);
  await blocking.relay.event('address-blocked');
  const signedIn = await signInFirst(browser, blocking);
  await using opened = await openPage(browser, blocking.url, { state: signedIn });
  const { page, faults } = opened;
  await page.goto('/review');
  await page.getByText('The review blocks addresses by itself').waitFor();
  const blocked = page.getByRole('region', { name: 'Blocked by the review' });
  await blocked.getByText(/was refused 25 times/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unblock 203.0.113.9' }).click();
  await blocked.waitFor({ state: 'detached' });
  expect(await blocking.ask('GET', '/api/v1/review/blocks')).toMatchObject({
    items: [],
    leftAlone: [{ address: '203.0.113.9', by: 'anna' }],
  });
  expect(faults).toEqual([]);
});
