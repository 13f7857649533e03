/** A policy that is a file: the pages show it, say where it is changed, and offer nothing that would be refused. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import type { Workspace } from '../harness/workspace.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';
import { openPage, signInFirst, startBrowser } from './browser.ts';
import type { SignedIn } from './browser.ts';
import { ready } from './ready.ts';
import { builtConsole } from './built.ts';

let browser: Browser;
let workspace: Workspace;
let relay: TestRelay;
let url: string;
let state: SignedIn;

beforeAll(async () => {
  workspace = await makeWorkspace({
    policy: loopbackPolicy(1),
    node: { console: { address: '127.0.0.1', port: 0 } },
  });
  relay = await startTestRelay({ workspace, overrides: { consoleDirectory: await builtConsole() } });
  browser = await startBrowser();
  const { url: firstLink } = await relay.event('first-account');
  url = new URL(firstLink).origin;
  state = await signInFirst(browser, { url, firstLink });
});

afterAll(async () => {
  await browser.close();
  await relay[Symbol.asyncDispose]();
  await workspace[Symbol.asyncDispose]();
});

const changing =
  /^(?:New source|Import|Edit|Edit the document|More|Save|Delete|Copy|New connector|Add a connector|Review done|Apply|Restore|Disable|Enable)\b/;

test.each([
  ['/sources', 'sources'],
  ['/sources/scanner', 'sources[0]'],
  ['/sources/-/new', 'sources'],
  ['/sources/-/import', 'sources'],
  ['/connectors', 'connectors'],
  ['/connectors/new', 'connectors'],
  ['/connectors/next-hop', 'connectors[0]'],
  ['/connectors/next-hop/edit', 'connectors[0]'],
  ['/policy', 'it'],
  ['/security?tab=allow-list&show=all', 'sources'],
])('%s', async (path, key) => {
  await using opened = await openPage(browser, url, { state });
  const { page, faults } = opened;
  await page.goto(path);
  await page.getByText('Read only here').waitFor();
  await ready(opened);
  const note = await page.locator('.fui-MessageBar', { hasText: 'Read only here' }).innerText();
  expect(note).toContain(workspace.policyFile);
  expect(note).toContain(`Change ${key} there`);
  const names = await page.getByRole('main').getByRole('button').allInnerTexts();
  // The YAML beside it may be copied; that changes nothing.
  expect(names.filter((name) => changing.test(name) && !/^Copy\b/.test(name))).toEqual([]);
  expect(faults).toEqual([]);
});
