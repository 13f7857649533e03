/**
 * Roles below administrator in a real browser: each page of the table as each role, every button pressed. What would be
 * refused is not offered. Requests that change something are looked up in the contract and go no further.
 */
import type { Browser, Page, Route as Intercepted } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../console/pages/table.ts';
import type { Role } from '../../contract/roles.ts';
import { mayActAs } from '../../contract/roles.ts';
import type { Route } from '../../contract/route.ts';
import { routes } from '../../contract/routes.ts';
import { addresses } from './addresses.ts';
import type { WatchedPage } from './browser.ts';
import { openPage, signIn, startBrowser } from './browser.ts';
import { ready } from './ready.ts';
import type { ConsoleWorld } from './world.ts';
import { fill, startConsoleWorld } from './world.ts';

const lesser = ['viewer', 'help-desk', 'operator'] as const;
/** A test value. */
const password = 'a long password of a test';

let browser: Browser;
let world: ConsoleWorld;
let known: Awaited<ReturnType<typeof addresses>>;

beforeAll(async () => {
  [browser, world] = await Promise.all([startBrowser(), startConsoleWorld()]);
  await fill(world);
  known = await addresses(world);
  for (const role of lesser)
    await world.ask('POST', '/api/v1/users', { name: `test-${role}`, password, role });
});

afterAll(async () => {
  await browser.close();
  await world[Symbol.asyncDispose]();
});

const all: readonly Route[] = Object.values(routes);
const shapes = all.map((route) => ({
  route,
  shape: new RegExp(`^${route.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** What the contract says of a request of the page; a path without parameters before one with them. */
function routeOf(method: string, url: string): Route {
  const { pathname } = new URL(url);
  const fitting = shapes.filter(({ route, shape }) => route.method === method && shape.test(pathname));
  const found = fitting.find(({ route }) => !route.path.includes('{')) ?? fitting[0];
  if (!found) throw new Error(`the contract has no ${method} ${pathname}`);
  return found.route;
}

const isAllowed = (role: Role, needed: Route['role']): boolean =>
  needed === 'anyone' || needed === 'signed-in' || mayActAs(role, needed);

const frames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
const buttons = 'main button:visible:enabled, main [role="tab"]:visible';
const surfaces = '[role="menu"]:visible, [role="dialog"]:visible, [role="alertdialog"]:visible';

/** Presses each button of the page, and what it opens: entries of menus, the action of dialogs. */
async function pressAll(opened: WatchedPage, address: string): Promise<void> {
  const { page } = opened;
  for (let index = 0; index < 40; index += 1) {
    if ((await page.locator(surfaces).count()) > 0 || new URL(page.url()).pathname !== address.split('?')[0])
      await page.goto(address);
    // What the press before has asked for may take a button away.
    await ready(opened);
    const button = page.locator(buttons).nth(index);
    if ((await button.count()) === 0) return;
    await button.click();
    await page.evaluate(frames);
    await pressOpened(page);
  }
}

async function pressOpened(page: Page): Promise<void> {
  const entry = page.locator('[role="menu"] [role^="menuitem"]:visible:not([aria-disabled="true"])').first();
  if ((await entry.count()) > 0) {
    await entry.click();
    await page.evaluate(frames);
  }
  const submit = page.locator(`${surfaces.replaceAll(':visible', '')} >> button[type="submit"]:enabled`);
  if ((await submit.count()) > 0) {
    await submit.first().click();
    await page.evaluate(frames);
  }
}

/** A page signed in with a role, and what it asked for and must not. */
interface Actor extends WatchedPage {
  readonly role: Role;
  readonly refused: string[];
}

async function actAs(role: (typeof lesser)[number]): Promise<Actor> {
  const opened = await openPage(browser, world.url);
  const { page } = opened;
  const refused: string[] = [];
  await signIn(page, { username: `test-${role}`, password });
  page.on('response', (response) => {
    if (response.status() === 403)
      refused.push(`${response.request().method()} ${response.url()} is refused`);
  });
  await page.route('**/api/v1/**', async (intercepted: Intercepted) => {
    const request = intercepted.request();
    const method = request.method();
    const route = routeOf(method, request.url());
    if (!isAllowed(role, route.role)) refused.push(`${method} ${route.path} needs ${route.role}`);
    if (method === 'GET' || route.readsOnly) return intercepted.continue();
    return intercepted.fulfill({ status: 503, json: { title: 'Not carried out in a test', status: 503 } });
  });
  return { ...opened, role, refused };
}

describe('each role below administrator', () => {
  let actors: readonly Actor[];
  beforeAll(async () => {
    actors = await Promise.all(lesser.map(actAs));
  });
  afterAll(() => Promise.all(actors.map(({ context }) => context.close())));

  test('has the pages of the role in the navigation and no other', async () => {
    for (const { page, role } of actors) {
      const entries = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
      await entries.first().waitFor();
      const own = pages.filter((entry) => entry.icon !== undefined && mayActAs(role, entry.role));
      const shown = await entries.allInnerTexts();
      expect(shown.toSorted(), role).toEqual(own.map(({ title }) => title).toSorted());
    }
  });

  // Side by side: most of the time a page waits for the next picture.
  test.each(pages)(
    'on $path finds nothing that is refused, or is told that it needs $role',
    async (entry) => {
      const address = known[pages.indexOf(entry)]?.path ?? entry.path;
      await Promise.all(
        actors.map(async (actor) => {
          const { page, role, faults, refused } = actor;
          await page.goto(address);
          if (mayActAs(role, entry.role)) {
            await ready(actor);
            expect(await page.getByRole('alert').count(), `failed parts for ${role}`).toBe(0);
            await pressAll(actor, address);
          } else {
            await page.getByText(/^This page needs the role/).waitFor();
          }
          expect(refused.splice(0), role).toEqual([]);
          expect(faults.splice(0), role).toEqual([]);
        }),
      );
    },
  );
});
