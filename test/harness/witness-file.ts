/** Where relays in processes of their own leave what the witness saw: one JSON line a disagreement, and one at a clean end. */
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

export interface SeenByChildren {
  readonly disagreements: readonly string[];
  /** Of children that came to a clean end. */
  readonly decisions: number;
}

/** What was left since the last time. */
export function takeSeenByChildren(): SeenByChildren {
  const file = witnessFile();
  if (file === undefined) return { disagreements: [], decisions: 0 };
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly disagreement?: string; readonly decisions?: number });
  truncateSync(file);
  return {
    disagreements: lines.flatMap(({ disagreement }) => disagreement ?? []),
    decisions: lines.reduce((sum, { decisions = 0 }) => sum + decisions, 0),
  };
}
