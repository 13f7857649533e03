/** What a text means: the answer of the explainer, whatever kind of text it was given. */
import type { Side } from '../../../microsoft365/replies/entry.ts';
import type { Verdict } from '../../../microsoft365/replies/verdict.ts';
import type { Bounce } from './bounce.ts';
import type { TenantLines } from './tenant-lines.ts';

export interface Explained {
  /** Of the catalogue of replies of Microsoft 365, `relay365-` with the rule of this relay, or `tls-` of a TLS library. */
  readonly id: string;
  /** `device`: a TLS library, as devices and servers alike use it. */
  readonly saidBy: 'microsoft-365' | 'relay365' | 'device';
  readonly code: string;
  readonly meaning: string;
  readonly cause: readonly string[];
  readonly fix: readonly string[];
  readonly side: Side;
  readonly retry: 'permanent' | 'transient' | 'throttle';
  /** What is right for the mail, in words. */
  readonly advice: string;
  /** Waiting alone mends it. */
  readonly clearsByItself: boolean;
  /** Our settings that it depends on. */
  readonly settings: readonly string[];
  /** With the values of the policy; empty without one. */
  readonly lines: readonly TenantLines[];
  /** A page where it is documented. */
  readonly source: string;
  /** Of the catalogue. */
  readonly verdict?: Verdict;
  readonly example?: string;
  readonly note?: string;
  /** Of a refusal of ours: `relay365 trace` finds it. */
  readonly ref?: string;
  /** Where the text was a returned message. */
  readonly bounce?: Omit<Bounce, 'text'>;
}
