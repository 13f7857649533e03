/** A mail that attacks its reader, looked at in the console: it is shown, runs nothing, and reaches nobody. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { attacksOf } from '../../src/admin/content/testing/attacks.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import type { ConsoleWorld } from './world.ts';
import { startConsoleWorld } from './world.ts';

let browser: Browser;
let world: ConsoleWorld;
let state: SignedIn;
let attacker: Server;
let origin: string;
/** Paths that the attacker was asked for. */
const asked: string[] = [];

beforeAll(async () => {
  attacker = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  }).listen(0, '127.0.0.1');
  await once(attacker, 'listening');
  origin = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  state = await signInFirst(browser, world);
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
  attacker.close();
});

beforeEach(() => {
  asked.length = 0;
});

const mail = (attack: string): string => `<p>Begin of the mail</p>${attack}<p>End of the mail</p>`;

test('the attacks are real: a page without protection carries them out', async () => {
  await using opened = await openPage(browser, world.url);
  const html = mail(
    attacksOf(origin)
      .filter((attack) => !attack.includes('refresh'))
      .join('\n'),
  );
  await opened.page.setContent(html, { waitUntil: 'commit' });
  await expect
    .poll(() => asked)
    .toEqual(expect.arrayContaining(['/fetch', '/onerror', '/pixel.png', '/svg']));
});

test('in the console nothing of them runs, and nothing leaves', async () => {
  const attacks = attacksOf(origin);
  await world.send({ subject: 'An attack', to: 'tempfail@fabrikam.example', html: mail(attacks.join('\n')) });
  const { items } = (await world.ask('GET', '/api/v1/messages?text=attack')) as {
    readonly items: readonly { readonly id: string }[];
  };
  await using opened = await openPage(browser, world.url, { state });
  const { page } = opened;
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.message()));
  await page.goto(`/messages/${items[0]?.id}?tab=content`);
  await page.getByRole('button', { name: 'Show the content' }).click();
  const frame = page.frameLocator('iframe[title="HTML part of the message"]');
  await frame.getByText('End of the mail').waitFor();
  // What takes a hand of the reader: a form, a link, a link that is a script.
  await frame.getByRole('button', { name: 'Go on' }).click();
  await frame.getByRole('link', { name: 'A script' }).click();
  // Whatever was to run has had its turn once the page is idle again, and the frame still shows the mail.
  await page.waitForLoadState('networkidle');
  await frame.getByText('Begin of the mail').waitFor();
  expect(page.context().pages()).toHaveLength(1);
  expect(new URL(page.url()).origin).toBe(world.url);
  expect(asked).toEqual([]);
  expect(dialogs).toEqual([]);
});

test('another site cannot show the mail in a frame of its own', async () => {
  const { items } = (await world.ask('GET', '/api/v1/messages?text=attack')) as {
    readonly items: readonly { readonly id: string }[];
  };
  const answer = await fetch(`${world.url}/api/v1/messages/${items[0]?.id}/content/html`, {
    headers: { authorization: `Bearer ${await world.relay.token()}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('x-frame-options')).toBe('SAMEORIGIN');
  expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox;.*frame-ancestors 'self'/);
  const other = await fetch(`${world.url}/api/v1/messages/${items[0]?.id}`, {
    headers: { authorization: `Bearer ${await world.relay.token()}` },
  });
  expect(other.headers.get('x-frame-options')).toBe('DENY');
});
