/**
 * Writes a picture of every page of the console at 1440 and 390 pixels, light and dark, with real mail, to the directory
 * given (docs/screenshots by default). The console must have been built (`npm run build:console`).
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { addresses } from '../test/console/addresses.ts';
import { makeFirstAccount, openPage, startBrowser } from '../test/console/browser.ts';
import { account, fill, screenshotsDirectory, startConsoleWorld } from '../test/console/world.ts';

const directory = resolve(process.argv[2] ?? screenshotsDirectory);
await mkdir(directory, { recursive: true });
await using world = await startConsoleWorld();
await using browser = await startBrowser();
await fill(world);
await using first = await openPage(browser, world.url);
await makeFirstAccount(first.page, world.firstLink, account);
const state = await first.context.storageState();
for (const { name, path } of await addresses(world)) {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      await using opened = await openPage(browser, world.url, { theme, width, state });
      await opened.page.goto(path);
      await opened.page.getByRole('heading', { level: 1 }).waitFor();
      await opened.page.locator('[role="progressbar"], .fui-Skeleton').first().waitFor({ state: 'detached' });
      const file = join(directory, `${name.toLowerCase().replaceAll(/\W+/g, '-')}-${width}-${theme}.png`);
      await opened.page.screenshot({ path: file });
      process.stdout.write(`${file}\n`);
    }
  }
}
