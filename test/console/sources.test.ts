/** Sources in a real browser against a running relay: added, changed, reviewed, imported, given a password, merged, deleted. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
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

const source = (name: string) => world.relay.relay.policy.current.sources.get(name)?.config;

/** What was done is said in a toast, and once more for screen readers. */
const toast = (page: Page, text: string | RegExp) => page.locator('.fui-ToastTitle', { hasText: text });

test('a new source: faults stand beside their field, the effect before it is saved, the way back after', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/sources');
  await page.getByRole('button', { name: 'New source' }).click();
  await page.getByLabel('Name', { exact: false }).first().fill('hall-3-scanner');
  await page.getByLabel('Address or range').fill('127.0.0.900');
  await page.getByLabel('Senders', { exact: false }).fill('scanner3@contoso.com');
  // The relay's own words, beneath the field that they are about.
  const rows = page.getByRole('group', { name: 'Address 1' });
  await rows.getByRole('alert').waitFor();
  const save = page.getByRole('button', { name: '1 fault to mend' });
  await save.waitFor();
  expect(await save.isDisabled()).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel('Address or range').fill('127.0.0.40');
  await page.getByLabel('Location').fill('Hall 3');
  // The text beside the form follows it, and the form follows the text.
  const yaml = page.getByRole('textbox', { name: 'Entry as YAML' });
  await expect.poll(() => yaml.inputValue()).toContain('location: Hall 3');
  await yaml.fill(`${await yaml.inputValue()}model: Scan 5000\n`);
  await expect.poll(() => page.getByLabel('Model').inputValue()).toBe('Scan 5000');
  await page.getByRole('button', { name: 'See the effect and save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Let hall-3-scanner send?' });
  await dialog.getByText('model: Scan 5000').waitFor();
  expect(source('hall-3-scanner')).toBeUndefined();
  await dialog.getByRole('button', { name: 'Save hall-3-scanner' }).click();
  await page.getByRole('heading', { name: 'hall-3-scanner', level: 1 }).waitFor();
  expect(source('hall-3-scanner')).toMatchObject({ networks: ['127.0.0.40'], model: 'Scan 5000' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => source('hall-3-scanner')).toBeUndefined();
  expect(faults).toEqual([]);
});

test('a change, a review by one click, and the card for the person at the device', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/sources/warehouse-printer');
  await page.getByText('8 in 24 hours').waitFor();
  await page.getByRole('link', { name: 'Quarterly report to a full mailbox' }).waitFor();
  await page.getByRole('tab', { name: 'Edit' }).click();
  await page.getByLabel('Location').fill('Hall 2');
  await page.getByRole('button', { name: 'See the effect and save' }).click();
  await page.getByRole('button', { name: 'Save the change' }).click();
  await page.getByRole('heading', { name: 'What was seen' }).waitFor();
  expect(source('warehouse-printer')).toMatchObject({ location: 'Hall 2' });
  await page.getByRole('button', { name: 'Review done' }).click();
  await toast(page, 'Review of warehouse-printer done').waitFor();
  expect(source('warehouse-printer')?.reviewed).toBe(new Date().toISOString().slice(0, 10));
  await page.getByRole('button', { name: 'Set-up card' }).click();
  await page.getByRole('heading', { name: 'Set-up card: warehouse-printer' }).waitFor();
  await page.getByText(String(world.relay.port), { exact: true }).waitFor();
  // On paper stands the card alone.
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('navigation').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  expect(await page.getByText('Step by step').isVisible()).toBe(true);
  expect(faults).toEqual([]);
});

test('a table is judged row by row before it is applied; then a password, a merge, a deletion', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/sources/-/import');
  const table = page.getByLabel('Or paste it here');
  await table.fill(
    'name,networks,senders\nfax-1,10.9.0.300,fax@contoso.com\nfax-2,10.9.0.2,fax@contoso.com\n',
  );
  const rows = page.getByRole('table', { name: 'Rows of the table' });
  await rows.getByText('Faulty').waitFor();
  expect(await page.getByRole('button', { name: '1 fault to mend' }).isDisabled()).toBe(true);
  await table.fill('name,networks,senders\nfax-1,10.9.0.1,fax@contoso.com\nfax-2,10.9.0.2,fax@contoso.com\n');
  await page.getByRole('button', { name: 'Apply 2 changes' }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Apply 2 changes' }).click();
  await page.getByRole('button', { name: 'fax-2', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Silent for 30 days' }).click();
  await page.getByText('2 sources', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?silent=true');

  await page.getByRole('checkbox', { name: 'Choose fax-1' }).click();
  await page.getByRole('checkbox', { name: 'Choose fax-2' }).click();
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByRole('button', { name: 'Merge into fax-1' }).click();
  await page.getByRole('heading', { name: 'fax-1', level: 1 }).waitFor();
  expect(source('fax-1')?.networks).toEqual(['10.9.0.1', '10.9.0.2']);
  expect(source('fax-2')).toBeUndefined();

  await page.getByRole('button', { name: 'New password' }).click();
  await page.getByRole('button', { name: 'Make a new password' }).click();
  const shown = page.getByRole('alertdialog', { name: 'Login of fax-1' });
  const password = await shown.locator('code').textContent();
  expect(password).toMatch(/^[a-zA-Z2-9]{4}(-[a-zA-Z2-9]{4}){4}$/);
  await shown.getByRole('button', { name: 'I have it' }).click();
  await shown.waitFor({ state: 'detached' });
  expect(source('fax-1')?.login?.password).toMatch(/^\$scrypt\$/);
  expect(await page.content()).not.toContain(password);

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const asked = page.getByRole('alertdialog', { name: 'Delete fax-1?' });
  await asked.getByText('2 addresses and ranges').waitFor();
  await asked.getByText('No message of it waits.').waitFor();
  await asked.getByRole('button', { name: 'Delete fax-1' }).click();
  await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
  expect(source('fax-1')).toBeUndefined();
  expect(faults).toEqual([]);
});
