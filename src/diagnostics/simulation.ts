/** What a simulation is asked and what it says. */
import type { EnvelopeRecipient } from '../message/envelope.ts';
import type { ClientFacts } from '../policy/client-facts.ts';
import type { CutOver } from '../policy/cut-over.ts';
import type { Policy, QuotaOutlook, Source } from '../policy/policy.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';

export type StageName =
  | 'listener'
  | 'recognition'
  | 'login'
  | 'tls'
  | 'connections'
  | 'sender'
  | 'size'
  | 'rates'
  | 'recipient'
  | 'recipients'
  | 'header-from'
  | 'hold'
  | 'rewrite'
  | 'repair'
  | 'route'
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
  readonly recipients: readonly Mailbox[];
  /** Addresses of the header From; absent: it says what the envelope says. */
  readonly from?: readonly Mailbox[];
  readonly bytes?: number;
}

/** What the live session judges with. */
export interface Judges {
  readonly policy: Policy;
  readonly listener: {
    readonly name: string;
    readonly tls: string;
    readonly messageBytes: number;
    readonly recipients: number;
  };
  readonly cutOver: CutOver | undefined;
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
