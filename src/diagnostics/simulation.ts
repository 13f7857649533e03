/** What a simulation is asked and what it says. */
import type { EnvelopeRecipient } from '../message/envelope.ts';
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
  readonly faults?: { readonly hello?: Fault; readonly sender?: Fault };
  /** The header From; absent: it says what the envelope says. */
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
  /** The envelope as it leaves, and what was changed, in words. */
  readonly rewrite: (
    source: Source,
    envelope: { readonly reversePath: ReversePath; readonly recipients: readonly EnvelopeRecipient[] },
  ) => Rewritten;
}

export interface Rewritten {
  readonly reversePath: ReversePath;
  readonly recipients: readonly Mailbox[];
  readonly changes: readonly { readonly by: string; readonly text: string }[];
}
