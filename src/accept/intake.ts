/**
 * The content of one transaction on its way in: read, kept, committed. Everything in it is untrusted.
 *
 * A refusal of content-reading.ts is kept until `finish`, and what comes after it is thrown away. Deferred: the store
 * is full or fails.
 */
import type { Clock, Instant } from '../platform/clock.ts';
import type { Accepted } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { Queue } from '../queue/queue.ts';
import type { NewContent } from '../store/store.ts';
import type { Intake, Receipt, Transaction } from './acceptance.ts';
import { acceptedMessage } from './accepted-message.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { ContentKeeper } from './content-reading.ts';
import { ContentReading } from './content-reading.ts';
import type { Head } from './head.ts';
import { evidenceOf } from './header-repairs.ts';
import { acceptedEvent, tellFault } from './intake-events.ts';
import { aborted, storeRefusal } from './refusals.ts';
import { Spool, byteCount } from './spool.ts';

export interface IntakeEnvironment {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly hostname: string;
  readonly events: Events;
  readonly budget: BytesInFlight;
}

export class MessageIntake implements Intake, ContentKeeper {
  readonly #environment: IntakeEnvironment;
  readonly #transaction: Transaction;
  readonly #reading: ContentReading;
  /** There once the header section has passed. */
  #spool: Spool | undefined;
  #headBytes = 0;
  #isOver = false;

  constructor(environment: IntakeEnvironment, transaction: Transaction) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.#reading = new ContentReading(environment, transaction, this);
  }

  write(chunk: Buffer): boolean {
    const reading = this.#reading;
    if (reading.refusal || this.#isOver) return true;
    reading.push(chunk);
    if (reading.refusal) {
      void this.#discard();
      return true;
    }
    return this.#spool?.hasRoom ?? true;
  }

  async drained(): Promise<void> {
    await this.#spool?.drained();
  }

  async finish(): Promise<Receipt | Refusal> {
    const reading = this.#reading;
    if (!reading.refusal && !this.#isOver) reading.end();
    if (this.#isOver) return aborted();
    const { refusal, head } = reading;
    const spool = this.#spool;
    if (refusal || !head || !spool) {
      await this.#discard();
      return refusal ?? aborted();
    }
    try {
      const content = await spool.finish();
      // A session that ended while the content was made stable: nobody waits for the answer.
      if (this.#isOver) {
        await this.#discard();
        return aborted();
      }
      return await this.#commit(head, spool, content);
    } catch (error) {
      tellFault(this.#environment.events, error);
      await this.#discard();
      return storeRefusal(error);
    }
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    void this.#discard();
  }

  begin(head: Head): void {
    const { queue, budget } = this.#environment;
    const memoryMax = Math.max(0, queue.store.inlineBytesMax - head.bytesMax);
    this.#spool = new Spool({
      store: queue.store,
      id: this.#transaction.id,
      budget,
      memoryMax,
      mayLeaveEarly: !head.needsBody,
      head: (body) => this.#writeHead(head, body, memoryMax),
    });
  }

  keep(octets: Buffer): void {
    this.#spool?.add(octets);
  }

  /** The head is written when the body leaves memory or is complete. */
  #writeHead(head: Head, body: readonly Buffer[], memoryMax: number): readonly Buffer[] {
    const { hasEightBitBody: hasEightBit } = this.#reading;
    const pieces = head.write(evidenceOf(body, { memoryMax, isNeeded: head.needsBody, hasEightBit }));
    this.#headBytes = byteCount(pieces);
    return pieces;
  }

  async #commit(head: Head, spool: Spool, content: NewContent): Promise<Receipt> {
    const { queue, clock, events, budget } = this.#environment;
    const accepted = this.#accepted(head, spool.bytes, clock.now());
    const inMemory = content.kind === 'bytes' ? spool.bytes : 0;
    budget.drainBegins(inMemory);
    try {
      const { hold } = this.#transaction;
      await queue.accept(accepted, content, hold === undefined ? undefined : { by: 'ageing', reason: hold });
    } finally {
      budget.drainEnds(inMemory);
    }
    spool.release();
    this.#reading.release();
    events.emit(acceptedEvent(accepted, this.#transaction));
    this.#isOver = true;
    return { kind: 'receipt', id: accepted.id, bytes: accepted.content.bytes };
  }

  #accepted(head: Head, bytes: number, at: Instant): Accepted {
    const facts = this.#reading.facts(head, bytes, this.#headBytes);
    return acceptedMessage(this.#transaction, head, facts, this.#reading.lines(at), at);
  }

  /** Lets memory and sink go at once; the rest of the content is thrown away as it comes. */
  async #discard(): Promise<void> {
    this.#reading.release();
    try {
      await this.#spool?.abort();
    } catch (error) {
      tellFault(this.#environment.events, error);
    }
  }
}
