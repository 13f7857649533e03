/** What a listener is made of; built by `main` and by tests. */
import type { SpfCheck } from './spf-check.ts';
import type { Acceptance } from '../accept/acceptance.ts';
import type { ListenerConfig } from '../config/node-schema.ts';
import type { Events } from '../observe/events.ts';
import type { TranscriptBook } from '../observe/transcripts/transcript-book.ts';
import type { Clock } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import type { TlsIdentity } from '../platform/tls.ts';
import type { CutOver } from '../policy/cut-over.ts';
import type { Policy, Source } from '../policy/policy.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';

export interface ListenerOptions {
  readonly config: ListenerConfig;
  /** Name in banner, EHLO reply and as domain of `<Postmaster>`. */
  readonly hostname: string;
  readonly policy: PolicyView;
  readonly acceptance: Acceptance;
  readonly logins: LoginCheck;
  readonly rates: MessageRates;
  readonly events: Events;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly identity: TlsIdentity;
  /** Keeps what was said in the last sessions; absent: nothing is kept. */
  readonly transcripts?: Transcripts;
  /** SPF for sources that ask for it; absent: no source may ask for it. */
  readonly spf?: SpfCheck;
  /** Unknown senders that are told to come back; absent: none ever are. */
  readonly cutOver?: { readonly current: CutOver | undefined };
}

/** The part of TranscriptBook that a listener needs. */
export type Transcripts = Pick<TranscriptBook, 'begin' | 'end' | 'upgrading' | 'handshakeFailed'>;

/** The part of PolicyHolder that a listener needs: a session keeps the policy it began with. */
export interface PolicyView {
  readonly current: Policy;
}

/** The part of LoginGuard that a listener needs; it slows and locks out by itself. */
export interface LoginCheck {
  verify(
    policy: Policy,
    request: {
      readonly username: string;
      readonly password: string;
      readonly address: string;
      readonly listener: string;
    },
  ): Promise<
    | { readonly kind: 'accepted'; readonly source: Source; readonly username: string }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
  >;
}

/** The part of RateBook that a listener needs. */
export interface MessageRates {
  /** Counts one message of the source. */
  admit(source: Source): Verdict;
  /** Counts a connection that was recognised as the source's. */
  connectionOpened(sourceName: string, limit?: number): Verdict;
  connectionClosed(sourceName: string): void;
}
