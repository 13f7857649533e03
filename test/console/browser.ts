/** A headless Chromium of the lockfile, and a page in it that fails on errors and on requests to any other host. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { chromium } from 'playwright-core';
import { chromiumPath } from './chromium.ts';
import { account as firstAccount } from './world.ts';

/** How long a page may take for what it is asked, in milliseconds: a matter of how busy the machine is, and no test measures it. */
const patienceMs = 60_000;

export type Theme = 'light' | 'dark';

/** Rejects with what is missing where this machine cannot run it. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
}

export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the console and of scripts, refused content, and requests to another host, so far. */
  readonly faults: string[];
  /** Questions to the API that were not answered yet; a stream that has no end is none. */
  readonly underWay: ReadonlySet<Request>;
}

export interface PageWish {
  readonly theme?: Theme;
  readonly width?: number;
  /** IANA name of the zone that the browser stands in; Berlin by default. */
  readonly zone?: string;
  /** Cookies and storage of another page, to be signed in at once. */
  readonly state?: SignedIn;
}

/** Cookies and storage of a browser that is signed in. */
export type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>;

export async function openPage(browser: Browser, url: string, wish: PageWish = {}): Promise<WatchedPage> {
  const { theme = 'light', width = 1440, zone = 'Europe/Berlin', state } = wish;
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: width < 720 ? 844 : 900 },
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: zone,
    reducedMotion: 'reduce',
    ...(state && { storageState: state }),
  });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    // Chromium's line for every answer of 400 and above; which of them are right is what the flows look at.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol !== 'data:' && origin !== url) faults.push(`a request to ${request.url()}`);
  });
  const underWay = new Set<Request>();
  page.on('request', (request) => {
    if (request.url().startsWith(`${url}/api/`) && request.resourceType() !== 'eventsource')
      underWay.add(request);
  });
  for (const end of ['requestfinished', 'requestfailed'] as const)
    page.on(end as 'requestfinished', (request) => void underWay.delete(request));
  return { page, context, faults, underWay, [Symbol.asyncDispose]: () => context.close() };
}

/** Through the form, as a person does. */
export async function signIn(
  page: Page,
  account: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.goto('/sign-in');
  await page.locator('input[name=username]').fill(account.username);
  await page.locator('input[name=password]').fill(account.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

/** Makes the first account of a world, without a page, and signs in as it. */
export async function signInFirst(
  browser: Browser,
  world: { readonly url: string; readonly firstLink: string },
): Promise<SignedIn> {
  const context = await browser.newContext({ baseURL: world.url });
  try {
    const token = new URL(world.firstLink).hash.slice(1);
    const answer = await context.request.post('/api/v1/session/first', {
      data: { token, ...firstAccount },
      headers: { origin: world.url },
      timeout: patienceMs,
    });
    if (!answer.ok()) throw new Error(`no first account: ${answer.status()} ${await answer.text()}`);
    return await context.storageState();
  } finally {
    await context.close();
  }
}

/** By the one-time link; leaves the page signed in at Home. */
export async function makeFirstAccount(
  page: Page,
  link: string,
  account: { readonly username: string; readonly password: string },
): Promise<void> {
  await page.goto(link);
  await page.locator('input[name=username]').fill(account.username);
  await page.locator('input[name=password]').fill(account.password);
  await page.locator('input[name=again]').fill(account.password);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
}
