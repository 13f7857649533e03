/** What an administrator does in the console, clicked through in a real browser against a running relay. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFirstAccount, openPage, signIn, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { account, fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  await using first = await openPage(browser, world.url);
  await makeFirstAccount(first.page, world.firstLink, account);
  state = await first.context.storageState();
  expect(first.faults).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

describe('sign-in', () => {
  test('leads back to where one wanted to go', async () => {
    await using opened = await openPage(browser, world.url);
    const { page } = opened;
    await page.goto('/messages?text=Invoice');
    await page.locator('input[name=username]').fill(account.username);
    await page.locator('input[name=password]').fill(account.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
    expect(new URL(page.url()).search).toBe('?text=Invoice');
    expect(opened.faults).toEqual([]);
  });

  test('a wrong password is said without saying which part was wrong', async () => {
    await using opened = await openPage(browser, world.url);
    const { page } = opened;
    await page.goto('/sign-in');
    await page.locator('input[name=username]').fill(account.username);
    await page.locator('input[name=password]').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('User name, password or code is not right.').waitFor();
  });

  test('a return address of another site is not followed', async () => {
    await using opened = await openPage(browser, world.url);
    await opened.page.goto('/sign-in?to=//example.net/');
    await opened.page.locator('input[name=username]').fill(account.username);
    await opened.page.locator('input[name=password]').fill(account.password);
    await opened.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await opened.page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    expect(opened.faults).toEqual([]);
  });

  test('signing out ends the session', async () => {
    await using opened = await openPage(browser, world.url);
    const { page } = opened;
    await signIn(page, account);
    await page.getByRole('button', { name: `Account of ${account.username}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/messages');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe('where is my scan', () => {
  test('the key / leads to the search, the row to the story', async () => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('hall 2');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Scan from hall 2' }).click();
    const story = page.getByRole('list', { name: 'What happened' });
    await story.getByText('Accepted from warehouse-printer').waitFor();
    expect(page.url()).toContain('open=');
    await page.reload();
    await story.getByText('Accepted from warehouse-printer').waitFor();
    expect(opened.faults).toEqual([]);
  });

  test('a pasted list finds any of its lines', async () => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await page.goto('/messages');
    const box = page.getByRole('main').getByRole('searchbox');
    await box.fill('office1@fabrikam.example, office3@fabrikam.example');
    await page.getByText('2 messages', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
    expect(opened.faults).toEqual([]);
  });
});

describe('acting on messages', () => {
  test('deleting names the number and who is told, and does it', async () => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await world.send({ subject: 'Sent by mistake', to: 'tempfail@fabrikam.example' });
    await page.goto('/messages?text=mistake');
    await page.getByRole('checkbox', { name: /^Choose Sent by mistake/ }).check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('1 sender will be told.').waitFor();
    await dialog.getByText('Tell the senders that it was not delivered').click();
    await dialog.getByText('No sender is told.').waitFor();
    await dialog.getByRole('button', { name: 'Delete 1 message' }).click();
    await page.getByText('1 message deleted').first().waitFor();
    await page
      .getByRole('row', { name: /Sent by mistake/ })
      .getByText('Failed', { exact: true })
      .waitFor();
    expect(opened.faults).toEqual([]);
  });

  test('holding can be taken back', async () => {
    await using opened = await openPage(browser, world.url, { state });
    const { page } = opened;
    await page.goto('/messages?text=has to wait');
    await page.getByRole('button', { name: 'Scan that has to wait' }).click();
    await page.getByRole('button', { name: 'Hold', exact: true }).click();
    await page.getByRole('button', { name: 'Hold 1 message' }).click();
    // The flyout, still open, hides the page behind it from a screen reader, and not the way back.
    await page.locator('#root[aria-hidden="true"]').waitFor({ state: 'attached' });
    await page.getByRole('dialog').getByText('Held', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('1 message released').first().waitFor();
    expect(opened.faults).toEqual([]);
  });
});

test('a refusal tells why, and its reference leads to it', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/refusals?text=127.0.0.2');
  await page.getByRole('button', { name: /127\.0\.0\.2 is one address outside warehouse-printer/ }).click();
  await page
    .getByText(/^550 5\.7\.1 .*127\.0\.0\.2/)
    .first()
    .waitFor();
  expect(opened.faults).toEqual([]);
});

test('the theme and the time zone that were chosen stay', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages');
  await page.getByRole('columnheader', { name: 'Accepted (CET)' }).waitFor();
  await page.getByRole('button', { name: 'Theme and time zone' }).click();
  await page.getByRole('menuitemradio', { name: 'UTC' }).click();
  await page.reload();
  await page.getByRole('columnheader', { name: 'Accepted (UTC)' }).waitFor();
  expect(opened.faults).toEqual([]);
});
