/** Set-up of the Microsoft 365 side in a real browser: checklist and way back, drift from files of the tenant, and whether mail arrived. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn, Theme } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

const looks: readonly (readonly [Theme, number])[] = [
  ['light', 1440],
  ['dark', 390],
];

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

const asFile = (name: string, value: unknown) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify(value)),
});

test('the checklist holds the values of this tenant, is ticked off, and its script is saved as a file', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/microsoft365');
  const steps = page.getByRole('list', { name: 'Steps of the set-up' });
  await steps.getByText('Connect-ExchangeOnline').waitFor();
  await page.getByLabel('Public IPv4 addresses of this relay').fill('192.0.2.10');
  // RFC 7208 5.6: an address is named by ip4; the rest is what Microsoft asks for.
  await steps
    .getByText('v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all', { exact: true })
    .waitFor();
  await steps.getByText(/New-InboundConnector .*192\.0\.2\.10/).waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download script' }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe('relay365-set-up-contoso.com.ps1');
  const script = await readFile(await download.path(), 'utf8');
  expect(script.charCodeAt(0)).toBe(0xfeff);
  expect(script).toContain("Get-AcceptedDomain -Identity 'contoso.com'");
  expect(script).toMatch(/New-InboundConnector .*192\.0\.2\.10/);
  await page.getByRole('checkbox', { name: 'Done: Accepted domains' }).check();
  await page.getByText(/^1 of \d+ steps ticked off/).waitFor();
  await page.reload();
  await page.getByText(/^1 of \d+ steps ticked off/).waitFor();
  expect(faults).toEqual([]);
});

test('the way back is shown in reverse order, and what is no address is said at its field', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/microsoft365');
    await page.getByRole('list', { name: 'Steps of the set-up' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Public IPv4 addresses of this relay').fill('192.0.2.300');
    await page.getByText(/192\.0\.2\.300: an IPv4 address is needed/).waitFor();
    await page.getByLabel('Public IPv4 addresses of this relay').fill('');
    await page.getByRole('radio', { name: 'The way back' }).click();
    const back = page.getByRole('list', { name: 'Steps of the way back' });
    await back.getByText(/^Remove-InboundConnector/).waitFor();
    expect(await back.getByRole('heading').first().innerText()).toMatch(/^DMARC/);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

type Files = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[];

const openFiles = (page: Page, label: string, files: Files): Promise<void> =>
  page.getByLabel(label).setInputFiles(files);

test('files of the tenant are held against the policy: each difference with the line that mends it', async () => {
  // As `Get-InboundConnector | ConvertTo-Json` writes it: switched off, and for another address.
  const connector = {
    Name: 'Old relay',
    Enabled: false,
    ConnectorType: 'OnPremises',
    SenderIPAddresses: ['192.0.2.10'],
    TlsSenderCertificateName: null,
    RequireTls: false,
    RestrictDomainsToIPAddresses: false,
    RestrictDomainsToCertificate: false,
    AssociatedAcceptedDomains: [],
  };
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/microsoft365?tab=drift&egress=192.0.2.10');
    await page.getByText('Nothing was compared yet').waitFor();
    await page
      .getByRole('region', { name: 'Script that collects' })
      .getByText(/Get-InboundConnector/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await openFiles(page, 'JSON files of the tenant', [
      asFile('inbound-connectors.json', [connector]),
      asFile('accepted-domains.json', [{ DomainName: 'fabrikam.example', DomainType: 'Authoritative' }]),
      asFile('organization-config.json', { RejectDirectSend: false }),
    ]);
    const findings = page.getByRole('list', { name: 'Findings of contoso.com' });
    await findings.getByText('The tenant does not accept this domain', { exact: false }).waitFor();
    await findings.getByText(/^Set-InboundConnector -Identity 'Old relay' -Enabled \$true/).waitFor();
    await findings.getByText('Set-OrganizationConfig -RejectDirectSend $true').waitFor();
    // What is worst stands first.
    await findings.getByRole('listitem').first().getByText('Wrong').waitFor();
    expect(await violations(page)).toEqual([]);
    // One mended file is opened again, and counts in place of the first.
    await openFiles(page, 'JSON files of the tenant', [
      asFile('inbound-connectors.json', [{ ...connector, Enabled: true }]),
    ]);
    await findings.getByText(/-Enabled \$true/).waitFor({ state: 'detached' });
    await openFiles(page, 'JSON files of the tenant', [asFile('shopping.json', [{ milk: 2 }])]);
    await page
      .getByRole('alert')
      .getByText(/shopping\.json/)
      .waitFor();
    expect(faults).toEqual([]);
  }
});

/** Message-ID of the first message with this word, notices left out. */
async function messageIdOf(word: string): Promise<string> {
  const { items } = (await world.ask('GET', `/api/v1/messages?text=${word}`)) as {
    readonly items: readonly { readonly id: string; readonly isNotice: boolean }[];
  };
  const own = items.find(({ isNotice }) => !isNotice);
  const { messageId = '' } = (await world.ask('GET', `/api/v1/messages/${own?.id}`)) as {
    readonly messageId?: string;
  };
  return messageId;
}

