/** What the review of the log finds: plain values, kept as JSON. */
import type { Instant } from '../platform/clock.ts';

export type FindingKind =
  | 'unauthorised-address'
  | 'unauthorised-user'
  | 'unauthorised-hour'
  | 'new-address'
  | 'new-sender'
  | 'new-domain'
  | 'volume'
  | 'recipients'
  | 'hours'
  | 'tls-downgrade'
  | 'old-tls';

export interface Evidence {
  readonly what: string;
  readonly found: string;
  readonly usual?: string;
}

export interface Proposal {
  readonly action: 'block' | 'narrow' | 'review' | 'require-tls';
  readonly words: string;
  /** Address, user or source that it is done to. */
  readonly target?: string;
}

/** What one look finds; the same kind, source and subject is the same finding. */
export interface Found {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly source?: string;
  readonly address?: string;
  readonly user?: string;
  readonly title: string;
  readonly text: string;
  readonly severity: 'note' | 'warning' | 'serious';
  readonly evidence: readonly Evidence[];
  /** Of refusals, to be found in the trace. */
  readonly references: readonly string[];
  readonly firstAt: Instant;
  /** Only the day (UTC) is known: `firstAt` is its beginning. */
  readonly isOfDay?: true;
  readonly lastAt: Instant;
  readonly proposal: Proposal;
}

export type FindingState = 'open' | 'accepted' | 'dismissed';

export interface Finding extends Found {
  readonly key: string;
  readonly id: string;
  readonly state: FindingState;
  readonly decided?: { readonly by: string; readonly at: Instant; readonly note?: string };
}

export function keyOf({ kind, source, subject }: Found): string {
  return JSON.stringify([kind, source ?? '', subject]);
}
