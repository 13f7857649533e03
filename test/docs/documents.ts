/** The documents that people read, and the fenced blocks in them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../harness/child.ts';

const top = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
const below = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));

/** Absolute paths. */
export const documents: readonly string[] = [...top, ...below].map((name) => join(repository, name));

export interface Block {
  /** Words after the three backquotes. */
  readonly info: string;
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export function blocksOf(file: string): readonly Block[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(({ 1: info = '', 2: body = '', index }) => ({
    info: info.trim(),
    text: body,
    line: text.slice(0, index).split('\n').length,
  }));
}
