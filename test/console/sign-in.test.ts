/** The other ways in: a code beside the password, a passkey, and the sign-in of the organisation. */
import { TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestProvider } from '../../src/accounts/provider.fixture.ts';
import { clientId, clientSecret, startTestProvider } from '../../src/accounts/provider.fixture.ts';
import { openPage, signIn, signInFirst, startBrowser } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { account, startConsoleWorld } from './world.ts';

let browser: Browser;
let provider: TestProvider;
let world: ConsoleWorld;
/** A browser makes passkeys for `localhost`, and not for an address. */
let localhost: string;

beforeAll(async () => {
  [browser, provider] = await Promise.all([startBrowser(), startTestProvider()]);
  const oidc = {
    issuer: provider.issuer,
    clientId,
    clientSecret,
    label: 'Contoso',
    roles: { operator: ['relay.operator'] },
  };
  world = await startConsoleWorld({ console: { oidc } });
  localhost = world.url.replace('127.0.0.1', 'localhost');
  await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

const atHome = (page: Page): Promise<void> => page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Account of ${account.username}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

test('a passkey is added, signs in, and comes back to the page that was wanted', async () => {
  await using opened = await openPage(browser, localhost);
  const { page, context } = opened;
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await signIn(page, account);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Laptop');
  await page.getByRole('button', { name: 'Go on in the browser' }).click();
  await page.getByText('The passkey Laptop was added').first().waitFor();
  await signOut(page);
  await page.goto('/queue');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('heading', { name: 'Queue', level: 1 }).waitFor();
  expect(opened.faults).toEqual([]);
});

test('the organisation signs in, and says no with its reason', async () => {
  await using opened = await openPage(browser, world.url);
  const { page } = opened;
  provider.claims = { roles: [] };
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Contoso' }).click();
  await page.getByText(/^Your organisation's sign-in did not let you in: .*has no role here/).waitFor();
  provider.claims = { roles: ['relay.operator'] };
  await page.getByRole('link', { name: 'Contoso' }).click();
  await atHome(page);
  await page.getByRole('button', { name: 'Account of sam@contoso.com' }).waitFor();
});

test('an authenticator app is set up, and its code asked for', async () => {
  await using opened = await openPage(browser, world.url);
  const { page } = opened;
  await signIn(page, account);
  await page.goto('/account');
  const offered = page.waitForResponse((answer) => answer.url().endsWith('/api/v1/me/totp'));
  await page.getByRole('button', { name: 'Set up an app' }).click();
  const { secret } = (await (await offered).json()) as { readonly secret: string };
  const app = new TOTP({ secret });
  await page.getByLabel('Code that the app shows').fill(app.generate());
  await page.getByRole('button', { name: 'Ask for codes from now on' }).click();
  await page.getByText('The app is set up').first().waitFor();
  await signOut(page);
  await page.locator('input[name=username]').fill(account.username);
  await page.locator('input[name=password]').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('input[name=code]').fill('000000');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('User name, password or code is not right.').waitFor();
  // RFC 6238 5.2: a code is good once, so the next one is shown; the relay takes one step of drift.
  await page.locator('input[name=code]').fill(app.generate({ timestamp: Date.now() + 30_000 }));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await atHome(page);
  expect(opened.faults).toEqual([]);
});
