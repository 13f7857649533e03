/** A whole policy that comes back from a page that never saw its secrets: what is redacted in it stays what it was. Pure. */
import { LineCounter } from 'yaml';
import { redactedValue } from './kept-secrets-in-entry.ts';
import { findSecrets, replaceSecrets } from './policy-secrets.ts';
import type { Finding } from './finding.ts';

/** One of a text that has no file. */
export type TextFinding = Omit<Finding, 'file'>;

export interface FilledText {
  readonly text: string;
  /** Values that are redacted where nothing was before; the text still has them so. */
  readonly unknown: readonly TextFinding[];
}

/** Lines and columns of `given` stay right for all but what stands behind a secret in its line. */
export function withKeptSecretsInText(given: string, before: string): FilledText {
  if (!given.includes(redactedValue)) return { text: given, unknown: [] };
  const kept = new Map(
    findSecrets(before).map(({ place, start, end, value }) => [
      place,
      { written: before.slice(start, end), value },
    ]),
  );
  const unknown: TextFinding[] = [];
  const lines = new LineCounter();
  for (const match of given.matchAll(/\n/g)) lines.addNewLine(match.index + 1);
  const text = replaceSecrets(given, (_written, { value, place, start }) => {
    if (value !== redactedValue) return undefined;
    const old = kept.get(place);
    // A block depends on how far its lines stand from the margin; one line does not.
    if (old) return old.written.includes('\n') ? JSON.stringify(old.value) : old.written;
    const { line, col } = positionIn(lines, start);
    unknown.push({
      severity: 'error',
      path: place.replaceAll('/', '.'),
      message: 'there is no value that could stay',
      expected: 'give the value, or leave it out',
      line,
      column: col,
    });
    return undefined;
  });
  return { text, unknown };
}

/** A counter that was told of no line start knows no first line. */
function positionIn(lines: LineCounter, offset: number): { readonly line: number; readonly col: number } {
  if (!lines.lineStarts.includes(0)) lines.lineStarts.unshift(0);
  return lines.linePos(offset);
}
