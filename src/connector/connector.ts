/** A way out: given an envelope and a way to read the content, it reports what became of each recipient. */
import type { ContentFacts, QueueId } from '../message/message.ts';
import type { Envelope } from '../message/envelope.ts';
import type { DeliveryOutcome } from '../message/outcome.ts';

export interface Delivery {
  readonly id: QueueId;
  /** Only the recipients of this attempt. */
  readonly envelope: Envelope;
  readonly facts: ContentFacts;
  /** The content, where it is still in memory; the same octets that `open` gives. */
  readonly inMemory?: readonly Uint8Array[];
  /** Reads the content afresh from its first octet; may be called again for another host. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Contract: `attempt` never rejects; every fault is an outcome. It ends soon after `signal` is aborted, and
 * what was then not yet handed over comes back as `not-tried`. Several attempts may run at a time, up to
 * `attemptsMax`; the caller keeps that bound, and what is given beyond it waits in line.
 */
export interface Connector extends AsyncDisposable {
  readonly name: string;
  /**
   * Attempts at a time that it can make use of; absent: `limits.connections`. An SMTP connector takes more than it has
   * connections, because the envelope of the next message rides behind the content of the one before.
   */
  readonly attemptsMax?: number;
  /**
   * From now on so many connections at a time, at least 1 and `limits.connections` at most. Absent: it has as many as there are
   * attempts, which the caller bounds.
   */
  limitConnections?(connections: number): void;
  attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Closes idle connections that are past their time; called by delivery's loop. */
  idle(): void;
}
