/** A tape as text: one line each, bounded, printable, without secrets. Pure. */
import type { Instant } from '../../platform/clock.ts';
import type { ServerEvent } from '../../protocol/smtp/server/events.ts';
import { tlsName } from '../../platform/words.ts';
import { printable } from '../printable.ts';
import type { Tape, TapeEntry } from './tape.ts';

const lineCharsMax = 300;

export interface TranscriptLine {
  readonly at: Instant;
  readonly from: 'client' | 'relay' | 'note';
  readonly text: string;
}

export interface Transcript {
  readonly ref: string;
  readonly address: string;
  readonly listener: string;
  readonly source?: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly ending: string;
  readonly isFailed: boolean;
  readonly lines: readonly TranscriptLine[];
  /** Lines that were not kept. */
  readonly dropped: number;
  /** Explanations of faults, which name the quirk that would have helped. */
  readonly faults: readonly { readonly rule: string; readonly explanation: string }[];
  /** The client left a prompt of AUTH LOGIN unanswered. */
  readonly isPromptUnanswered: boolean;
}

/** `linesMax`: the first and the last, the middle left out. */
export function transcriptOf(tape: Tape, linesMax: number): Transcript {
  const refusedAt = contentRefusedAt(tape.entries);
  const lines = tape.entries.flatMap((entry, index) => linesOf(entry, index > refusedAt));
  const head = Math.ceil(linesMax / 2);
  const isLong = lines.length > linesMax;
  const faults = tape.entries.flatMap((entry) =>
    entry.kind === 'client' && entry.event.kind === 'fault'
      ? [{ rule: entry.event.fault.rule, explanation: bounded(entry.event.fault.explanation ?? '') }]
      : [],
  );
  return {
    ref: tape.ref,
    address: tape.address,
    listener: tape.listener,
    ...(tape.source !== undefined && { source: tape.source }),
    startedAt: tape.startedAt,
    endedAt: tape.endedAt ?? tape.startedAt,
    ending: tape.ending,
    isFailed: tape.isFailed,
    lines: isLong ? [...lines.slice(0, head), ...lines.slice(-(linesMax - head))] : lines,
    dropped: tape.dropped + (isLong ? lines.length - linesMax : 0),
    faults: faults.slice(0, 10),
    isPromptUnanswered: tape.isPromptUnanswered,
  };
}

/**
 * Where DATA or BDAT was refused: some devices send their mail all the same, and what of it begins like a command is part of
 * a content. Beyond the last entry: nowhere.
 */
function contentRefusedAt(entries: readonly TapeEntry[]): number {
  const at = entries.findIndex(
    (entry) =>
      entry.kind === 'client' &&
      entry.event.kind === 'fault' &&
      (entry.event.verb === 'DATA' || entry.event.verb === 'BDAT'),
  );
  return at < 0 ? entries.length : at;
}

/** `mayBeContent`: of a fault only the verb is told. */
function linesOf(entry: TapeEntry, mayBeContent: boolean): TranscriptLine[] {
  const { at } = entry;
  switch (entry.kind) {
    case 'relay':
      return entry.text
        .split(/\r?\n/)
        .filter((line) => line !== '')
        .map((line) => ({ at, from: 'relay', text: bounded(line) }));
    case 'login':
      return [
        {
          at,
          from: 'client',
          text: bounded(`AUTH ${entry.mechanism} (${entry.username}, the password is not kept)`),
        },
      ];
    case 'content':
      return [{ at, from: 'client', text: `(${entry.bytes} octets of content, not kept)` }];
    case 'tls':
      return [{ at, from: 'note', text: `from here on ${tlsName(entry.version)}, ${entry.cipher}` }];
    case 'client': {
      const text =
        mayBeContent && entry.event.kind === 'fault'
          ? `${entry.event.verb} (not kept: the content was refused before)`
          : wordsOf(entry.event);
      return text === '' ? [] : [{ at, from: 'client', text: bounded(text) }];
    }
  }
}

function wordsOf(event: Exclude<ServerEvent, { kind: 'auth' | 'content' }>): string {
  switch (event.kind) {
    case 'hello':
      return `${event.verb} ${event.domain}`;
    case 'mail': {
      const { size, body } = event.parameters;
      return `MAIL FROM:<${event.reversePath?.text ?? ''}>${size === undefined ? '' : ` SIZE=${size}`}${body === '7bit' ? '' : ` BODY=${body.toUpperCase()}`}`;
    }
    case 'rcpt':
      return `RCPT TO:<${event.recipient.text}>`;
    case 'content-start':
      return event.via;
    case 'chunk-end':
      return `(end of a chunk of ${event.bytes} octets)`;
    case 'content-end':
      return '(end of the content)';
    case 'starttls':
      return 'STARTTLS';
    case 'reset':
      return 'RSET';
    case 'answer':
      return event.verb;
    case 'quit':
      return 'QUIT';
    case 'fault':
      // Of AUTH nothing but the verb: what follows may be a password.
      return `${event.verb} ${event.verb === 'AUTH' ? '(not kept)' : (event.argument ?? '')}`.trim();
    case 'cut-off':
      return `(not SMTP: ${event.rule})`;
  }
}

function bounded(text: string): string {
  return printable(text.slice(0, lineCharsMax));
}
