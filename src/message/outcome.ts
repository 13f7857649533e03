import type { Instant } from '../platform/clock.ts';
import type { Reply } from './reply.ts';

/** What a failure concerns: it says what to slow down, and permanence says what to tell the sender. */
export type FailureScope = 'connector' | 'destination' | 'message' | 'recipient';

/** The step of the conversation at which a failure was met. */
export type Stage =
  | 'route'
  | 'resolve'
  | 'connect'
  | 'greeting'
  | 'tls'
  | 'hello'
  | 'login'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'operator';

/** What a peer that counts says is used up: of the mailbox or login we send with, or of its whole tenant. */
export type Exhausted = 'messages' | 'recipients' | 'external' | 'external-from-onmicrosoft';

/** Why something did not work, in three texts: for a program, an operator, and (by dsn/) a sender. */
export interface Failure {
  readonly scope: FailureScope;
  readonly permanence: 'transient' | 'permanent';
  readonly stage: Stage;
  /** Verbatim, when the peer said something. */
  readonly reply?: Reply;
  /** Stable word for programs, such as `tls-name-mismatch` or `no-route`. */
  readonly code: string;
  /** For the operator: what is wrong, where, and what would be right. */
  readonly text: string;
  /** RFC 3463 status for a DSN when `reply` gives none. */
  readonly status: string;
  /** Another way may take what this one cannot, so a fallback is asked whatever scope and permanence are. */
  readonly otherRoute?: true;
  /** It is the way that is wrong, also where it was told for one recipient: an unknown tenant connector is. */
  readonly aboutTheWay?: true;
  /** Milliseconds to wait at least, as the other side asked for or is known to need. */
  readonly retryAfterMs?: number;
  /** Where waits that double at each such failure stop to grow, in milliseconds. */
  readonly retryAfterMaxMs?: number;
  /** An administrator must hear of it at once, also where the way stays open. */
  readonly alarm?: true;
  /** It would meet all mail of this sender by this connector, and nobody else's. */
  readonly aboutTheSender?: true;
  /** The other side's count of this is at its limit, whatever ours says. */
  readonly exhausted?: Exhausted;
  /** The other side serves fewer connections or requests at a time than it was given. */
  readonly fewerConnections?: true;
  /** The other side refuses our IPv6 address, and need not refuse our IPv4 address. */
  readonly overIpv4?: true;
}

export type RecipientOutcome =
  /** The next hop has taken responsibility. `dsnPassedOn`: it offers DSN and was given NOTIFY. */
  | { readonly kind: 'relayed'; readonly reply: Reply; readonly dsnPassedOn: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** RFC 1047: the connection broke after the end of the content, so the peer may have taken it. */
  | { readonly kind: 'in-doubt'; readonly failure: Failure }
  /** Our own stop or lack of a free place; says nothing about the peer and counts as no attempt. */
  | { readonly kind: 'not-tried' };

/** What one attempt to one next hop came to; `recipients` is in the order of the envelope given. */
export interface DeliveryOutcome {
  readonly connector: string;
  /** `host:port` reached, or the one last tried. */
  readonly host: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly tls?: TlsSummary;
  readonly recipients: readonly RecipientOutcome[];
}

export interface TlsSummary {
  /** `TLSv1.3` as OpenSSL names it. */
  readonly version: string;
  readonly cipher: string;
  /** The peer's certificate was verified against name and roots, or its pin matched. */
  readonly verified: boolean;
}
