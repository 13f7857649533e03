/**
 * The Chromium of the lockfile, unpacked once for each version. The package unpacks to one name in the directory for temporary
 * files and takes whatever stands there, also what another process is still writing; here a folder appears when it is whole.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists, moveWhole } from './appear.ts';
import { cache, root } from './built.ts';

const run = promisify(execFile);
const unpack = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";

/** Path of its program; unpacking takes a second or two. Rejects with what is missing. */
export async function chromiumPath(): Promise<string> {
  const directory = join(cache, `chromium-${await installedVersion()}`);
  if (!(await exists(directory))) {
    const own = `${directory}-${process.pid}`;
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    await run(process.execPath, ['--input-type=module', '--eval', unpack], {
      cwd: root,
      env: { ...process.env, TMPDIR: own },
    });
    await moveWhole(own, directory);
  }
  return join(directory, 'chromium');
}

async function installedVersion(): Promise<string> {
  const text = await readFile(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
