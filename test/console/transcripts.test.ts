/** Transcripts of devices in a real browser: what was said, a capture with its end, and a suggested switch turned on with one click. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { violations } from './axe.ts';
import type { SignedIn, Theme } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

/** RFC 4954 4: a base64 initial response; user `test`, a test value as password. */
const login = 'AHRlc3QAdGVzdC1wYXNzd29yZA==';
const looks: readonly (readonly [Theme, number])[] = [
  ['light', 1440],
  ['dark', 390],
];

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await world.send({ subject: 'A scan', to: 'office@fabrikam.example' });
  await oldScanner();
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

/** Speaks as devices do that write addresses without angle brackets (RFC 5321 4.1.2 wants them). */
async function oldScanner(): Promise<number> {
  await using talk = await SmtpTalk.open(world.relay.port);
  await talk.say('EHLO scanner');
  const { code } = await talk.say('MAIL FROM:scanner@contoso.com');
  await talk.say(`AUTH PLAIN ${login}`);
  await talk.say('QUIT');
  return code;
}

test('a failed session is read line by line, without its password', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/transcripts');
    await page.getByText('missing-angle-brackets', { exact: false }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'warehouse-printer' }).click();
    const said = page.getByRole('region', { name: 'What was said' });
    await said.getByText('MAIL FROM:scanner@contoso.com').waitFor();
    await said.getByText(/^501 /).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).not.toContain(login);
    expect(text).not.toContain('test-password');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

test('the source and the message lead to the transcripts', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/sources/warehouse-printer');
  await page.getByRole('button', { name: 'Transcripts' }).click();
  await page.waitForURL('**/transcripts/warehouse-printer');
  const { items } = (await world.ask('GET', '/api/v1/messages?text=scan')) as {
    readonly items: readonly { readonly id: string }[];
  };
  await page.goto(`/messages/${items[0]?.id}`);
  await page.getByRole('link', { name: 'Last sessions of warehouse-printer' }).click();
  await page.waitForURL('**/transcripts/warehouse-printer');
});

test('a capture is started, shows its end and what it kept, and is ended', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/transcripts');
  await page.getByLabel('Name of a source, or address of a device').fill('127.0.0.9');
  await page.getByRole('button', { name: 'Show it' }).click();
  await page.getByText('No session of 127.0.0.9 is kept').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Capture for 15 minutes' }).click();
  const bar = page.getByRole('group').filter({ hasText: 'Capture of 127.0.0.9' });
  await bar.getByText('in 14 min').waitFor();
  const { captures } = (await world.ask('GET', '/api/v1/transcripts')) as {
    readonly captures: readonly { readonly key: string; readonly by: string; readonly until: string }[];
  };
  expect(captures).toMatchObject([{ key: '127.0.0.9', by: 'anna' }]);
  const refused = await world
    .send({ subject: 'Who am I?', to: 'office@fabrikam.example', client: '127.0.0.9' })
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Error);
  // It appears without a reload.
  await page.getByText('1 session so far').waitFor();
  await page
    .getByRole('region', { name: 'What was said' })
    .getByText(/^C?EHLO/)
    .waitFor();
  await page.getByRole('link', { name: 'What else this address tried' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'End now: the capture of 127.0.0.9' }).click();
  await page.getByRole('button', { name: 'Capture for 15 minutes' }).waitFor();
  const after = (await world.ask('GET', '/api/v1/transcripts')) as { readonly captures: readonly unknown[] };
  expect(after.captures).toEqual([]);
  expect(faults).toEqual([]);
});

test('the suggested switch shows its effect, is turned on with one click, and the device gets through', async () => {
  expect(await oldScanner()).toBe(501);
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/transcripts/warehouse-printer');
  const brackets = page.getByRole('checkbox', { name: 'missing-angle-brackets' });
  await brackets.waitFor();
  await ready(opened);
  expect(await brackets.isChecked()).toBe(true);
  // What lets passwords cross the network in clear is never chosen by itself.
  expect(await page.getByRole('checkbox', { name: 'auth-in-clear' }).isChecked()).toBe(false);
  await page.getByRole('button', { name: 'Turn on for warehouse-printer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^\+.*missing-angle-brackets/).waitFor();
  expect(await dialog.getByText(/auth-in-clear/).count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Turn on 1 switch' }).click();
  await page.getByText('1 switch turned on for warehouse-printer', { exact: true }).first().waitFor();
  expect(await oldScanner()).toBe(250);
  expect(faults).toEqual([]);
});
