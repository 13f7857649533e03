/** `relay365 explain`: what a reply, an error or a bounce of Microsoft 365 means. Needs neither configuration nor network. */
import { styleText } from 'node:util';
import type { ReplyEntry, Where } from '../../microsoft365/replies/entry.ts';
import { findReply, searchedCharsMax } from '../../microsoft365/replies/find-in-text.ts';
import { sideInWords, verdictInWords } from '../../microsoft365/replies/in-words.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { write, writeJson } from './output.ts';

export interface ExplainOptions {
  readonly json?: true;
  readonly where?: Where;
}

export async function explain(words: readonly string[], options: ExplainOptions): Promise<void> {
  const text = words.length > 0 ? words.join(' ') : await readInput();
  if (text.trim() === '') {
    throw new CommandFailure(
      exitCodes.other,
      'nothing to explain: give the reply, or write it to standard input',
    );
  }
  const entry = findReply(text, options.where === undefined ? {} : { where: options.where });
  if (!entry) {
    const hint = 'The catalogue knows replies of Microsoft 365; docs/microsoft365-replies.md lists them.';
    throw new CommandFailure(exitCodes.other, `nothing is known about this text. ${hint}`);
  }
  if (options.json) writeJson(asJson(entry));
  else write(asText(entry));
}

function asJson(entry: ReplyEntry) {
  const { id, code, meaning, cause, fix, side, retry, verdict, example, source, note } = entry;
  return {
    id,
    code,
    meaning,
    cause,
    fix,
    side,
    retry,
    verdict,
    advice: verdictInWords(verdict),
    example,
    source,
    note,
  };
}

function asText({ id, code, meaning, cause, fix, side, verdict, source, note }: ReplyEntry): string {
  return [
    `${styleText('bold', code)}  ${id}`,
    '',
    meaning,
    '',
    styleText('bold', 'Cause'),
    ...cause.map((line) => `  - ${line}`),
    styleText('bold', 'What to do'),
    ...fix.map((line) => `  - ${line}`),
    '',
    `Can be put right by ${sideInWords(side)}.`,
    `What is right for the mail: ${verdictInWords(verdict)}`,
    ...(note === undefined ? [] : [`Note: ${note}`]),
    `Source: ${source}`,
  ].join('\n');
}

/** As much of standard input as is searched. */
async function readInput(): Promise<string> {
  if (process.stdin.isTTY) return '';
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += chunk as string;
    if (text.length >= searchedCharsMax) break;
  }
  return text;
}
