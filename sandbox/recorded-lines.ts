/**
 * Replies of Microsoft 365 as recorded in public material (`recorded-lines.json`), each by a name of its own: what the
 * fault addresses `NAME@` and `5-7-64@` (the first line with that enhanced code) answer with. The stamp at the end is
 * added when a line is said. `{client}`, `{address}` and `{domain}` are filled in. Where only a code is published, only
 * the code is there. Lines with `made` stand for replies of a class that were never seen; nobody recorded them. Sources: the pages on non-delivery reports at Microsoft Learn and Microsoft Support, public logs.
 */
import data from './recorded-lines.json' with { type: 'json' };

export interface RecordedLine {
  readonly name: string;
  /** Where it is said: at RCPT, after the content, or in a non-delivery report after the message was taken. */
  readonly at: 'rcpt' | 'end' | 'ndr';
  readonly reply: string;
  /** Of a known class, with words that nobody recorded. */
  readonly isMade: boolean;
}

/** An error of Graph. */
export interface RecordedHttpLine {
  readonly name: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export const recordedLines: readonly RecordedLine[] = Object.entries(data.smtp).map(([name, line]) => ({
  name,
  at: line.at === 'rcpt' || line.at === 'end' ? line.at : 'ndr',
  reply: line.reply,
  isMade: 'made' in line,
}));

export const recordedHttpLines: readonly RecordedHttpLine[] = Object.entries(data.http).map(
  ([name, line]) => ({ name, ...line }),
);

const byName = new Map(recordedLines.map((line) => [line.name, line]));
const httpByName = new Map(recordedHttpLines.map((line) => [line.name, line]));
const byCode = new Map<string, RecordedLine>();
for (const line of recordedLines) {
  const code = /^\d{3} (\d\.\d{1,3}\.\d{1,3})\b/.exec(line.reply)?.[1]?.replaceAll('.', '-');
  if (code !== undefined && !line.isMade && !byCode.has(code)) byCode.set(code, line);
}

/** By name, or by enhanced code with hyphens (`5-7-64`). */
export function recordedLine(name: string): RecordedLine | undefined {
  return byName.get(name) ?? byCode.get(name);
}

export function recordedHttpLine(name: string): RecordedHttpLine | undefined {
  return httpByName.get(name);
}
