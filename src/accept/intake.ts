/**
 * The content of one transaction on its way in: gathered, looked at in one pass, repaired where the policy says
 * so, kept, committed. Everything in it is untrusted.
 *
 * Fatal for the message: header section or content too large, a loop, a From that is not permitted, line ends that
 * are not CRLF without their repair. Deferred: the store is full or fails. A refusal is kept until `finish`, and what
 * comes after it is thrown away. Line ends are checked under BODY=BINARYMIME too as far as the header section goes:
 * RFC 3030 3 frees the body only.
 *
 * Taken as they come, because devices send them and next hops cope: 8-bit text without BODY=8BITMIME, UTF-8 in the header
 * section without SMTPUTF8, and lines beyond 998 octets. They are facts of the content, for routing and trace.
 */
import { isAscii } from 'node:buffer';
import type { Clock, Instant } from '../platform/clock.ts';
import type { Accepted, ContentFacts } from '../message/message.ts';
import { isUtf8Header } from '../message/content-facts.ts';
import type { Events } from '../observe/events.ts';
import type { Refusal } from '../policy/verdict.ts';
import { ContentScanner, lineBytesMax } from '../protocol/mail/content-scan.ts';
import { LineEndRepair } from '../protocol/mail/line-end-repair.ts';
import { OverlongLineRepair } from '../protocol/mail/overlong-lines.ts';
import type { Queue } from '../queue/queue.ts';
import type { NewContent } from '../store/store.ts';
import type { Intake, Receipt, Transaction } from './acceptance.ts';
import { acceptedMessage } from './accepted-message.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { Head } from './head.ts';
import { decideHead } from './head.ts';
import { HeaderCollector } from './header-collector.ts';
import { acceptedEvent, tellFault } from './intake-events.ts';
import { lineTrace } from './line-trace.ts';
import {
  aborted,
  headerTooLarge,
  malformedLines,
  memoryShort,
  messageTooLarge,
  storeRefusal,
} from './refusals.ts';
import { Spool, byteCount } from './spool.ts';

export interface IntakeEnvironment {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly hostname: string;
  readonly events: Events;
  readonly budget: BytesInFlight;
}

const emptyLine = Buffer.from('\r\n');

/** Everything that is known once the header section is. */
interface Body {
  readonly head: Head;
  readonly spool: Spool;
  readonly overlong: OverlongLineRepair | undefined;
}

export class MessageIntake implements Intake {
  readonly #environment: IntakeEnvironment;
  readonly #transaction: Transaction;
  readonly #collector: HeaderCollector;
  readonly #lineEnds: LineEndRepair | undefined;
  readonly #headerScan = new ContentScanner();
  readonly #bodyScan = new ContentScanner();
  #received = 0;
  #body: Body | undefined;
  #headBytes = 0;
  #utf8Header = false;
  #refusal: Refusal | undefined;
  #isOver = false;

