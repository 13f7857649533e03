/** What one does with messages that were found: lists taken along, sent again, re-routed, their content kept from who may not see it. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { SignedIn } from './browser.ts';
import { openPage, signIn, signInFirst, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { account, fill, startConsoleWorld } from './world.ts';

/** A test value. */
const helpDesk = { username: 'hanna', password: 'a long password of a test' } as const;

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  state = await signInFirst(browser, world);
  await world.ask('POST', '/api/v1/users', {
    name: helpDesk.username,
    password: helpDesk.password,
    role: 'help-desk',
  });
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

/** Of one whose content is kept, as it is until every recipient is settled. */
const waiting = async (text: string): Promise<string> => {
  const query = new URLSearchParams({ text, state: 'active' });
  const { items } = (await world.ask('GET', `/api/v1/messages?${query.toString()}`)) as {
    readonly items: readonly { readonly id: string }[];
  };
  return items[0]?.id ?? '';
};

test('a list of fifty lines is pasted, and each message of it is found', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/messages');
  // As a column copied from a table: two of fifty were sent here.
  const lines = Array.from({ length: 48 }, (_, index) => `nobody${index}@fabrikam.example`);
  const list = ['office1@fabrikam.example', ...lines, 'office3@fabrikam.example'].join('\r\n');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(list)})`);
  await page.getByRole('main').getByRole('searchbox').focus();
  await page.keyboard.press('Control+V');
  await page.getByText('2 messages', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
  await page.getByRole('button', { name: 'Order 88-104, signed' }).waitFor();
  expect(new URL(page.url()).searchParams.get('text')?.split(', ')).toHaveLength(50);
  expect(opened.faults).toEqual([]);
});

test.each([
  ['CSV', 'messages.csv'],
  ['JSON, one array', 'messages.json'],
  ['JSON lines (NDJSON)', 'messages.ndjson'],
] as const)('what is filtered is taken along as %s', async (title, name) => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=office1@fabrikam.example,office3@fabrikam.example');
  await page.getByText('2 messages', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: title }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe(name);
  const text = await readFile(await saved.path(), 'utf8');
  const isArray = name === 'messages.json';
  const lines = isArray
    ? (JSON.parse(text) as readonly object[]).map((one) => JSON.stringify(one))
    : text.trimEnd().split(/\r?\n/);
  if (name === 'messages.csv') {
    expect(lines.shift()).toMatch(/^id,accepted,state,/);
    // RFC 4180 2.6: a field with a comma stands in quotes.
    expect(lines.some((line) => line.includes(',"Order 88-104, signed",'))).toBe(true);
  } else {
    const subjects = lines.map((line) => (JSON.parse(line) as { readonly subject: string }).subject);
    expect(subjects.toSorted()).toEqual(['Invoice 4711', 'Order 88-104, signed']);
  }
  expect(lines).toHaveLength(2);
  expect(opened.faults).toEqual([]);
});

test('a message is sent again to other recipients, and arrives at them', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  const id = await waiting('has to wait');
  await page.goto(`/messages/${id}`);
  await page.getByRole('button', { name: 'Resend to …' }).click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  const recipients = dialog.getByRole('textbox', { name: 'Recipients' });
  expect(await recipients.inputValue()).toBe('tempfail@fabrikam.example');
  await recipients.fill('');
  expect(await dialog.getByRole('button', { name: 'Send to 0 recipients' }).isDisabled()).toBe(true);
  await recipients.fill('not an address');
  await dialog.getByRole('button', { name: /^Send to/ }).click();
  await dialog.getByRole('alert').first().waitFor();
  await recipients.fill('archive@fabrikam.example\nscans@wingtip.example');
  await dialog.getByRole('button', { name: 'Send to 2 recipients' }).click();
  await page.getByText('Sent again to 2 recipients').first().waitFor();
  await expect.poll(() => new URL(page.url()).pathname).not.toBe(`/messages/${id}`);
  await page.getByRole('tab', { name: 'Recipients (2)' }).click();
  const list = page.getByRole('list', { name: 'Recipients' });
  await list.getByText('scans@wingtip.example').waitFor();
  await expect.poll(() => list.getByText('Relayed', { exact: true }).count()).toBe(2);
  // The story leads back to the message that it was made of.
  await page.getByRole('tab', { name: 'Story' }).click();
  await page.getByRole('link', { name: id, exact: true }).first().waitFor();
  expect(opened.faults).toEqual([]);
});

test('a message that waits is sent by another connector', async () => {
  const { document } = (await world.ask('GET', '/api/v1/policy')) as {
    readonly document: { readonly connectors: readonly object[] };
  };
  const [first] = document.connectors;
  await world.ask('PUT', '/api/v1/policy', {
    text: stringify({ ...document, connectors: [first, { ...first, name: 'second-way' }] }),
  });
  await world.send({ subject: 'By the other way', to: 'tempfail@wingtip.example' });
  const id = await waiting('By the other way');
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto(`/messages/${id}`);
  await page.getByRole('button', { name: 'Re-route' }).click();
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText('The connector chosen here is used, whatever the policy says.').waitFor();
  await dialog.getByLabel('Connector').selectOption('second-way');
  await dialog.getByRole('button', { name: 'Re-route 1 message' }).click();
  await page.getByText('1 message re-routed').first().waitFor();
  await page.goto('/messages?connector=second-way');
  await page.getByRole('button', { name: 'By the other way' }).waitFor();
  await page.goto('/connectors/second-way');
  const put = page.getByRole('definition').filter({ has: page.getByRole('link') });
  await put.first().getByRole('link').click();
  await page.getByRole('button', { name: 'By the other way' }).waitFor();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
    connector: 'second-way',
    status: 'waiting',
  });
  expect(opened.faults).toEqual([]);
});

test('the numbers of a connector lead to its messages', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/connectors/microsoft-365');
  const fact = (name: string) =>
    page.getByRole('term').filter({ hasText: name }).locator('xpath=following-sibling::dd').getByRole('link');
  await fact('Relayed').click();
  await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
  expect(new URL(page.url()).search).toBe('?connector=microsoft-365&status=delivered');
  await page.goBack();
  await fact('Failed').click();
  await page.getByRole('button', { name: 'Quarterly report to a full mailbox' }).waitFor();
  expect(new URL(page.url()).search).toBe('?connector=microsoft-365&status=undelivered');
  expect(opened.faults).toEqual([]);
});

test('the content is for administrators, and each look at it is on record', async () => {
  const id = await waiting('has to wait');
  {
    await using opened = await openPage(browser, world.url);
    const { page } = opened;
    await signIn(page, helpDesk);
    await page.goto(`/messages/${id}?tab=content`);
    await page.getByRole('tab', { name: 'Headers' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Content' }).count()).toBe(0);
    expect(await page.getByText('The scan is attached.').count()).toBe(0);
    const statuses = `Promise.all(['content', 'html'].map(async (part) =>
      (await fetch('/api/v1/messages/${id}/content' + (part === 'html' ? '/html' : ''))).status))`;
    expect(await page.evaluate(statuses)).toEqual([403, 403]);
  }
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto(`/messages/${id}?tab=content`);
  await page.getByText('Looking at it is written to the audit trail with your name.').waitFor();
  expect(await page.getByText('The scan is attached.').count()).toBe(0);
  await page.getByRole('button', { name: 'Show the content' }).click();
  await page.getByText('The scan is attached.').waitFor();
  await page.goto('/audit?action=messageContent');
  const entry = page.getByRole('row', { name: /Looked at the content of a message/ });
  await entry.filter({ hasText: id }).filter({ hasText: account.username }).first().waitFor();
  expect(opened.faults).toEqual([]);
});

test('the page of a source lists its own refusals, and not those that mention its name', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  // That of the unknown printer says "127.0.0.2 is one address outside warehouse-printer".
  await page.goto('/refusals?text=warehouse-printer');
  await page.getByRole('button', { name: /127\.0\.0\.2 is one address outside/ }).waitFor();
  await page.goto('/sources/warehouse-printer');
  const card = page.getByRole('region', { name: 'Latest refusals' });
  await card.getByRole('listitem').first().waitFor();
  await ready(opened);
  expect(await card.getByRole('listitem').count()).toBe(1);
  expect(await card.getByText('127.0.0.2').count()).toBe(0);
  await card.getByRole('link', { name: 'All refusals' }).click();
  await page.getByText('1 refusal', { exact: true }).waitFor();
  // The list to choose from comes later than what was chosen.
  await expect.poll(() => page.getByLabel('Source', { exact: true }).inputValue()).toBe('warehouse-printer');
  expect(opened.faults).toEqual([]);
});