test('a trace and a returned message say what became of our messages, and the story of each says it too', async () => {
  const [quarterly, invoice] = [await messageIdOf('Quarterly'), await messageIdOf('Invoice')];
  const trace = [
    '"MessageId","Received","RecipientAddress","SenderAddress","Status"',
    `"${invoice}","${new Date().toISOString()}","office1@fabrikam.example","scanner@contoso.com","Delivered"`,
    '"<other@fabrikam.example>","2026-11-02T08:00:01","a@fabrikam.example","b@fabrikam.example","Delivered"',
    '',
  ].join('\r\n');
  // RFC 3464, as Exchange Online words it.
  const returned = [
    'From: postmaster@contoso.com',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;x.prod.outlook.com',
    '',
    'Final-Recipient: rfc822;accounting@fabrikam.example',
    'Action: failed',
    'Status: 5.1.10',
    'Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${quarterly}`,
    '',
    '--b--',
    '',
  ].join('\r\n');
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/microsoft365?tab=arrivals');
  await page.getByText('No file was opened yet').waitFor();
  await openFiles(page, 'Message traces and returned messages', [
    // Windows PowerShell redirects to UTF-16 with a byte order mark.
    { name: 'trace.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${trace}`, 'utf16le') },
    { name: 'back.eml', mimeType: 'message/rfc822', buffer: Buffer.from(returned) },
  ]);
  const table = page.getByRole('table', { name: 'Arrivals' });
  await table.getByRole('row').filter({ hasText: 'Invoice 4711' }).getByText('Arrived').waitFor();
  await page.getByText('1 message of the trace did not come from this relay.').waitFor();
  await page.getByRole('button', { name: /^Came back/ }).click();
  await expect.poll(() => table.getByRole('row').count()).toBe(2);
  expect(new URL(page.url()).searchParams.get('show')).toBe('returned');
  expect(await violations(page)).toEqual([]);
  await table.getByRole('link', { name: /^Quarterly report/ }).click();
  const story = page.getByRole('list', { name: 'What happened' });
  await story.getByText(/^accounting@fabrikam\.example: it came back/).waitFor();
  await story
    .getByText(/RecipientNotFound/)
    .first()
    .waitFor();
  await page.getByRole('tab', { name: /^Recipients/ }).click();
  await page.getByText('At Microsoft 365: came back').waitFor();
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

// learn.microsoft.com/exchange/permissions-exo/application-rbac: the service principal is made with the object id of the enterprise
// application, and a role with a scope of its own in place of a consent for the whole tenant.
test('the registration of an application stands in the checklist with its id, least privilege and the way back', async () => {
  const clientId = '11111111-2222-3333-4444-555555555555';
  const credential = { type: 'oauth', tenantId: 'contoso.com', clientId, secret: 'test-value' };
  const policy = {
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    connectors: [{ name: 'by-graph', route: { type: 'graph', mailbox: 'relay@contoso.com', credential } }],
  };
  await world.ask('PUT', '/api/v1/policy', { text: JSON.stringify(policy) });
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/microsoft365');
    const steps = page.getByRole('list', { name: 'Steps of the set-up' });
    for (const line of [
      `$clientId = '${clientId}'`,
      `$enterprise = Get-MgServicePrincipal -Filter "appId eq '$clientId'"`,
      "New-ServicePrincipal -AppId $enterprise.AppId -ObjectId $enterprise.Id -DisplayName 'relay365'",
      "New-ManagementRoleAssignment -App $enterprise.Id -Role 'Application Mail.Send' -CustomResourceScope 'relay365-by-graph'",
    ]) {
      await steps.getByText(line, { exact: true }).first().waitFor();
    }
    expect(await steps.innerText()).not.toContain('test-value');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('radio', { name: 'The way back' }).click();
    const back = page.getByRole('list', { name: 'Steps of the way back' });
    await back.getByText('Remove-ServicePrincipal', { exact: false }).first().waitFor();
    await back.getByText('Remove-ManagementRoleAssignment', { exact: false }).first().waitFor();
    expect(faults).toEqual([]);
  }
});

// The last one: it takes the tenant away.
test('where the policy names no tenant the page says what to add', async () => {
  await world.ask('PUT', '/api/v1/policy', { text: 'sources: []\n' });
  await using opened = await openPage(browser, world.url, { state });
  await opened.page.goto('/microsoft365');
  await opened.page.getByText('The policy names no tenant').waitFor();
  expect(await violations(opened.page)).toEqual([]);
});