  constructor(environment: IntakeEnvironment, transaction: Transaction) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.#collector = new HeaderCollector(transaction.headerBytesMax, environment.budget);
    const repairs = transaction.source.repairs.has('bare-line-feeds') && !this.#isBinary;
    this.#lineEnds = repairs ? new LineEndRepair() : undefined;
  }

  get #isBinary(): boolean {
    return this.#transaction.envelope.body === 'binarymime';
  }

  write(chunk: Buffer): boolean {
    if (this.#refusal || this.#isOver) return true;
    this.#received += chunk.length;
    if (this.#received > this.#transaction.messageBytesMax) {
      this.#refuse(messageTooLarge(this.#transaction.messageBytesMax));
      return true;
    }
    this.#take(this.#lineEnds ? this.#lineEnds.push(chunk) : chunk);
    return this.#body?.spool.hasRoom ?? true;
  }

  async drained(): Promise<void> {
    await this.#body?.spool.drained();
  }

  async finish(): Promise<Receipt | Refusal> {
    if (!this.#refusal && !this.#isOver) this.#complete();
    if (this.#isOver) return aborted();
    const body = this.#body;
    if (this.#refusal || !body) {
      await this.#discard();
      return this.#refusal ?? aborted();
    }
    try {
      const content = await body.spool.finish();
      // A session that ended while the content was made stable: nobody waits for the answer.
      if (this.#isOver) {
        await this.#discard();
        return aborted();
      }
      return await this.#commit(body, content);
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

  #take(chunk: Buffer): void {
    if (this.#body) {
      this.#takeBody(this.#body, chunk);
      return;
    }
    const collected = this.#collector.push(chunk);
    if (collected.kind === 'complete') this.#beginBody(collected.section, collected.rest);
    else if (collected.kind === 'too-large') this.#refuseHeader(collected.seen);
    else if (this.#collector.isShortOf(chunk.length)) this.#refuse(memoryShort());
  }

  /** A header section that never ends is most often one whose line ends are not CRLF. */
  #refuseHeader(seen: Buffer): void {
    this.#headerScan.push(seen);
    this.#refuse(
      this.#headerScan.malformed
        ? this.#lineFault(this.#headerScan)
        : headerTooLarge(this.#transaction.headerBytesMax),
    );
  }

  #beginBody(section: Buffer, rest: Buffer): void {
    const scan = this.#headerScan;
    scan.push(section);
    scan.end();
    if (scan.malformed) {
      this.#refuse(this.#lineFault(scan));
      return;
    }
    const head = decideHead({
      transaction: this.#transaction,
      section,
      hasLongLine: scan.longestLine > lineBytesMax,
      at: this.#environment.clock.now(),
      hostname: this.#environment.hostname,
    });
    if (head.kind !== 'head') {
      this.#refuse(head);
      return;
    }
    this.#utf8Header = !head.isHeadless && isUtf8Header(section, scan.eightBit);
    const overlong = head.breakLines ? new OverlongLineRepair() : undefined;
    this.#body = { head, overlong, spool: this.#createSpool(head) };
    if (head.isHeadless) {
      this.#takeBody(this.#body, emptyLine);
      this.#takeBody(this.#body, section);
    }
    this.#takeBody(this.#body, rest);
  }

  #createSpool(head: Head): Spool {
    const { queue, budget } = this.#environment;
    const memoryMax = Math.max(0, queue.store.inlineBytesMax - head.bytesMax);
    return new Spool({
      store: queue.store,
      id: this.#transaction.id,
      budget,
      memoryMax,
      mayLeaveEarly: !head.needsBody,
      head: (body) => this.#writeHead(head, body, memoryMax),
    });
  }

  /** The head is written when the body leaves memory or is complete, from the same octets in any split. */
  #writeHead(head: Head, body: readonly Buffer[], memoryMax: number): readonly Buffer[] {
    const isWhole = byteCount(body) <= memoryMax;
    const octets = !head.needsBody || isWhole ? body : [Buffer.concat(body).subarray(0, memoryMax)];
    const eightBit = isWhole ? this.#bodyScan.eightBit : octets.some((piece) => !isAscii(piece));
    const pieces = head.write({ octets, isWhole, eightBit });
    this.#headBytes = byteCount(pieces);
    return pieces;
  }

  #takeBody(body: Body, chunk: Buffer): void {
    this.#bodyScan.push(chunk);
    if (this.#bodyScan.malformed && !this.#isBinary) {
      this.#refuse(this.#lineFault(this.#bodyScan));
      return;
    }
    body.spool.add(body.overlong ? body.overlong.push(chunk) : chunk);
  }

  /** The last octets: what repairs held back, and a header section that nothing followed. */
  #complete(): void {
    if (this.#lineEnds) this.#take(this.#lineEnds.end());
    if (!this.#body && !this.#refusal) {
      const collected = this.#collector.end();
      if (collected.kind === 'complete') this.#beginBody(collected.section, collected.rest);
      else if (collected.kind === 'too-large') this.#refuseHeader(collected.seen);
    }
    if (!this.#body) return;
    this.#bodyScan.end();
    if (this.#bodyScan.malformed && !this.#isBinary) this.#refuse(this.#lineFault(this.#bodyScan));
    if (!this.#refusal && this.#body.overlong) this.#body.spool.add(this.#body.overlong.end());
  }

  async #commit(body: Body, content: NewContent): Promise<Receipt> {
    const { queue, clock, events, budget } = this.#environment;
    const { spool } = body;
    const accepted = this.#accepted(body, clock.now());
    const inMemory = content.kind === 'bytes' ? spool.bytes : 0;
    budget.drainBegins(inMemory);
    try {
      const { hold } = this.#transaction;
      await queue.accept(accepted, content, hold === undefined ? undefined : { by: 'ageing', reason: hold });
    } finally {
      budget.drainEnds(inMemory);
    }
    spool.release();
    this.#collector.release();
    events.emit(acceptedEvent(accepted, this.#transaction));
    this.#isOver = true;
    return { kind: 'receipt', id: accepted.id, bytes: accepted.content.bytes };
  }

  #accepted(body: Body, at: Instant): Accepted {
    const [header, content] = [this.#headerScan, this.#bodyScan];
    const longest = Math.max(header.longestLine, content.longestLine);
    const facts: ContentFacts = {
      bytes: body.spool.bytes,
      headerBytes: this.#headBytes,
      eightBit: header.eightBit || content.eightBit,
      utf8Header: this.#utf8Header,
      binary: this.#isBinary && (content.malformed || longest > lineBytesMax),
      ...body.head.facts,
    };
    const ofLines = lineTrace(at, this.#isBinary ? 0 : longest, this.#lineEnds, body.overlong);
    return acceptedMessage(this.#transaction, body.head, facts, ofLines, at);
  }

  #lineFault(scan: ContentScanner): Refusal {
    const before = scan === this.#bodyScan ? this.#headerScan.bytes : 0;
    const { bareCr, bareLf, nul } = scan;
    return malformedLines(
      { bareCr, bareLf, nul, faultAt: before + scan.faultAt },
      this.#transaction.source.name,
    );
  }

  #refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
    void this.#discard();
  }

  /** Lets memory and sink go at once; the rest of the content is thrown away as it comes. */
  async #discard(): Promise<void> {
    this.#collector.release();
    try {
      await this.#body?.spool.abort();
    } catch (error) {
      tellFault(this.#environment.events, error);
    }
  }
}
