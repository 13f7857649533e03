/** A message on its way through one connection: recipients of one transaction, content, and who waits for the result. */
import type { EnvelopeRecipient, Envelope } from '../../message/envelope.ts';
import type { Failure, RecipientOutcome, TlsSummary } from '../../message/outcome.ts';
import type { OutboundContent } from '../../protocol/smtp/client/plan.ts';

export type JobContent =
  /** In memory and small enough to be written at once. */
  | { readonly kind: 'whole'; readonly chunks: readonly Buffer[] }
  | { readonly kind: 'stream'; open(): AsyncIterable<Uint8Array> };

export interface JobResult {
  /** In the order of `job.envelope.recipients`. */
  readonly recipients: readonly RecipientOutcome[];
  /** `host:port` reached or last tried. */
  readonly host: string;
  readonly tls?: TlsSummary;
}

export interface Job {
  /** Which next hop: jobs of one key may share a connection. */
  readonly key: string;
  readonly envelope: Envelope;
  readonly recipients: readonly EnvelopeRecipient[];
  readonly facts: OutboundContent;
  readonly content: JobContent;
  readonly signal: AbortSignal;
  /** Its first connection had died while idle: only a fresh one will do (and no second time). */
  needsFresh: boolean;
  /** Called once. */
  finish(result: JobResult): void;
  /** Called instead of `finish` when this next hop takes 7-bit content only; nothing was sent. */
  convert(host: string): void;
  /** Called instead of `finish` when this next hop takes so many recipients at most; nothing was sent. */
  split(recipientsMax: number): void;
}

export function failAll(job: Job, failure: Failure, host: string): void {
  job.finish({ host, recipients: job.recipients.map(() => ({ kind: 'failed', failure })) });
}

export function notTried(job: Job, host: string): void {
  job.finish({ host, recipients: job.recipients.map(() => ({ kind: 'not-tried' })) });
}
