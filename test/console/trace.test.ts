/** Finding messages again: ranges of time, searches that are kept, likenesses, and actions on all that fit. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('a range of one’s own is typed in the zone that is shown, and kept as UTC', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages');
  await page.getByLabel('Accepted').selectOption('From … to …');
  // The browser stands in Berlin: one hour ahead of UTC in November.
  await page.getByLabel('From (CET)').fill('2020-11-23T09:15');
  await page.getByLabel('Before (CET)').fill('2020-11-24T00:00');
  await page.getByText('No message fits').waitFor();
  const { searchParams } = new URL(page.url());
  expect(searchParams.get('from')).toBe('2020-11-23T08:15:00.000Z');
  expect(searchParams.get('before')).toBe('2020-11-23T23:00:00.000Z');
  await seesSameRange(page.url());
  await page.getByLabel('Before (CET)').fill('2020-11-22T00:00');
  await page.getByText('This is not after “From”, so nothing fits.').waitFor();
  expect(opened.faults).toEqual([]);
});

/** The link of the page, opened by a colleague in New York: the same moments, in words of that zone. */
async function seesSameRange(link: string): Promise<void> {
  await using opened = await openPage(browser, world.url, { state, zone: 'America/New_York' });
  const { page } = opened;
  await page.goto(link);
  await page.getByText('No message fits').waitFor();
  expect(await page.getByLabel('From (GMT-5)').inputValue()).toBe('2020-11-23T03:15');
  expect(await page.getByLabel('Before (GMT-5)').inputValue()).toBe('2020-11-23T18:00');
  expect(page.url()).toBe(link);
  expect(opened.faults).toEqual([]);
}

test('a search that was saved is there in every browser of the account, and the last one in this one', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=Invoice&status=relayed');
  await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Save this search' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Invoices');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The search “Invoices” is saved for your account').first().waitFor();
  await usesInvoices(state);
  await page.goto('/messages');
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Invoices' }).click();
  await page.getByText('1 message', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?text=Invoice&status=relayed');
  // What stands for three seconds was meant, and comes into the list.
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Invoice · status relayed' }).waitFor();
  await page.goto('/messages');
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Invoice · status relayed' }).click();
  await page.getByText('1 message', { exact: true }).waitFor();
  expect(opened.faults).toEqual([]);
});

/** In a browser that has seen nothing but the sign-in. */
async function usesInvoices(of: SignedIn): Promise<void> {
  await using opened = await openPage(browser, world.url, { state: of });
  const { page } = opened;
  await page.goto('/messages');
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Invoices' }).click();
  await page.getByText('1 message', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?text=Invoice&status=relayed');
  expect(opened.faults).toEqual([]);
}

test('a search is shared, narrows by size and span, and is put back after it was removed', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?last=day');
  await page.getByLabel('Size').selectOption('10 MiB or more');
  await page.getByText('No message fits').waitFor();
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Save this search' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Large today');
  await page.getByRole('checkbox', { name: 'Share it with everybody' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('The search “Large today” is saved for everybody').first().waitFor();
  expect(await saved()).toMatchObject([{ filter: { last: 'day', bytesMin: 10_485_760 }, shared: true }]);
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Remove saved searches' }).click();
  await page.getByRole('button', { name: 'Remove Large today' }).click();
  await page.getByText('The search “Large today” is removed').first().waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await saved()).toEqual([]);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('The search “Large today” is there again').first().waitFor();
  expect(await saved()).toMatchObject([{ filter: { last: 'day', bytesMin: 10_485_760 }, shared: true }]);
  expect(opened.faults).toEqual([]);
});

/** As another one sees it who may search. */
async function saved(): Promise<readonly unknown[]> {
  const { items } = (await world.ask('GET', '/api/v1/searches')) as { readonly items: readonly unknown[] };
  return items;
}

test('one message leads to others like it', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=4711');
  await page.getByRole('button', { name: 'Invoice 4711' }).click();
  await page.getByRole('link', { name: 'From this source' }).click();
  await page.getByRole('button', { name: 'Scan from hall 2' }).waitFor();
  expect(new URL(page.url()).search).toBe('?source=warehouse-printer');
  expect(opened.faults).toEqual([]);
});

test('an action on all that fit names how many there are, whatever is on the screen', async () => {
  for (const index of [1, 2, 3])
    await world.send({ subject: `Stray ${index}`, to: 'tempfail@fabrikam.example' });
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/messages?text=Stray');
  await page.getByText('3 messages', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Act on all that fit' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('3 senders will be told.').waitFor();
  await dialog.getByRole('button', { name: 'Delete 3 messages' }).click();
  await page.getByText('3 messages deleted').first().waitFor();
  await page.goto('/messages?text=Stray&status=waiting');
  await page.getByText('No message fits').waitFor();
  expect(opened.faults).toEqual([]);
});

test('attempts that a connector was put off lead to what waits after one', async () => {
  await world.send({ subject: 'Put off once', to: 'tempfail@fabrikam.example' });
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/connectors/microsoft-365');
  await page.getByText(/^[1-9]\d* attempts?; what waits now$/).waitFor();
  await page.getByRole('link', { name: 'what waits now' }).click();
  await page.getByRole('button', { name: 'Put off once' }).waitFor();
  expect(new URL(page.url()).search).toBe('?connector=microsoft-365&status=waiting');
  expect(opened.faults).toEqual([]);
});

// RFC 1047: the content is there, and the connection ends before the reply.
test('what a connector left in doubt has a list, and the list says what it is narrowed by', async () => {
  await world.send({ subject: 'Maybe twice', to: 'drop-after-dot@fabrikam.example' });
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/connectors/microsoft-365');
  await page.getByRole('link', { name: '1, which may arrive twice' }).click();
  await page.getByRole('button', { name: 'Maybe twice' }).waitFor();
  await page.getByText('1 message', { exact: true }).waitFor();
  expect(new URL(page.url()).search).toBe('?connector=microsoft-365&inDoubt=yes');
  await page.getByRole('button', { name: 'Remove the filter In doubt' }).click();
  await page.getByRole('button', { name: 'Invoice 4711' }).waitFor();
  expect(opened.faults).toEqual([]);
});

test('a sentence of the story does not repeat the reply and the meaning that stand beneath it', async () => {
  const { items } = (await world.ask('GET', '/api/v1/messages?text=Quarterly&result=mixed')) as {
    readonly items: readonly { readonly id: string }[];
  };
  const { story } = (await world.ask('GET', `/api/v1/messages/${items[0]?.id}`)) as {
    readonly story: readonly {
      readonly text: string;
      readonly reply?: string;
      readonly explanation?: { readonly meaning: string };
    }[];
  };
  const explained = story.filter(({ explanation }) => explanation !== undefined);
  expect(explained.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^microsoft-365 \(.*\) did not take it for mailbox-full@fabrikam\.example$/),
  ]);
  expect(explained[0]?.reply).toMatch(/^552 5\.2\.2 /);
  expect(story.map(({ text }) => text)).toContain(
    'Failed for mailbox-full@fabrikam.example: the refusal is final.',
  );
});
