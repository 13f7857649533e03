/** The directory of a quickstart: given and kept, or made and removed. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CommandFailure, exitCodes } from '../failure.ts';
import { mark } from './documents.ts';

export interface Workspace {
  readonly directory: string;
  readonly isThrowAway: boolean;
  readonly configFile: string;
  /** Writes one of our files, with the directory that its name begins with; readable by its owner alone. */
  write(name: string, text: string): Promise<void>;
  /** Removes the directory when it was made for this run. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openWorkspace(given: string | undefined): Promise<Workspace> {
  const directory =
    given === undefined ? await mkdtemp(join(tmpdir(), 'relay365-quickstart-')) : resolve(given);
  await mkdir(directory, { recursive: true });
  const configFile = join(directory, 'relay365.yaml');
  if (given !== undefined) {
    for (const name of ['relay365.yaml', 'policy.yaml']) await refuseForeign(join(directory, name));
  }
  return {
    directory,
    isThrowAway: given === undefined,
    configFile,
    write: async (name, text) => {
      const file = join(directory, name);
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, text, { mode: 0o600 });
    },
    [Symbol.asyncDispose]: async () => {
      if (given === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function refuseForeign(file: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (text.startsWith(mark)) return;
  throw new CommandFailure(
    exitCodes.other,
    `${file} was not made by the quickstart and is left alone; choose another --dir`,
  );
}
