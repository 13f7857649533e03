/**
 * What was said in one session, as a list of what exists anyway: events of the engine and replies by reference. It is made
 * into text only when somebody looks or it is written to disk, so a session that is fine pays one push a command.
 *
 * Never on a tape: passwords (an `auth` event is not kept, only its mechanism and user name) and content (it is counted).
 */
import type { Instant } from '../../platform/clock.ts';
import type { ServerEvent } from '../../protocol/smtp/server/events.ts';

/** Entries of a session that is not captured, and of one that is. */
export const entriesMax = { usual: 80, captured: 2_000 } as const;

/** Characters that are kept of what was answered at once: pipelined EHLO commands ask for megabytes. */
const replyCharsMax = 2_000;

type Spoken = Exclude<ServerEvent, { kind: 'auth' | 'content' }>;

export type TapeEntry =
  | { readonly kind: 'client'; readonly at: Instant; readonly event: Spoken }
  | { readonly kind: 'login'; readonly at: Instant; readonly mechanism: string; readonly username: string }
  | { readonly kind: 'content'; readonly at: Instant; bytes: number }
  | { readonly kind: 'relay'; readonly at: Instant; readonly text: string }
  | { readonly kind: 'tls'; readonly at: Instant; readonly version: string; readonly cipher: string };

export class Tape {
  readonly ref: string;
  readonly address: string;
  readonly listener: string;
  readonly startedAt: Instant;
  readonly entries: TapeEntry[] = [];
  readonly #max: number;
  /** Entries that did not fit. */
  dropped = 0;
  endedAt: Instant | undefined;
  ending = '';
  source: string | undefined;

  constructor(given: {
    readonly ref: string;
    readonly address: string;
    readonly listener: string;
    readonly at: Instant;
    readonly isCaptured: boolean;
  }) {
    this.ref = given.ref;
    this.address = given.address;
    this.listener = given.listener;
    this.startedAt = given.at;
    this.#max = given.isCaptured ? entriesMax.captured : entriesMax.usual;
  }

  client(event: ServerEvent, at: Instant): void {
    if (event.kind === 'content') {
      const last = this.entries.at(-1);
      // The octets are a view of the socket's buffer: they must not be held.
      if (last?.kind === 'content') last.bytes += event.bytes.length;
      else this.#push({ kind: 'content', at, bytes: event.bytes.length });
    } else if (event.kind === 'auth') {
      this.#push({ kind: 'login', at, mechanism: event.mechanism, username: event.username });
    } else {
      this.#push({ kind: 'client', at, event });
    }
  }

  relay(text: string, at: Instant): void {
    this.#push({ kind: 'relay', at, text: text.length > replyCharsMax ? shortened(text) : text });
  }

  secured(version: string, cipher: string, at: Instant): void {
    this.#push({ kind: 'tls', at, version, cipher });
  }

  /** A reply of 4yz or 5yz, a cut-off, or an end in the middle. */
  get isFailed(): boolean {
    return (
      !['quit', 'client-closed', 'client-gone', 'shutdown', 'idle'].includes(this.ending) ||
      this.entries.some((entry) => entry.kind === 'relay' && /(?:^|\n)[45]\d\d/.test(entry.text)) ||
      this.entries.at(-1)?.kind === 'content' ||
      this.isPromptUnanswered
    );
  }

  /** The client went away after a prompt of AUTH. */
  get isPromptUnanswered(): boolean {
    const last = this.entries.at(-1);
    return last?.kind === 'relay' && /(?:^|\n)334 [^\n]*\r?\n?$/.test(last.text);
  }

  #push(entry: TapeEntry): void {
    if (this.entries.length < this.#max) this.entries.push(entry);
    else this.dropped += 1;
  }
}

/** A copy: a slice would keep the whole text alive. */
function shortened(text: string): string {
  return `${Buffer.from(text.slice(0, replyCharsMax), 'latin1').toString('latin1')}\r\n`;
}
