/**
 * What somebody waits for in the console of a relay that has traced a million messages: Home at its first load, the list of
 * messages, searches in it, and scrolling through it, in a headless Chromium on this machine.
 */
import type { Browser, Page } from 'playwright-core';
import { builtConsole } from '../test/console/built.ts';
import { makeFirstAccount, openPage, startBrowser } from '../test/console/browser.ts';
import { startTestRelay } from '../test/harness/relay.ts';
import { makeWorkspace } from '../test/harness/workspace.ts';
import { fillStore } from './search.ts';

/** Test values. */
const account = { username: 'anna', password: 'a long password of a test' };
const repeats = 5;
/** First load of Home, in milliseconds; more is a failure. */
export const homeMsMax = 1_500;

export interface ConsoleTime {
  readonly name: string;
  /** Median of the repeats, in milliseconds. */
  readonly ms: number;
  readonly msMax?: number;
}

export async function measureConsole(rows: number, say: (text: string) => void): Promise<ConsoleTime[]> {
  await using workspace = await makeWorkspace({
    policy: { sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }] },
    node: { retention: { trace: '3650d' } },
  });
  await fillStore(workspace.data, rows, say);
  await using relay = await startTestRelay({
    workspace,
    overrides: { consoleDirectory: await builtConsole() },
  });
  await using browser = await startBrowser();
  const { url: link } = await relay.event('first-account');
  const url = new URL(link).origin;
  await using first = await openPage(browser, url);
  await makeFirstAccount(first.page, link, account);
  const state = await first.context.storageState();
  const times: ConsoleTime[] = [];
  for (const one of cases(rows)) {
    const ms = await median(browser, url, state, one);
    const time = { name: one.name, ms, ...(one.msMax !== undefined && { msMax: one.msMax }) };
    times.push(time);
    say(consoleLine(time));
  }
  return times;
}

export function consoleLine({ name, ms, msMax }: ConsoleTime): string {
  const bound = msMax === undefined ? '' : `  ${ms <= msMax ? 'within' : 'ABOVE'} ${msMax} ms`;
  return `${name.padEnd(48)} ${ms.toFixed(0).padStart(9)} ms${bound}\n`;
}

interface Case {
  readonly name: string;
  readonly msMax?: number;
  /** Not measured. */
  prepare?(page: Page): Promise<unknown>;
  /** Resolves to milliseconds where it measures in the page; otherwise its own time counts. */
  run(page: Page): Promise<unknown>;
}

function cases(rows: number): readonly Case[] {
  const searched = (text: string, until: (page: Page) => Promise<unknown>): Omit<Case, 'name'> => ({
    prepare: (page) => shown(page, '/messages'),
    async run(page) {
      await page.getByRole('main').getByRole('searchbox').fill(text);
      await until(page);
    },
  });
  return [
    {
      name: 'Home, first load with its chart',
      msMax: homeMsMax,
      async run(page) {
        await page.goto('/');
        await page.locator('.uplot').waitFor();
      },
    },
    { name: 'list of messages, first load', run: (page) => shown(page, '/messages') },
    {
      name: 'search: one subject among all, as typed',
      ...searched(`document ${Math.floor(rows / 2)}`, (page) =>
        page.getByText('1 message', { exact: true }).waitFor(),
      ),
    },
    {
      name: 'search: a term that fits nothing, as typed',
      ...searched('fabrikam', (page) => page.getByText('No message fits').waitFor()),
    },
    {
      name: 'list: longest frame while 500 rows scroll by',
      async prepare(page) {
        await shown(page, '/messages');
        for (let had = 50; had < 500; had += 50) {
          await page.getByRole('button', { name: 'Show more' }).click();
          await page.getByText(`The first ${had + 50} messages`).waitFor();
        }
      },
      run: (page) => page.evaluate(longestFrame),
    },
  ];
}

async function shown(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('row').nth(1).waitFor();
}

/** Scrolls by 120 pixels a frame; in milliseconds. */
const longestFrame = `new Promise((resolve) => {
  const main = document.querySelector('#main');
  let last = performance.now();
  let longest = 0;
  let frames = 0;
  const step = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    main.scrollTop += 120;
    if (++frames < 120) requestAnimationFrame(step);
    else resolve(longest);
  };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(step); });
})`;

async function median(
  browser: Browser,
  url: string,
  state: Awaited<ReturnType<Awaited<ReturnType<typeof openPage>>['context']['storageState']>>,
  one: Case,
): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < repeats; run += 1) {
    // A context of its own has nothing kept: each load is a first one.
    await using opened = await openPage(browser, url, { state });
    await one.prepare?.(opened.page);
    const begin = performance.now();
    const measured = await one.run(opened.page);
    times.push(typeof measured === 'number' ? measured : performance.now() - begin);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0;
}
