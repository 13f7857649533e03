/** What a simulation is asked and what it says. */
import type { BodyType, Envelope, EnvelopeRecipient } from '../message/envelope.ts';
import type { ContentFacts, TraceEntry } from '../message/message.ts';
import type { ClientFacts } from '../policy/client-facts.ts';
import type { SpfConfig } from '../config/spf-schema.ts';
import type { CutOver } from '../policy/cut-over.ts';
import type { Policy, QuotaOutlook, Source } from '../policy/policy.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';
import type { HeaderFromForm } from '../policy/header-from.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import type { Fault } from '../protocol/smtp/server/fault.ts';
import type { SpfVerdict } from '../protocol/spf/spf.ts';
import type { Unreadable } from './simulate-words.ts';

export type StageName =
  | 'listener'
  | 'hello'
  | 'recognition'
  | 'login'
  | 'tls'
  | 'connections'
  | 'sender'
  | 'size'
  | 'rates'
  | 'spf'
  | 'recipient'
  | 'recipients'
  | 'content'
  | 'header-from'
  | 'hold'
  | 'rewrite'
  | 'repair'
  | 'route'
  | 'quota'
  | 'attribution';

export interface Stage {
  readonly stage: StageName;
  /** `note`: decides nothing; `skipped`: an earlier stage has decided. */
  readonly verdict: 'accept' | 'refuse' | 'defer' | 'note' | 'skipped';
  readonly rule: string;
  readonly explanation: string;
  /** Where the rule stands in the policy. */
  readonly path?: string;
  /** What the client would be told. */
  readonly reply?: string;
  readonly recipient?: string;
  readonly connectors?: readonly string[];
  readonly passedOver?: readonly { readonly connector: string; readonly reason: string }[];
}

export interface Simulation {
  /** Of the message as a whole: accepted as soon as one recipient is. */
  readonly verdict: 'accept' | 'refuse' | 'defer';
  readonly source?: string;
  readonly summary: string;
  readonly stages: readonly Stage[];
}

export interface SimulationQuestion {
  readonly facts: ClientFacts;
  readonly reversePath: ReversePath;
  readonly recipients: readonly (Mailbox | Unreadable)[];
  /** What of the greeting and of MAIL no listener can read. */
  /** What it said in EHLO; absent: nothing. */
  readonly helo?: string;
  readonly faults?: { readonly hello?: Fault; readonly sender?: Fault };
  /** BODY of MAIL (RFC 6152, RFC 3030 3); absent: 8BITMIME. */
  readonly body?: BodyType;
  /** The message, or its header section alone, in octets as after DATA and without dot-stuffing; absent: not judged. */
  readonly content?: readonly Buffer[];
  /** The header From where there is no content; absent: it says what the envelope says. */
  readonly from?: { readonly addresses: readonly Mailbox[]; readonly form: HeaderFromForm };
  readonly bytes?: number;
  /** Absent: not asked, and where it had to be the stage says so. */
  readonly spf?: SpfVerdict;
}

/** What the live session judges with. */
export interface Judges {
  readonly policy: Policy;
  readonly listener: {
    readonly name: string;
    readonly tls: string;
    readonly messageBytes: number;
    readonly recipients: number;
    readonly spf?: SpfConfig | undefined;
  };
  readonly cutOver: CutOver | undefined;
  /** What one more connection from this address would be told in place of a greeting, by how many are open; `undefined`: it is let in. */
  readonly admission: (address: string) => Refusal | undefined;
  /** Whether one more connection of the source would be let in. */
  readonly connection: (source: Source) => Verdict;
  /** What the rate book would say now; nothing is counted. */
  readonly rate: (source: Source) => Verdict;
  /** What the store and the disk say to a message of this size. */
  readonly room: (bytes: number | undefined) => Refusal | undefined;
  readonly outlook?: (connector: string) => QuotaOutlook;
  /** What the way in says to the content of the question; asked only where there is one. */
  readonly content: (asked: ContentQuestion) => TakenContent | Refusal;
  /** The envelope as it leaves, and what was changed, in words. */
  readonly rewrite: (
    source: Source,
    envelope: { readonly reversePath: ReversePath; readonly recipients: readonly EnvelopeRecipient[] },
  ) => Rewritten;
}

export interface ContentQuestion {
  readonly source: Source;
  /** Those of the question that were taken. */
  readonly recipients: readonly Mailbox[];
  readonly question: SimulationQuestion;
}

/** A content that would be taken, and what was changed in it. */
export interface TakenContent {
  readonly kind: 'taken';
  /** As it leaves. */
  readonly envelope: Pick<Envelope, 'reversePath' | 'recipients'>;
  readonly facts: ContentFacts;
  readonly from: {
    readonly verdict: Extract<Verdict, { kind: 'accept' }>;
    readonly addresses: readonly Mailbox[];
  };
  /** Of the section that came: its fields, those of them that are Received, and the names that it lacks. */
  readonly header: { readonly fields: number; readonly hops: number; readonly missing: readonly string[] };
  readonly trace: readonly TraceEntry[];
}

export interface Rewritten {
  readonly reversePath: ReversePath;
  readonly recipients: readonly Mailbox[];
  readonly changes: readonly { readonly by: string; readonly text: string }[];
}
