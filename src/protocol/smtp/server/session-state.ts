/** The state of one server conversation, as unions: what cannot be is not written down. */
import type { AuthExchange } from './auth.ts';
import type { EndOfDataReader } from './end-of-data.ts';
import type { AnsweredEvent, BodyParameter } from './events.ts';
import type { Fault } from './fault.ts';

/** What the next octet from the client belongs to. */
export type Reading =
  | { readonly kind: 'commands' }
  /** An overlong line is read over up to its end. */
  | { readonly kind: 'overlong-line'; skipped: number }
  /** An exchange line of AUTH. */
  | { readonly kind: 'auth'; readonly exchange: AuthExchange }
  /** Content after DATA. */
  | { readonly kind: 'data'; readonly reader: EndOfDataReader }
  /** Octets of a BDAT chunk that belong to the content. */
  | { readonly kind: 'chunk'; readonly bytes: number; remaining: number; readonly last: boolean }
  /** Octets of a refused BDAT: RFC 3030 2 has them read and thrown away before the reply. */
  | { readonly kind: 'discard'; remaining: number; readonly after: Discarded }
  /** Cut off or handed over to TLS: no event comes any more. */
  | { readonly kind: 'ended' };

/** What follows the octets of a refused BDAT. */
export type Discarded =
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** The caller refused the content and its reply was kept back. */
  | { readonly kind: 'reply'; readonly octets: string };

export type Hello = 'none' | 'HELO' | 'EHLO';

/** RFC 5321 3.3 and 4.1.4; `chunks` once the first BDAT was taken (RFC 3030 2). */
export type MailTransaction =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'envelope';
      readonly body: BodyParameter;
      readonly smtpUtf8: boolean;
      tried: number;
      accepted: number;
    }
  | { readonly kind: 'chunks' };

/** An event that was given out and not answered yet. */
export type Expecting =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'reply';
      readonly event: AnsweredEvent;
      readonly chunk?: { bytes: number; last: boolean };
    };

export const noTransaction: MailTransaction = { kind: 'none' };
export const expectingNothing: Expecting = { kind: 'nothing' };
export const readingCommands: Reading = { kind: 'commands' };
