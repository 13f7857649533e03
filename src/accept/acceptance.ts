/**
 * The only way in: content of one transaction goes through here to the queue, and what comes back is a
 * Receipt or a Refusal. `250` is made from a Receipt and from nothing else (RFC 5321 6.1).
 */
import type { ClientRecord, QueueId } from '../message/message.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Source } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { TraceEntry } from '../message/message.ts';

/** Proof that the message is on stable storage under this id. */
export interface Receipt {
  readonly kind: 'receipt';
  readonly id: QueueId;
  readonly bytes: number;
}

export interface Transaction {
  /** Made at MAIL; the reference of everything that follows. */
  readonly id: QueueId;
  readonly source: Source;
  readonly client: ClientRecord;
  /** As the client gave it; rewrites are made here. */
  readonly envelope: Envelope;
  /** `with` clause of the Received field: RFC 3848, RFC 6531 4.3 (`ESMTPSA`, `UTF8SMTPS`, …). */
  readonly protocol: string;
  /** Why this source was recognised. */
  readonly trace: readonly TraceEntry[];
  /** Largest content of this transaction in octets: the least of listener and source. */
  readonly messageBytesMax: number;
  readonly headerBytesMax: number;
  /** Value of the Received-SPF field; absent: SPF was not asked. */
  readonly receivedSpf?: string;
  /** Why the message is held once it is accepted; absent: it goes its way. */
  readonly hold?: string;
}

/** Takes the content of one transaction, already without dot-stuffing and without the final dot. */
export interface Intake {
  /**
   * Takes the next octets; keeps them, so the caller gives them away. `false`: enough is in memory, read no
   * more from the socket until `drained()` resolves. A fault found on the way is kept for `finish`.
   */
  write(chunk: Buffer): boolean;
  drained(): Promise<void>;
  /** The content is complete. Never rejects: a store fault comes back as a `defer`. */
  finish(): Promise<Receipt | Refusal>;
  /** The client went away or the session was ended: nothing is kept. */
  abort(): void;
}

export interface Acceptance {
  /** Before the first octet: disk nearly full or store unwell gives a 4yz at MAIL, so that nothing is sent in vain. */
  ready(declaredBytes: number | undefined): Refusal | undefined;
  begin(transaction: Transaction): Intake;
}
