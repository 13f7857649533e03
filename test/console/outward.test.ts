/** Ways out, their protection and who may use the console, as an administrator works with them in a real browser. */
import type { Browser } from 'playwright-core';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SignedIn } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
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

test('a connector is suspended with reason and end, and used again', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/connectors');
  await page.getByRole('button', { name: 'microsoft-365' }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  const dialog = page.getByRole('dialog');
  // The world has mail that waits, and the dialog names how much.
  await dialog.getByText(/messages? waits? for it now/).waitFor();
  await dialog.getByLabel('Reason').fill('the tenant is being moved');
  await dialog.getByRole('button', { name: 'Suspend microsoft-365' }).click();
  await page.getByText('Suspended: its mail waits').waitFor();
  const { items } = (await world.ask('GET', '/api/v1/connectors')) as {
    readonly items: readonly { readonly suspended?: { readonly reason: string; readonly until?: string } }[];
  };
  expect(items[0]?.suspended?.reason).toBe('the tenant is being moved');
  const lasts = Date.parse(items[0]?.suspended?.until ?? '') - Date.now();
  expect(lasts).toBeGreaterThan(50 * 60_000);
  expect(lasts).toBeLessThanOrEqual(60 * 60_000);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Suspended: its mail waits').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});

test('the wizard shows what is wrong, saves, and the connector is deleted again', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/connectors/new');
  await page.getByLabel('Name').fill('gateway');
  await page.getByRole('tab', { name: '2 To' }).click();
  await page.getByLabel('Domains').fill('partner.example');
  await page.getByRole('tab', { name: '3 Way' }).click();
  await page.getByRole('radio', { name: 'Smart host' }).click();
  await page.getByRole('tab', { name: '7 Review' }).click();
  // A smart host without a host is a fault of the relay's own schema.
  await page.getByText('It has faults, so it cannot be saved.').waitFor();
  expect(await page.getByRole('button', { name: 'Save gateway' }).isDisabled()).toBe(true);
  await page.getByRole('tab', { name: '4 Identity' }).click();
  await page.getByLabel('Hosts, tried in order').fill('mail.partner.example:587');
  await page.getByRole('tab', { name: '7 Review' }).click();
  await page.getByText('The relay finds no fault. Nothing is saved yet.').waitFor();
  await page.getByRole('button', { name: 'Save gateway' }).click();
  await page.getByRole('heading', { name: 'gateway', level: 1 }).waitFor();
  const { document } = (await world.ask('GET', '/api/v1/connectors/gateway')) as {
    readonly document: object;
  };
  expect(document).toMatchObject({
    addressSpaces: [{ pattern: 'partner.example' }],
    route: { type: 'smart-host', hosts: ['mail.partner.example:587'] },
  });
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByText('No message waits for it now.').waitFor();
  await page.getByRole('button', { name: 'Delete gateway' }).click();
  await page.getByRole('heading', { name: 'Connectors', level: 1 }).waitFor();
  const { items } = (await world.ask('GET', '/api/v1/connectors')) as {
    readonly items: readonly { readonly name: string }[];
  };
  expect(items.map(({ name }) => name)).toEqual(['microsoft-365']);
  expect(faults).toEqual([]);
});

test('the open-relay test refuses every probe, and finds a source that lets everybody in', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/security?tab=self-test');
  await page.getByRole('button', { name: 'Run the test' }).click();
  await page.getByText(/^This relay is closed/).waitFor();
  await page.getByRole('button', { name: /Percent hack$/ }).click();
  await page.getByText(/C: RCPT TO:<self-test%outside\.example@contoso\.com>\s+S: 5\d\d/).waitFor();
  const document = {
    name: 'everybody',
    networks: ['0.0.0.0/0', '::/0'],
    dangerous: true,
    senders: ['*'],
    recipients: ['*'],
  };
  await world.ask('POST', '/api/v1/sources', { document });
  await page.getByRole('button', { name: 'Test again' }).click();
  await page.getByText(/^This relay is open/).waitFor();
  await page.getByText(/Every unknown address is taken for the source everybody/).waitFor();
});

test('an account is added and disabled; the last administrator stays', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/users');
  await page.getByRole('button', { name: 'Add an account' }).click();
  await page.getByLabel('User name').fill('ben');
  await page.getByRole('radio', { name: /^Operator/ }).click();
  await page.getByRole('button', { name: 'Make one' }).click();
  await page.getByRole('button', { name: 'Add the account' }).click();
  await page.getByRole('button', { name: 'ben', exact: true }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByRole('button', { name: 'Disable the account' }).click();
  await page.getByRole('button', { name: 'Enable', exact: true }).waitFor();
  expect(await world.ask('GET', '/api/v1/users/ben')).toMatchObject({ role: 'operator', disabled: true });
  await page.goto('/users?open=anna');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('button', { name: 'Delete the account' }).click();
  await page.getByText(/last administrator/).waitFor();
  expect(await world.ask('GET', '/api/v1/users/anna')).toMatchObject({ role: 'administrator' });
});

test('a token is shown once and works', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/users?tab=tokens');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByLabel('Name').fill('monitoring');
  await page.getByRole('button', { name: 'Make the token' }).click();
  await page.getByText(/nothing shows it again/).waitFor();
  const words = (await page.getByRole('dialog').innerText()).split(/\s+/);
  const secret = words.find((word) => word.length > 30) ?? '';
  const answer = await fetch(`${world.url}/api/v1/status`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(answer.status).toBe(200);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('monitoring').first().waitFor();
  expect(await page.content()).not.toContain(secret);
});

test('an authenticator app is set up with the key that the QR code holds', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/account');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  const key = /(?:[A-Z2-7]{4} ){3,}[A-Z2-7]+/.exec(await page.getByRole('dialog').innerText())?.[0] ?? '';
  const app = new TOTP({ secret: key.replaceAll(' ', '') });
  await page.getByLabel('Code that the app shows').fill(app.generate());
  await page.getByRole('button', { name: 'Ask for codes from now on' }).click();
  await page.getByText('Asked for at each sign-in by password').waitFor();
  expect(await world.ask('GET', '/api/v1/users/anna')).toMatchObject({ totp: true });
  expect(faults).toEqual([]);
});

test('the audit log tells what was done, and proves to be whole', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/audit?action=makeFirstAccount');
  await page.getByRole('button', { name: 'Made the first account' }).click();
  await page.getByText('Of the one before', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText(/^The log is whole/).waitFor();
});

test('what is typed into a filter of the audit log outlives the address that catches up', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/audit');
  const box = page.getByLabel('Action');
  // The blank at its end is no part of the filter, and yet not taken away from who goes on typing.
  await box.pressSequentially('nothing ');
  await page.waitForURL(/[?&]action=nothing(&|$)/);
  await page.getByText('No entry fits').waitFor();
  await box.pressSequentially('at all');
  expect(await box.inputValue()).toBe('nothing at all');
  await page.waitForURL(/[?&]action=nothing(\+|%20)at(\+|%20)all(&|$)/);
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => box.inputValue()).toBe('');
  expect(faults).toEqual([]);
});
