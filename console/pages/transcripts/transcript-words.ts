/** Words for sessions and what would have helped them. Pure. */
import type { TranscriptList } from '../../../contract/schemas/transcripts.ts';
import { lengthOfTime } from '../../parts/time.ts';

export type Session = TranscriptList['sessions'][number];
export type Switches = TranscriptList['suggested'];
export type Line = Session['lines'][number];

// Words of the session's end (listener/): how it ended is a fact for somebody who reads a transcript.
const endings = new Map<string, string>([
  ['quit', 'ended with QUIT'],
  ['client-closed', 'closed by the client'],
  ['client-gone', 'the client went away'],
  ['shutdown', 'the relay was stopped'],
  ['idle', 'the client fell silent'],
]);

export const endingOf = ({ ending }: Session): string => endings.get(ending) ?? ending;

export const countOfSwitches = ({ quirks, repair }: Switches): number => quirks.length + repair.length;

const marks = { client: 'C', relay: 'S', note: '·' } as const;

/** `1 s`, since the session began. */
export function sinceStart(line: Line, { startedAt }: Session): string {
  const ms = Date.parse(line.at) - Date.parse(startedAt);
  return ms < 1 ? '0 ms' : lengthOfTime(ms);
}

export const markOf = ({ from }: Line): string => marks[from];

/** For a ticket: passwords and contents were left out by the relay. */
export function asText(session: Session): string {
  const { startedAt, address, listener, dropped, lines } = session;
  const head = `${startedAt} ${address} on listener ${listener}, ${endingOf(session)}`;
  const body = lines.map((line) => `${marks[line.from]}: ${line.text}`);
  const rest = dropped > 0 ? [`(${dropped} more lines were not kept)`] : [];
  return `${[head, ...body, ...rest].join('\n')}\n`;
}

/** The newest first. */
export const newestFirst = (sessions: readonly Session[]): readonly Session[] =>
  sessions.toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
