/** Test bench, doctor and explanations in a real browser, against this relay and the stand-in of Microsoft 365. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn, Theme } from './browser.ts';
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

const looks: readonly (readonly [Theme, number])[] = [
  ['light', 1440],
  ['dark', 390],
];

test('a conversation with this relay shows each step, raw beside explained, and sends nothing', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/test-bench');
    await page.getByRole('radio', { name: /^This relay/ }).click();
    const hold = page.getByRole('button', { name: 'Hold the conversation' });
    expect(await hold.isDisabled()).toBe(true);
    await page.getByLabel('Address of the client').fill('127.0.0.1');
    await page.getByLabel('Sender', { exact: true }).fill('scanner@contoso.com');
    await page.getByLabel('Recipient', { exact: true }).fill('you@fabrikam.example');
    await hold.click();
    const steps = page.getByRole('list', { name: 'Steps' });
    await steps.getByText(/C: MAIL FROM:<scanner@contoso\.com>/).waitFor();
    await steps
      .getByText(/S: 250/)
      .first()
      .waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: /\([\d.\u202f]+ ms\)/ })
      .waitFor();
    expect(await violations(page)).toEqual([]);
    // The question stands in the address, so that the page can be shared.
    expect(new URL(page.url()).searchParams.get('recipient')).toBe('you@fabrikam.example');
    expect(faults).toEqual([]);
  }
  const { items } = (await world.ask('GET', '/api/v1/messages?recipient=you@fabrikam.example')) as {
    readonly items: readonly unknown[];
  };
  expect(items).toEqual([]);
});

test('a conversation with a connector shows certificate and chain, and is remembered', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/test-bench?target=connector&connector=microsoft-365');
  await page.getByRole('button', { name: 'Hold the conversation' }).click();
  const steps = page.getByRole('list', { name: 'Steps' });
  await steps
    .getByText(/^verifies$/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Copy text' }).waitFor();
  await page.getByRole('tab', { name: 'Last conversations' }).click();
  await page.getByRole('table', { name: 'Conversations' }).getByRole('button').first().click();
  await page.getByRole('dialog').getByRole('list', { name: 'Steps' }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('a password is neither in the address nor in what is shown', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/test-bench?target=listener&address=127.0.0.1');
  await page.getByLabel('User name', { exact: true }).fill('nobody');
  await page.getByLabel('Password', { exact: true }).fill('a test value');
  await page.getByRole('button', { name: 'Hold the conversation' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: /\([\d.\u202f]+ ms\)/ })
    .waitFor();
  expect(page.url()).toContain('login=nobody');
  expect(page.url()).not.toContain('value');
  const shown = await page.getByRole('list', { name: 'Steps' }).innerText();
  expect(shown).not.toContain('a test value');
  expect(shown).not.toContain(Buffer.from('\0nobody\0a test value').toString('base64'));
});

test('a conversation that does not come to its end is stopped, and its connection is closed', async () => {
  // It takes the connection and never greets.
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await using opened = await openPage(browser, world.url, { state });
    const { page, faults } = opened;
    await page.goto('/test-bench');
    await page.getByLabel('Host', { exact: true }).fill('127.0.0.1');
    await page.getByLabel('Port', { exact: true }).fill(String((server.address() as AddressInfo).port));
    const connected = once(server, 'connection') as Promise<[Socket]>;
    await page.getByRole('button', { name: 'Hold the conversation' }).click();
    const [socket] = await connected;
    const closed = once(socket, 'close');
    socket.resume();
    await page.getByText('Under way').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('It was broken off before its end.').waitFor();
    await closed;
    // Another one can be held at once.
    await page.getByRole('button', { name: 'Hold the conversation' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  } finally {
    server.close();
  }
});

test('a connector is validated by a real message', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/test-bench?tab=validation');
  await page.getByLabel('Connector', { exact: true }).selectOption('microsoft-365');
  await page.getByText('Never validated').waitFor();
  await page.getByLabel('Recipient of the test message').fill('office1@fabrikam.example');
  await page.getByRole('button', { name: 'Send the test message' }).click();
  await page.getByRole('heading', { name: 'The last validation of microsoft-365' }).waitFor();
  await page.getByText('The next hop took the message').waitFor();
  await page.getByText('Not asked').waitFor();
  expect(await violations(page)).toEqual([]);
  const view = await world.ask('GET', '/api/v1/connectors/microsoft-365/validation');
  expect(view).toMatchObject({ by: 'anna', to: 'office1@fabrikam.example', delivered: true });
  await page.goto('/connectors/microsoft-365');
  const last = page.getByRole('region', { name: 'Last validation' });
  await last.getByText('from postmaster@contoso.com to office1@fabrikam.example').waitFor();
  await last.getByText('anna', { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test(
  'the doctor runs, and a finding shows evidence, advice and what it rests on',
  { timeout: 120_000 },
  async () => {
    await using opened = await openPage(browser, world.url, { state });
    const { page, faults } = opened;
    await page.goto('/doctor');
    await page.getByRole('button', { name: /^Run/ }).click();
    const list = page.getByRole('region', { name: 'Findings' });
    await list.getByRole('listitem').first().waitFor();
    const { last } = (await world.ask('GET', '/api/v1/doctor')) as {
      readonly last: {
        readonly findings: readonly {
          readonly title: string;
          readonly source: string;
          readonly state: string;
          readonly advice?: string;
        }[];
      };
    };
    // What is well stands behind its count, until it is asked for or where there is nothing else.
    const well = last.findings.filter(({ state: found }) => found === 'ok').length;
    const isFolded = well > 0 && well < last.findings.length;
    const atFirst = isFolded ? last.findings.length - well : last.findings.length;
    await expect.poll(() => list.getByRole('listitem').count()).toBe(atFirst);
    if (isFolded) {
      await list.getByText(/^\d+ things? found well$/).waitFor();
      await list.getByRole('button', { name: 'Show', exact: true, expanded: false }).click();
    }
    await expect.poll(() => list.getByRole('listitem').count()).toBe(last.findings.length);
    // What is wrong comes first, with what to do in full.
    const worst = last.findings.find(({ state: found }) => found === 'fail');
    const first = list.getByRole('listitem').first();
    if (worst) expect(await first.innerText()).toContain(`To do: ${worst.advice?.replaceAll('`', '')}`);
    await list.getByRole('button').first().click();
    const flyout = page.getByRole('dialog');
    await flyout.getByText('Evidence').waitFor();
    const [source = ''] = ((worst ?? last.findings[0])?.source ?? '').split('; ');
    const [rest = ''] = source.split(' ');
    await (rest.startsWith('https://') ? flyout.getByTitle(rest) : flyout.getByText(rest).first()).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'History' }).click();
    const runs = page.getByRole('table', { name: 'Runs' });
    await runs.getByText('anna').waitFor();
    await runs.getByText(`${last.findings.length} findings for the first time`).waitFor();
    await runs.getByRole('button').first().click();
    const changes = page.getByRole('dialog', { name: 'What was different' });
    await expect.poll(() => changes.getByRole('listitem').count()).toBe(last.findings.length);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  },
);

test('a pasted reply is explained; an unknown one is said to be unknown', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/explanations');
    const box = page.getByLabel(/^Reply, error/);
    await box.fill('550 5.7.60 SMTP; Client does not have permissions to send as this sender');
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    await page.getByRole('heading', { name: /^What 5\d\d 5\.7\.60 means|^What 5\.7\.60 means/ }).waitFor();
    await page.getByText('What helps').waitFor();
    expect(await violations(page)).toEqual([]);
    await box.fill('the paper tray is empty');
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    await page.getByText('Nothing is known about this text').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

test('a returned message is opened as a file and explained, with the message that came back', async () => {
  // RFC 3464: what a mail program saves as .eml.
  const returned = [
    'From: postmaster@contoso.com',
    'To: scanner@contoso.com',
    'Subject: Undeliverable: Delivery note 2231',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"',
    '',
    '--=_b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Ihre Nachricht konnte nicht zugestellt werden.',
    '--=_b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;AM0PR01.eurprd01.prod.outlook.com',
    '',
    'Final-Recipient: rfc822;gone@fabrikam.example',
    'Action: failed',
    'Status: 5.1.10',
    'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '',
    '--=_b',
    'Content-Type: text/rfc822-headers',
    '',
    'Subject: Delivery note 2231',
    'Message-ID: <note-2231@contoso.com>',
    '',
    '--=_b--',
    '',
  ].join('\r\n');
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/explanations');
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open a file' }).click();
    await (
      await choosing
    ).setFiles({ name: 'undeliverable.eml', mimeType: 'message/rfc822', buffer: Buffer.from(returned) });
    const box = page.getByLabel(/^Reply, error/);
    await expect.poll(() => box.inputValue()).toContain('Final-Recipient: rfc822;gone@fabrikam.example');
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    await page.getByRole('heading', { name: /^What .*5\.1\.10 means/ }).waitFor();
    const back = page.getByRole('region', { name: 'The message that came back' });
    await back.getByText('gone@fabrikam.example').waitFor();
    await back.getByRole('link', { name: '<note-2231@contoso.com>' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});
