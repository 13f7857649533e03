/** Sessions, lock-outs, reviews and the way from a message to the simulator, in a real browser against a running relay. */
import { createTransport } from 'nodemailer';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, signIn, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { account, startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await world.send({ subject: 'Delivery note 2231', to: 'office@fabrikam.example' });
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

test('a session of another browser is ended, and that browser has to sign in again', async () => {
  await using other = await openPage(browser, world.url);
  await signIn(other.page, account);
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/users?tab=sessions');
  await page.getByText('anna (this one)').waitFor();
  await page.getByRole('button', { name: 'End it' }).first().click();
  await page.getByText('is signed out at once and has to sign in again', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'End the session' }).click();
  await page.locator('.fui-ToastTitle', { hasText: 'The session of anna was ended' }).waitFor();
  await page.getByRole('button', { name: 'End it' }).waitFor({ state: 'detached' });
  await other.page.goto('/messages');
  await other.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('who is locked out of the console is let in again before the time', async () => {
  const attempt = async (): Promise<number> => {
    const response = await fetch(`${world.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.url },
      body: JSON.stringify({ username: 'carl', password: 'a wrong password of a test' }),
    });
    return response.status;
  };
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429 && statuses.length < 10) statuses.push(await attempt());
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/security');
  await page.getByText('User name, console').waitFor();
  await page.getByText('Address, console').waitFor();
  for (const left of [1, 0]) {
    await page.getByRole('button', { name: 'End it' }).first().click();
    await page.getByText('Sign-in to the console may be tried again at once', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'End the lock-out' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'End it' }).count()).toBe(left);
  }
  expect(await attempt()).toBe(401);
  expect(faults).toEqual([]);
}, 90_000);

test('whom the console locks out is for administrators alone', async () => {
  const { token } = (await world.ask('POST', '/api/v1/tokens', { name: 'desk', role: 'operator' })) as {
    readonly token: string;
  };
  for (let tries = 0; tries < 5; tries += 1) {
    await fetch(`${world.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.url },
      body: JSON.stringify({ username: 'dora', password: 'a wrong password of a test' }),
    });
  }
  interface Overview {
    readonly lockOuts: readonly { readonly id: string; readonly key: string; readonly door: string }[];
  }
  const { lockOuts } = (await world.ask('GET', '/api/v1/security/overview')) as Overview;
  const own = lockOuts.find(({ key }) => key === '127.0.0.1');
  expect(own).toMatchObject({ door: 'console', kind: 'address' });
  const headers = { authorization: `Bearer ${token}` };
  const seen = await fetch(`${world.url}/api/v1/security/overview`, { headers });
  expect(((await seen.json()) as Overview).lockOuts).toEqual([]);
  const ended = await fetch(`${world.url}/api/v1/security/lock-outs/${own?.id}`, {
    method: 'DELETE',
    headers,
  });
  expect(ended.status).toBe(404);
  for (const { id } of lockOuts) await world.ask('DELETE', `/api/v1/security/lock-outs/${id}`);
}, 90_000);

test('sessions are counted by day and version of TLS, beside those without', async () => {
  const transport = createTransport({
    host: '127.0.0.1',
    port: world.relay.port,
    requireTLS: true,
    // The certificate is one that the relay made for itself.
    tls: { rejectUnauthorized: false, minVersion: 'TLSv1.3' },
  });
  await transport.sendMail({
    from: 'scanner@contoso.com',
    to: 'office@fabrikam.example',
    subject: 'Over TLS',
    text: 'The scan is attached.',
  });
  transport.close();
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/security?tab=tls');
  const board = page.getByRole('region', { name: 'Sessions by TLS version, day by day' });
  await board.getByRole('columnheader', { name: 'TLS 1.3' }).waitFor();
  const today = board.getByRole('row').nth(1);
  expect(await board.getByRole('columnheader').allInnerTexts()).toEqual([
    'Day',
    'TLS 1.3',
    'Without TLS',
    'Clear logins',
  ]);
  expect((await today.getByRole('cell').allInnerTexts()).slice(0, 2)).toEqual(['1', '1']);
  expect(await today.getByRole('rowheader').innerText()).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(faults).toEqual([]);
});

test('a permission is reviewed by one click', async () => {
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const document = {
    name: 'old-fax',
    networks: ['192.0.2.7'],
    senders: ['fax@contoso.com'],
    expires: day(3),
  };
  await world.ask('POST', '/api/v1/sources', { document });
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto('/security?tab=allow-list&show=all');
  await page.getByRole('button', { name: 'Review of old-fax done' }).first().click();
  await page.locator('.fui-ToastTitle', { hasText: 'old-fax was reviewed today' }).waitFor();
  const { document: after } = (await world.ask('GET', '/api/v1/sources/old-fax')) as {
    readonly document: object;
  };
  expect(JSON.stringify(after)).toContain(day(0));
  expect(faults).toEqual([]);
});

test('from a message to what would happen to one like it now', async () => {
  const { items } = (await world.ask('GET', '/api/v1/messages?text=2231')) as {
    readonly items: readonly { readonly id: string }[];
  };
  await using opened = await openPage(browser, world.url, { state });
  const { page, faults } = opened;
  await page.goto(`/messages/${items[0]?.id}`);
  await page.getByRole('link', { name: 'What would happen to such a message now' }).click();
  await page.getByRole('heading', { name: 'What would happen', level: 1 }).waitFor();
  // Its facts take the place of the reference.
  await expect.poll(() => new URL(page.url()).searchParams.get('message')).toBeNull();
  expect(new URL(page.url()).searchParams.get('sender')).toBe('scanner@contoso.com');
  await page.getByRole('button', { name: 'See what would happen' }).click();
  await page.getByText('How Microsoft 365 sees it').first().waitFor();
  await page.getByText('is no accepted domain, so the tenant sends it outside', { exact: false }).waitFor();
  expect(faults).toEqual([]);
});
