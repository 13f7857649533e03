/**
 * The last sessions of each source and of each unknown address.
 *
 * Bounded in memory: `keysMax` keys, the one unused for longest goes; of each the last failed sessions and the last that
 * was fine; of a capture more, for its time alone. Failed ones are kept on disk as well, shortened, written with the other
 * counts of the mail flow, so that a flood of strangers costs a bounded write.
 */
import type { Clock, Instant } from '../../platform/clock.ts';
import { plus } from '../../platform/clock.ts';
import type { Records } from '../../store/records.ts';
import { KeyedState } from '../traffic/keyed-state.ts';
import { Tape } from './tape.ts';
import type { Transcript } from './transcript.ts';
import { transcriptOf } from './transcript.ts';

const keysMax = 500;
const failedMax = 5;
const capturedMax = 50;
const linesOnDisk = 60;
const linesShown = 4_000;
/** Sessions between STARTTLS and the end of their handshake. */
const handshakesMax = 2_000;
export const captureMs = 15 * 60_000;
const capturesMax = 5;

export interface KeptSessions {
  /** Name of a source, or an address that no source has. */
  readonly key: string;
  readonly isSource: boolean;
  lastAt: Instant;
  sessions: number;
  failedSessions: number;
  failed: (Transcript | Tape)[];
}

export interface Capture {
  readonly key: string;
  readonly by: string;
  readonly until: Instant;
  readonly tapes: readonly Tape[];
}

export class TranscriptBook {
  readonly #clock: Clock;
  readonly #state: KeyedState<KeptSessions & { toJSON(): unknown }>;
  readonly #fine = new Map<string, Tape>();
  readonly #handshakes = new Map<string, Tape>();
  readonly #captures = new Map<string, { by: string; until: Instant; tapes: Tape[] }>();

  private constructor(clock: Clock, records: Records) {
    this.#clock = clock;
    this.#state = new KeyedState('transcript', keysMax, records);
  }

  static async open(clock: Clock, records: Records): Promise<TranscriptBook> {
    const book = new TranscriptBook(clock, records);
    await book.#state.load(({ lastAt }) => lastAt);
    for (const kept of book.#state.values()) Object.assign(kept, { toJSON: () => onDisk(kept) });
    return book;
  }

  /** A session begins, or goes on after the handshake that its STARTTLS asked for. */
  begin(client: { readonly ref: string; readonly address: string; readonly listener: string }): Tape {
    const before = this.#handshakes.get(client.ref);
    if (before) {
      this.#handshakes.delete(client.ref);
      return before;
    }
    return new Tape({ ...client, at: this.#clock.now(), isCaptured: this.#captures.size > 0 });
  }

  /** STARTTLS was answered: the same tape goes on, unless the handshake fails. */
  upgrading(tape: Tape): void {
    this.#handshakes.set(tape.ref, tape);
    if (this.#handshakes.size <= handshakesMax) return;
    for (const oldest of this.#handshakes.keys()) {
      this.#handshakes.delete(oldest);
      return;
    }
  }

  /** The handshake after STARTTLS did not come to an end. */
  handshakeFailed(ref: string): void {
    const tape = this.#handshakes.get(ref);
    if (!tape) return;
    this.#handshakes.delete(ref);
    this.end(tape, { source: undefined, ending: 'tls-handshake' });
  }

  end(
    tape: Tape,
    { source, ending }: { readonly source: string | undefined; readonly ending: string },
  ): void {
    const now = this.#clock.now();
    tape.endedAt = now;
    tape.ending = ending;
    tape.source = source;
    this.#capture(tape, now);
    const key = source ?? tape.address;
    const { isFailed } = tape;
    // A connection that says nothing, such as a probe of a load balancer, is no conversation.
    if (!isFailed && tape.entries.length <= 1) return;
    const kept = this.#state.get(key) ?? made(key, source !== undefined, now);
    kept.lastAt = now;
    kept.sessions += 1;
    if (!isFailed) {
      this.#keepFine(key, tape);
      if (this.#state.get(key)) return;
    } else {
      kept.failedSessions += 1;
      kept.failed.push(tape);
      if (kept.failed.length > failedMax) kept.failed.shift();
    }
    this.#state.put(kept);
  }

  /** Newest use last. */
  all(): readonly KeptSessions[] {
    return [...this.#state.values()];
  }

  /** Of one key, the oldest first; the last one that was fine among them. */
  of(key: string): readonly Transcript[] {
    this.#endCaptures(this.#clock.now());
    const fine = this.#fine.get(key);
    const captured = this.#captures.get(key)?.tapes ?? [];
    const tapes = new Set<Transcript | Tape>([
      ...(this.#state.get(key)?.failed ?? []),
      ...(fine ? [fine] : []),
      ...captured,
    ]);
    return [...tapes]
      .map((one) => (one instanceof Tape ? transcriptOf(one, linesShown) : one))
      .toSorted((a, b) => a.startedAt - b.startedAt);
  }

  /** Keeps every session of a source or address whole for fifteen minutes; `undefined`: too many captures are on. */
  capture(key: string, by: string): Capture | undefined {
    this.#endCaptures(this.#clock.now());
    if (this.#captures.size >= capturesMax && !this.#captures.has(key)) return undefined;
    const capture = {
      by,
      until: plus(this.#clock.now(), captureMs),
      tapes: this.#captures.get(key)?.tapes ?? [],
    };
    this.#captures.set(key, capture);
    return { key, ...capture };
  }

  stopCapture(key: string): boolean {
    return this.#captures.delete(key);
  }

  captures(): readonly Capture[] {
    this.#endCaptures(this.#clock.now());
    return [...this.#captures].map(([key, capture]) => ({ key, ...capture }));
  }

  flush(): Promise<boolean> {
    return this.#state.flush();
  }

  #capture(tape: Tape, now: Instant): void {
    if (this.#captures.size === 0) return;
    this.#endCaptures(now);
    const capture = this.#captures.get(tape.source ?? tape.address) ?? this.#captures.get(tape.address);
    if (!capture || now > capture.until) return;
    capture.tapes.push(tape);
    if (capture.tapes.length > capturedMax) capture.tapes.shift();
  }

  /** What was captured stays to be read for as long again. */
  #endCaptures(now: Instant): void {
    for (const [key, { until }] of this.#captures)
      if (now > plus(until, captureMs)) this.#captures.delete(key);
  }

  #keepFine(key: string, tape: Tape): void {
    this.#fine.delete(key);
    this.#fine.set(key, tape);
    if (this.#fine.size <= keysMax) return;
    for (const oldest of this.#fine.keys()) {
      this.#fine.delete(oldest);
      return;
    }
  }
}

function made(key: string, isSource: boolean, now: Instant): KeptSessions & { toJSON(): unknown } {
  const kept: KeptSessions = { key, isSource, lastAt: now, sessions: 0, failedSessions: 0, failed: [] };
  return Object.assign(kept, { toJSON: () => onDisk(kept) });
}

function onDisk(kept: KeptSessions): unknown {
  const { key, isSource, lastAt, sessions, failedSessions } = kept;
  const failed = kept.failed.map((one) => (one instanceof Tape ? transcriptOf(one, linesOnDisk) : one));
  return { key, isSource, lastAt, sessions, failedSessions, failed };
}
