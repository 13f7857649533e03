/** Where relays in processes of their own leave what the witness saw: one JSON line a sighting. */
import { closeSync, mkdtempSync, openSync, readSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sighting } from './witness-record.ts';
import { record } from './witness-record.ts';

const variable = 'RELAY365_TEST_WITNESS';

/** `undefined`: nobody watches. */
export function witnessFile(): string | undefined {
  return process.env[variable];
}

/** From here on child processes are watched. */
export function openWitnessFile(): void {
  const file = join(mkdtempSync(join(tmpdir(), 'relay365-witness-')), 'seen.jsonl');
  writeFileSync(file, '');
  process.env[variable] = file;
}

/** For the environment of a relay in a process of its own. */
export function watchedEnvironment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (witnessFile() === undefined) return given;
  const preload = pathToFileURL(join(import.meta.dirname, 'witness-preload.ts')).href;
  const options = given['NODE_OPTIONS'] === undefined ? '' : `${given['NODE_OPTIONS']} `;
  return { ...given, NODE_OPTIONS: `${options}--import=${preload}` };
}

/** Octets that were read; the file is never cut, because somebody may be writing. */
let read = 0;

/** Adds to the record what was left since the last time. */
export function collectFromChildren(): void {
  const file = witnessFile();
  if (file === undefined) return;
  const descriptor = openSync(file, 'r');
  try {
    const block = Buffer.allocUnsafe(1024 * 1024);
    for (;;) {
      const length = readSync(descriptor, block, 0, block.length, read);
      // What follows the last line end is being written.
      const end = block.subarray(0, length).lastIndexOf(0x0a) + 1;
      if (end === 0) return;
      read += end;
      for (const line of block.toString('utf8', 0, end - 1).split('\n')) {
        record.add(JSON.parse(line) as Sighting);
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
