/** Around the whole run: where each test file leaves what the witness saw of its conversations, and the list of it at the end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** One test file. */
export interface FileSeen {
  readonly file: string;
  readonly conversations: number;
  /** Answers that were put to the simulator as well, by what they answered. */
  readonly compared: Readonly<Record<string, number>>;
  /** Those that were not, by the reason: see witness-record.ts. */
  readonly leftAlone: Readonly<Record<string, number>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** File to which each test file adds a line. */
    readonly witnessRun: string;
  }
}

let path = '';

export function setup({ provide }: TestProject): void {
  path = join(mkdtempSync(join(tmpdir(), 'relay365-witnessed-')), 'files.jsonl');
  writeFileSync(path, '');
  provide('witnessRun', path);
}

export function teardown(): void {
  const files = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FileSeen);
  rmSync(dirname(path), { recursive: true, force: true });
  for (const line of listed(files)) console.log(line);
}

export function listed(files: readonly FileSeen[]): string[] {
  const talked = files
    .filter(({ conversations }) => conversations > 0)
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
  if (talked.length === 0) return [];
  const conversations = talked.reduce((sum, one) => sum + one.conversations, 0);
  return [
    `Conversations that the simulator was asked beside: ${conversations} of ${talked.length} test files`,
    ...talked.map((one) => `  ${String(one.conversations).padStart(6)}  ${one.file}  ${words(one.compared)}`),
    `Compared: ${words(total(talked.map(({ compared }) => compared)))}`,
    `Left alone: ${words(total(talked.map(({ leftAlone }) => leftAlone))) || 'none'}`,
  ];
}

function total(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const one of counts) {
    for (const [key, count] of Object.entries(one)) sums.set(key, (sums.get(key) ?? 0) + count);
  }
  return Object.fromEntries(sums);
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([key, count]) => `${key} ${count}`)
    .join(', ');
}
