/**
 * The content of one transaction as it is judged: gathered, looked at in one pass, repaired where the policy says so.
 * Keeps nothing and asks nobody, so that what would become of a message can be told without taking it.
 *
 * Fatal for the message: header section or content too large, a loop, a From that is not permitted, line ends that
 * are not CRLF without their repair. The first refusal stays, and what comes after it is thrown away. Line ends are
 * checked under BODY=BINARYMIME too as far as the header section goes: RFC 3030 3 frees the body only.
 *
 * Taken as they come, because devices send them and next hops cope: 8-bit text without BODY=8BITMIME, UTF-8 in the header
 * section without SMTPUTF8, and lines beyond 998 octets. They are facts of the content, for routing and trace.
 */
import type { Clock, Instant } from '../platform/clock.ts';
import type { ContentFacts, TraceEntry } from '../message/message.ts';
import { isUtf8Header } from '../message/content-facts.ts';
import type { Refusal } from '../policy/verdict.ts';
import { ContentScanner, lineBytesMax } from '../protocol/mail/content-scan.ts';
import { LineEndRepair } from '../protocol/mail/line-end-repair.ts';
import { OverlongLineRepair } from '../protocol/mail/overlong-lines.ts';
import type { Transaction } from './acceptance.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { Head } from './head.ts';
import { decideHead } from './head.ts';
import { HeaderCollector } from './header-collector.ts';
import { lineTrace } from './line-trace.ts';
import { headerTooLarge, malformedLines, memoryShort, messageTooLarge } from './refusals.ts';

export interface ReadingEnvironment {
  readonly clock: Clock;
  readonly hostname: string;
  /** Knows of the octets of an incomplete header section. */
  readonly budget: BytesInFlight;
}

/** Where content goes once its header section has passed. */
export interface ContentKeeper {
  /** Octets of the body follow, repaired. */
  begin(head: Head): void;
  keep(octets: Buffer): void;
}

const emptyLine = Buffer.from('\r\n');

export class ContentReading {
  /** What is wrong with the content; `undefined`: nothing so far. */
  refusal: Refusal | undefined;
  /** Once the header section is complete and has passed. */
  head: Head | undefined;
  readonly #environment: ReadingEnvironment;
  readonly #transaction: Transaction;
  readonly #keeper: ContentKeeper;
  readonly #collector: HeaderCollector;
  readonly #isBinary: boolean;
  readonly #lineEnds: LineEndRepair | undefined;
  #overlong: OverlongLineRepair | undefined;
  readonly #headerScan = new ContentScanner();
  readonly #bodyScan = new ContentScanner();
  #received = 0;
  #utf8Header = false;

  constructor(environment: ReadingEnvironment, transaction: Transaction, keeper: ContentKeeper) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.#keeper = keeper;
    this.#collector = new HeaderCollector(transaction.headerBytesMax, environment.budget);
    this.#isBinary = transaction.envelope.body === 'binarymime';
    const repairs = transaction.source.repairs.has('bare-line-feeds') && !this.#isBinary;
    this.#lineEnds = repairs ? new LineEndRepair() : undefined;
  }

  /** Octets of 128 and above were seen in the body. */
  get hasEightBitBody(): boolean {
    return this.#bodyScan.eightBit;
  }

  /** The next octets as they came; they are kept as views. Nothing more after a refusal. */
  push(chunk: Buffer): void {
    this.#received += chunk.length;
    if (this.#received > this.#transaction.messageBytesMax) {
      this.#refuse(messageTooLarge(this.#transaction.messageBytesMax));
      return;
    }
    this.#take(this.#lineEnds ? this.#lineEnds.push(chunk) : chunk);
  }

  /** The content is complete: what repairs held back, and a header section that nothing followed. */
  end(): void {
    if (this.#lineEnds) this.#take(this.#lineEnds.end());
    if (!this.head && !this.refusal) {
      const collected = this.#collector.end();
      if (collected.kind === 'complete') this.#beginBody(collected.section, collected.rest);
      else if (collected.kind === 'too-large') this.#refuseHeader(collected.seen);
    }
    if (!this.head) return;
    this.#bodyScan.end();
    if (this.#bodyScan.malformed && !this.#isBinary) this.#refuse(this.#lineFault(this.#bodyScan));
    if (!this.refusal && this.#overlong) this.#keeper.keep(this.#overlong.end());
  }

  /** Lets go of the header section. */
  release(): void {
    this.#collector.release();
  }

  /** What is recorded of the whole content. */
  facts(head: Head, bytes: number, headerBytes: number): ContentFacts {
    const [header, body] = [this.#headerScan, this.#bodyScan];
    return {
      bytes,
      headerBytes,
      eightBit: header.eightBit || body.eightBit,
      utf8Header: this.#utf8Header,
      binary: this.#isBinary && (body.malformed || this.#longestLine > lineBytesMax),
      ...head.facts,
    };
  }

  /** What the trace says of its lines. */
  lines(at: Instant): readonly TraceEntry[] {
    return lineTrace(at, this.#isBinary ? 0 : this.#longestLine, this.#lineEnds, this.#overlong);
  }

  get #longestLine(): number {
    return Math.max(this.#headerScan.longestLine, this.#bodyScan.longestLine);
  }

  #take(chunk: Buffer): void {
    if (this.head) {
      this.#takeBody(chunk);
      return;
    }
    const collected = this.#collector.push(chunk);
    if (collected.kind === 'complete') this.#beginBody(collected.section, collected.rest);
    else if (collected.kind === 'too-large') this.#refuseHeader(collected.seen);
    else if (this.#collector.isShortOf(chunk.length)) this.#refuse(memoryShort());
  }

  /** A header section that never ends is most often one whose line ends are not CRLF. */
  #refuseHeader(seen: Buffer): void {
    const scan = this.#headerScan;
    scan.push(seen);
    this.#refuse(scan.malformed ? this.#lineFault(scan) : headerTooLarge(this.#transaction.headerBytesMax));
  }

  #beginBody(section: Buffer, rest: Buffer): void {
    const scan = this.#headerScan;
    scan.push(section);
    scan.end();
    if (scan.malformed) {
      this.#refuse(this.#lineFault(scan));
      return;
    }
    const { clock, hostname } = this.#environment;
    const head = decideHead({
      transaction: this.#transaction,
      section,
      hasLongLine: scan.longestLine > lineBytesMax,
      at: clock.now(),
      hostname,
    });
    if (head.kind !== 'head') {
      this.#refuse(head);
      return;
    }
    this.#utf8Header = !head.isHeadless && isUtf8Header(section, scan.eightBit);
    this.#overlong = head.breakLines ? new OverlongLineRepair() : undefined;
    this.head = head;
    this.#keeper.begin(head);
    if (head.isHeadless) {
      this.#takeBody(emptyLine);
      this.#takeBody(section);
    }
    this.#takeBody(rest);
  }

  #takeBody(chunk: Buffer): void {
    this.#bodyScan.push(chunk);
    if (this.#bodyScan.malformed && !this.#isBinary) {
      this.#refuse(this.#lineFault(this.#bodyScan));
      return;
    }
    this.#keeper.keep(this.#overlong ? this.#overlong.push(chunk) : chunk);
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
    this.refusal ??= refusal;
  }
}
