/** First load of Home: what a browser without anything kept fetches, and how long that takes. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

const scriptBytesMax = 300 * 1024;

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

test('Home takes less than 300 KiB of compressed JavaScript', async () => {
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  const scripts: Promise<{ readonly path: string; readonly bytes: number; readonly encoding: string }>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() !== 'script') return;
    scripts.push(
      Promise.all([request.sizes(), request.response()]).then(([sizes, response]) => ({
        path: new URL(request.url()).pathname,
        bytes: sizes.responseBodySize,
        encoding: response?.headers()['content-encoding'] ?? 'none',
      })),
    );
  });
  await page.goto('/');
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await page.locator('.uplot').waitFor();
  const loaded = await Promise.all(scripts);
  expect(loaded.some(({ encoding }) => encoding === 'br' || encoding === 'gzip')).toBe(true);
  const sum = loaded.reduce((total, { bytes }) => total + bytes, 0);
  process.stdout.write(`Home: ${loaded.length} scripts, ${(sum / 1024).toFixed(0)} KiB compressed\n`);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(scriptBytesMax);
});
