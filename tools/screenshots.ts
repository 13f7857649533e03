/**
 * Takes pictures of the console with real mail in it: the few that the documentation shows into docs/screenshots, and every
 * page at 1440 and 390 pixels, light and dark, into a directory that is not kept (docs/screenshots/all, or the one given).
 * With --kept only the few. Exits 1 when a page did not come, after all the others.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { addresses } from '../test/console/addresses.ts';
import type { SignedIn, Theme } from '../test/console/browser.ts';
import { openPage, signInFirst, startBrowser } from '../test/console/browser.ts';
import type { ConsoleWorld } from '../test/console/world.ts';
import { fill, screenshotsDirectory, startConsoleWorld } from '../test/console/world.ts';

/** A page that is not complete by then, in milliseconds, is reported and left out. */
const pageMs = 15_000;
/** Of a picture that is kept, in octets: the repository stays small. */
const keptBytesMax = 200 * 1024;

interface Picture {
  readonly path: string;
  readonly theme: Theme;
  readonly width: number;
  readonly file: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kept: { type: 'boolean', default: false } },
});
const everywhere = resolve(positionals[0] ?? join(screenshotsDirectory, 'all'));
await mkdir(everywhere, { recursive: true });
await using world = await startConsoleWorld();
await using browser = await startBrowser();
await fill(world);
const state = await signInFirst(browser, world);
for (const picture of [...(await kept(world)), ...(values.kept ? [] : await all(world))]) {
  try {
    await take(browser, world.url, picture, state);
    process.stdout.write(`${picture.file}\n`);
  } catch (error) {
    process.stderr.write(
      `${picture.path}, ${picture.theme}, ${picture.width}: ${(error as Error).message}\n`,
    );
    process.exitCode = 1;
  }
}

async function kept(from: ConsoleWorld): Promise<Picture[]> {
  const { items } = (await from.ask('GET', '/api/v1/messages?text=Quarterly')) as {
    readonly items: readonly { readonly id: string; readonly isNotice: boolean }[];
  };
  const id = items.find(({ isNotice }) => !isNotice)?.id ?? '';
  const wanted: readonly (readonly [string, string, Theme, number])[] = [
    ['home', '/', 'light', 1440],
    ['messages', `/messages?open=${id}`, 'light', 1440],
    ['message', `/messages/${id}`, 'light', 1440],
    ['unknown-senders', '/unknown-senders?text=fabrikam&open=127.0.0.2', 'light', 1440],
    ['connector', '/connectors/microsoft-365', 'light', 1440],
    ['home-dark', '/', 'dark', 1440],
    ['home-phone', '/', 'light', 390],
  ];
  return wanted.map(([name, path, theme, width]) => ({
    path,
    theme,
    width,
    file: join(screenshotsDirectory, `${name}.png`),
  }));
}

async function all(from: ConsoleWorld): Promise<Picture[]> {
  return (await addresses(from)).flatMap(({ name, path }) =>
    (['light', 'dark'] as const).flatMap((theme) =>
      [1440, 390].map((width) => {
        const words = name.toLowerCase().replaceAll(/\W+/g, '-');
        return { path, theme, width, file: join(everywhere, `${words}-${width}-${theme}.png`) };
      }),
    ),
  );
}

async function take(
  by: Browser,
  url: string,
  { path, theme, width, file }: Picture,
  signedIn: SignedIn,
): Promise<void> {
  await using opened = await openPage(by, url, { theme, width, state: signedIn });
  const { page } = opened;
  page.setDefaultTimeout(pageMs);
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[role="progressbar"], .fui-Skeleton').first().waitFor({ state: 'detached' });
  // The flow of time that Home shows begins with the first event of the stream.
  if (path === '/') await page.getByText('Live', { exact: true }).waitFor();
  await page.screenshot({ path: file });
  const { size } = await stat(file);
  if (!file.startsWith(everywhere) && size > keptBytesMax)
    throw new Error(`${file} has ${size} octets, more than ${keptBytesMax}`);
}
