import type { Instant } from '../platform/clock.ts';
import type { Envelope } from './envelope.ts';
import type { Failure, TlsSummary } from './outcome.ts';
import type { Reply } from './reply.ts';

/** ULID; the same in log, trace, console, SMTP reply, Received field and queue. */
export type QueueId = string & { readonly __brand: 'QueueId' };

/** Bulk waits behind normal, priority passes both. */
export type Priority = 'priority' | 'normal' | 'bulk';

/** Where a message came from, as far as we know it ourselves. HELO is the client's claim. */
export interface ClientRecord {
  readonly address: string;
  readonly helo: string;
  /** Name of the listener. */
  readonly listener: string;
  readonly tls?: TlsSummary;
  /** User name of a successful login. */
  readonly login?: string;
  /** `sha256:` fingerprint of a presented client certificate. */
  readonly certificate?: string;
}

/** A step that explains: which rule decided, what was changed. Shown to operators, never to peers. */
export interface TraceEntry {
  readonly at: Instant;
  readonly step: 'recognised' | 'accepted' | 'changed' | 'attempt' | 'operator' | 'notice' | 'expired';
  /** A sentence for a person. */
  readonly text: string;
  /** Name of the rule, repair, connector or operator that did it. */
  readonly by?: string;
  /** Another message that it tells of. */
  readonly about?: QueueId;
}

/** What is fixed once `250` is said. */
export interface Accepted {
  readonly id: QueueId;
  readonly at: Instant;
  /** Name of the source in the policy; absent for our own notices. */
  readonly source?: string;
  /** Who else hears of a failure: the owner of the source. */
  readonly owner?: string;
  readonly client?: ClientRecord;
  /** After rewrites; the addresses mail goes to. */
  readonly envelope: Envelope;
  readonly priority: Priority;
  readonly content: ContentFacts;
  /** What was done to the header section, so that it can be shown as it came; absent: not known. */
  readonly head?: HeadEdits;
  /** A DSN or delay notice of ours: no DSN is ever made for it. */
  readonly isNotice: boolean;
  readonly trace: readonly TraceEntry[];
}

/** From the header section as stored back to the one that the client sent. */
export interface HeadEdits {
  /** Octets put on top. */
  readonly above: number;
  /** What else was replaced or removed, in order; absent: nothing. */
  readonly replaced?: readonly HeadEdit[];
  /** More was changed than is kept: the former section is lost. */
  readonly isCut?: true;
}

/** `length` octets of the stored section from `at` stand for `before`, one character an octet. */
export interface HeadEdit {
  readonly at: number;
  readonly length: number;
  readonly before: string;
}

export interface ContentFacts {
  /** Octets as stored, which is as sent: CRLF lines, not dot-stuffed, trace header included. */
  readonly bytes: number;
  /** Octets of the header section, the empty line not counted. */
  readonly headerBytes: number;
  /** Holds octets of 128 and above. */
  readonly eightBit: boolean;
  /** UTF-8 in the header section (RFC 6532), so SMTPUTF8 is needed. */
  readonly utf8Header: boolean;
  /** Bare CR, bare LF, NUL or overlong lines under BODY=BINARYMIME: only BDAT can carry it. */
  readonly binary: boolean;
  /** Decoded as far as safe, bounded to 200 characters; for the trace. */
  readonly subject?: string;
  readonly messageId?: string;
  readonly from?: string;
}

/** The life of one recipient in our queue. A lease is held on the whole message (`Progress.lease`). */
export type RecipientState =
  | {
      readonly kind: 'pending';
      readonly notBefore: Instant;
      readonly attempts: number;
      readonly last?: Failure;
    }
  | {
      readonly kind: 'held';
      readonly at: Instant;
      readonly by: string;
      readonly reason: string;
      readonly attempts: number;
      readonly last?: Failure;
    }
  | {
      readonly kind: 'relayed';
      readonly at: Instant;
      readonly connector: string;
      readonly host: string;
      readonly reply: Reply;
    }
  | { readonly kind: 'failed'; readonly at: Instant; readonly failure: Failure }
  | { readonly kind: 'expired'; readonly at: Instant; readonly last?: Failure };

export interface AttemptRecord {
  readonly at: Instant;
  readonly durationMs: number;
  readonly connector: string;
  readonly host: string;
  readonly tls?: TlsSummary;
  /** Index of the recipient in the envelope, and what came of it. */
  readonly results: readonly {
    readonly recipient: number;
    readonly result: 'relayed' | 'failed' | 'in-doubt';
    readonly reply?: Reply;
    readonly text?: string;
  }[];
}

/** What changes while the message is with us. `recipients` is in the order of the envelope. */
export interface Progress {
  readonly recipients: readonly RecipientState[];
  /** Newest last; bounded by the queue (the oldest in the middle go first). */
  readonly attempts: readonly AttemptRecord[];
  /** Deliveries that ended in doubt: how often a duplicate was risked. */
  readonly inDoubt: number;
  readonly delayNoticeAt?: Instant;
  /** Connector that an operator chose instead of the policy's. */
  readonly reroute?: string;
  readonly notes: readonly TraceEntry[];
}

/** A worker's claim on a message; after `until` anyone may take it over. */
export interface Lease {
  readonly owner: string;
  readonly until: Instant;
}

/** All recipients are final. */
export function isSettled(progress: Progress): boolean {
  return progress.recipients.every(
    (state) => state.kind === 'relayed' || state.kind === 'failed' || state.kind === 'expired',
  );
}

/** When the message next needs work; `undefined` while everything is held or final. */
export function nextDue(progress: Progress): Instant | undefined {
  let due: Instant | undefined;
  for (const state of progress.recipients) {
    if (state.kind === 'pending' && (due === undefined || state.notBefore < due)) due = state.notBefore;
  }
  return due;
}
