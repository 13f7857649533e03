/** One mail transaction: what MAIL and RCPT said, and the content as it grows, within two bounds. */
import type { Fault } from '../faults.ts';
import type { ArrivalRecipient } from '../ledger.ts';
import type { MailParameters } from './parameters.ts';

/** Octets of content in memory, all connections together. */
export class ContentBudget {
  readonly #bytesMax: number;
  #used = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  take(bytes: number): boolean {
    if (this.#used + bytes > this.#bytesMax) return false;
    this.#used += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}

export class Transaction {
  readonly from: string;
  readonly words: readonly string[];
  readonly parameters: MailParameters;
  readonly recipients: ArrivalRecipient[] = [];
  /** Faults of accepted recipients that strike at the content. */
  readonly faults: Fault[] = [];
  /** When the content began, in milliseconds. */
  contentAt = 0;
  /** BDAT has begun, so DATA, MAIL and RCPT are out of order (RFC 3030 2). */
  chunking = false;
  /** Tenant that the message was attributed to. */
  tenantId: string | undefined;
  /** Inbound connector that it came by. */
  connector: string | undefined;
  /** Result of the SPF look-up. */
  spf: string | undefined;
  readonly #budget: ContentBudget;
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #refused: 'size' | 'memory' | undefined;

  constructor(given: {
    readonly from: string;
    readonly words: readonly string[];
    readonly parameters: MailParameters;
    readonly budget: ContentBudget;
    readonly bytesMax: number;
  }) {
    this.from = given.from;
    this.words = given.words;
    this.parameters = given.parameters;
    this.#budget = given.budget;
    this.#bytesMax = given.bytesMax;
  }

  /** Why the content is not kept although it is still read to its end. */
  get refused(): 'size' | 'memory' | undefined {
    return this.#refused;
  }

  append(octets: Buffer): void {
    if (this.#refused !== undefined || octets.length === 0) return;
    if (this.#bytes + octets.length > this.#bytesMax) this.#refuse('size');
    else if (!this.#budget.take(octets.length)) this.#refuse('memory');
    else {
      this.#bytes += octets.length;
      this.#chunks.push(octets);
    }
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Must be called once, whatever becomes of the transaction. */
  release(): void {
    this.#budget.giveBack(this.#bytes);
    this.#bytes = 0;
    this.#chunks = [];
  }

  #refuse(why: 'size' | 'memory'): void {
    this.release();
    this.#refused = why;
  }
}
