/** The exit plan in a real browser: what a step would do to a source, from the handshakes that were really made. */
import { createTransport } from 'nodemailer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { SignedIn, Theme } from './browser.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

const looks: readonly (readonly [Theme, number])[] = [
  ['light', 1440],
  ['dark', 390],
];

beforeAll(async () => {
  // A listener for old devices, and one device that knows nothing newer than TLS 1.0.
  const listeners = [{ name: 'devices', address: '127.0.0.1', port: 0, minimumTls: '1.0' }];
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld({ node: { listeners } })]);
  await overTls('TLSv1');
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

async function overTls(version: 'TLSv1' | 'TLSv1.2'): Promise<void> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: world.relay.port,
    requireTLS: true,
    tls: {
      minVersion: version,
      maxVersion: version,
      // OpenSSL 3 speaks TLS 1.0 at this level alone.
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    },
  });
  try {
    await transport.sendMail({
      from: 'scanner@contoso.com',
      to: 'office@fabrikam.example',
      subject: `Over ${version}`,
      text: 'A scan.',
    });
  } finally {
    transport.close();
  }
}

test('closing TLS 1.0 on a day names the source that would be cut off, and its owner', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/exit-plan');
    await page.getByRole('button', { name: /^Close everything below TLS 1\.1/ }).click();
    await page.getByLabel('On', { exact: true }).fill('2027-01-08');
    await page
      .getByText('Close everything below TLS 1.1 on Friday, 8 January 2027: this source is affected.')
      .waitFor();
    const list = page.getByRole('list', { name: 'Sources that are affected or not known' });
    await list.getByText('Cut off').waitFor();
    await list.getByText('It agreed on TLS 1.0, and nothing better was ever seen.').waitFor();
    await list.getByText(/warehouse@contoso\.com/).waitFor();
    // The plan can be passed on by its address.
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('step'), searchParams.get('on')]).toEqual(['tls-below-1.1', '2027-01-08']);
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

test('a certificate with another kind of key is planned in the same way', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/exit-plan');
  for (const kind of ['EC', 'RSA']) {
    await page.getByRole('button', { name: new RegExp(`certificate with an ${kind} key`) }).click();
    await page
      .getByRole('heading', { name: new RegExp(`certificate with an ${kind} key`), level: 2 })
      .waitFor();
  }
  await page.getByText('tls.certificate, tls.key').waitFor();
});

test('sources are listed with version, cipher suite and trend, and without TLS they can be picked out', async () => {
  await world.send({ subject: 'In clear', to: 'office@fabrikam.example' });
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/exit-plan?tab=sources');
    await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Without TLS' });
    await page.getByText('TLS, not always').waitFor();
    await page.getByRole('button', { name: 'warehouse-printer' }).click();
    const flyout = page.getByRole('dialog');
    await flyout
      .getByText(/^TLS_\w+|^ECDHE-\w+|^\w+-SHA$/)
      .first()
      .waitFor();
    await flyout.getByRole('img', { name: /^Without TLS in the last 12 weeks/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

test('sources can be narrowed to a cipher suite, and to those with a weakness', async () => {
  for (const [theme, width] of looks) {
    await using opened = await openPage(browser, world.url, { state, theme, width });
    const { page, faults } = opened;
    await page.goto('/exit-plan?tab=sources');
    await page.getByLabel('Cipher suite').selectOption({ label: 'Any with a weakness' });
    await expect.poll(() => new URL(page.url()).searchParams.get('cipher')).toBe('weak');
    await page.getByRole('button', { name: 'warehouse-printer' }).waitFor();
    // TLS 1.0 knows CBC suites alone (RFC 2246 A.5, RFC 4492 6).
    const suite = page.getByLabel('Cipher suite').getByRole('option', { name: /_CBC_SHA \(1 source\)$/ });
    await page.getByLabel('Cipher suite').selectOption((await suite.getAttribute('value')) ?? '');
    await page.getByText(/RFC 9325/).waitFor();
    await page.getByRole('button', { name: 'warehouse-printer' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(faults).toEqual([]);
  }
});

test('a device that was seen to do better is a risk and not cut off', async () => {
  await overTls('TLSv1.2');
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  await page.goto('/exit-plan?step=tls-below-1.1');
  await page.getByText('At risk').waitFor();
  await page.getByText(/was also seen to do better/).waitFor();
});
