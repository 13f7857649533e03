/** Connectors in a real browser against a running relay: copied, enabled, changed, disabled, validated, signed in by a code. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

const connector = (name: string) => world.relay.relay.policy.current.connectors.get(name)?.config;

async function more(page: Page, item: string): Promise<void> {
  // The dialog of the action before gives the focus back, and a menu that is open by then would close.
  await page.getByRole('dialog').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

test('a copy begins disabled, is changed and enabled, and the first is disabled', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/connectors/microsoft-365');
  await more(page, 'Make a copy');
  const name = page.getByLabel('Name of the copy');
  await name.fill('microsoft-365');
  await page.getByText('There is a connector of this name').waitFor();
  expect(await page.getByRole('button', { name: 'Make the copy' }).isDisabled()).toBe(true);
  await name.fill('second-way');
  await page.getByRole('button', { name: 'Make the copy' }).click();
  await page.getByRole('heading', { name: 'second-way', level: 1 }).waitFor();
  expect(connector('second-way')).toMatchObject({ suspended: true, route: { type: 'exchange-online' } });

  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('tab', { name: '2 To' }).click();
  await page.getByLabel('Domains').fill('partner.example');
  await page.getByRole('tab', { name: '7 Review' }).click();
  await page.getByRole('main').getByText('partner.example').first().waitFor();
  expect(connector('second-way')?.addressSpaces).toMatchObject([{ pattern: '*' }]);
  await page.getByRole('button', { name: 'Save the change' }).click();
  await expect
    .poll(() => connector('second-way')?.addressSpaces)
    .toMatchObject([{ pattern: 'partner.example' }]);
  await page.getByRole('heading', { name: 'second-way', level: 1 }).waitFor();

  await more(page, 'Enable');
  await page.getByRole('button', { name: 'Enable second-way' }).click();
  await expect.poll(() => connector('second-way')?.suspended).toBe(false);
  await page.goto('/connectors/microsoft-365');
  await more(page, 'Disable');
  await page.getByText('The policy says so from now on').waitFor();
  await page.getByRole('button', { name: 'Disable microsoft-365' }).click();
  await expect.poll(() => connector('microsoft-365')?.suspended).toBe(true);
  await more(page, 'Enable');
  await page.getByRole('button', { name: 'Enable microsoft-365' }).click();
  await expect.poll(() => connector('microsoft-365')?.suspended).toBe(false);
  expect(faults).toEqual([]);
});

test('a validation sends a real message, and is there again after a reload', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/connectors/microsoft-365');
  await page.getByText('Nobody has validated it yet.').waitFor();
  await page.getByRole('link', { name: 'Validate', exact: true }).click();
  await page.getByLabel('Recipient of the test message').fill('ann@fabrikam.example');
  await page.getByRole('button', { name: 'Send the test message' }).click();
  await page.getByText('The last validation of microsoft-365').waitFor();
  const arrived = world.sandbox.messages().map(({ recipients }) => recipients);
  expect(JSON.stringify(arrived)).toContain('ann@fabrikam.example');
  await page.goto('/connectors/microsoft-365');
  await page.getByRole('link', { name: 'All steps, and validate again' }).waitFor();
  await page.getByText(/ to ann@fabrikam\.example$/).waitFor();
  expect(faults).toEqual([]);
});

test('a secret in a file or in the environment: the draft holds nothing until its name is typed', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  const drafts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().includes('/connectors'))
      drafts.push(request.postData() ?? '');
  });
  await page.goto('/connectors/new');
  await page.getByLabel('Name').fill('gateway');
  await page.getByRole('tab', { name: '3 Way' }).click();
  await page.getByRole('radio', { name: 'Smart host' }).click();
  await page.getByRole('tab', { name: '4 Identity' }).click();
  // The relay has found that the host is missing; the field says so once it was left.
  await page.getByText(/faults? left before it can be saved/).waitFor();
  const hosts = page.getByLabel('Hosts, tried in order');
  expect(await hosts.getAttribute('aria-invalid')).toBeNull();
  await hosts.focus();
  await page.getByLabel('User name').focus();
  await expect.poll(() => hosts.getAttribute('aria-invalid')).toBe('true');
  await hosts.fill('mail.partner.example:587');
  await expect.poll(() => hosts.getAttribute('aria-invalid')).toBeNull();
  await page.getByLabel('User name').fill('relay');
  await page.getByLabel('Password is').selectOption('In a file of the relay');
  const path = page.getByLabel('Path of the file');
  await path.waitFor();
  await page.getByLabel('Password is').selectOption('In its environment');
  await page.getByLabel('Name of the variable').fill('GATEWAY_PASSWORD');
  await expect.poll(() => drafts.some((draft) => draft.includes('"env":"GATEWAY_PASSWORD"'))).toBe(true);
  await page.getByLabel('Name of the variable').fill('');
  await expect.poll(() => drafts.at(-1)?.includes('env')).toBe(false);
  expect(await page.getByLabel('Name of the variable').inputValue()).toBe('');
  for (const draft of drafts) expect(draft).not.toMatch(/"\s+"/);
  expect(faults).toEqual([]);
});

test('a person signs in by a code; one refuses', async () => {
  const { identity, graph, submission } = world.sandbox;
  const { tenantId, clientId, url } = identity;
  const credential = { type: 'oauth', tenantId, clientId, signIn: 'device-code', authority: url };
  const document = {
    name: 'by-person',
    addressSpaces: [{ pattern: 'person.example' }],
    route: { type: 'graph', mailbox: submission.mailbox, endpoint: graph.url, credential },
    ca: world.ca,
  };
  await world.ask('POST', '/api/v1/connectors', { document });
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/connectors/by-person');
  await page.getByText('Nobody has signed in yet, so its mail waits').waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Waits for the person').waitFor();
  const shown = async (): Promise<string> => {
    const line = page.getByText(/^SBX\w+/);
    return /SBX\w+/.exec(await line.first().innerText())?.[0] ?? '';
  };
  const first = await shown();
  expect(identity.refuseDevice(first)).toBe(true);
  await page.getByText(/The last sign-in failed: .*declined/).waitFor();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Waits for the person').waitFor();
  await expect.poll(shown).not.toBe(first);
  const second = await shown();
  expect(identity.approveDevice(second, submission.mailbox)).toBe(true);
  await page.getByText(`${submission.mailbox} has signed in`, { exact: false }).waitFor();
  await page.getByText('Signed in; without use it ends', { exact: false }).waitFor();
  expect(faults).toEqual([]);
});
