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
import type { Accepted, ContentFacts, TraceEntry } from '../message/message.ts';
import { isUtf8Header } from '../message/content-facts.ts';
import type { Events } from '../observe/events.ts';
import type { Refusal } from '../policy/verdict.ts';
import { ContentScanner, lineBytesMax } from '../protocol/mail/content-scan.ts';
import { LineEndRepair } from '../protocol/mail/line-end-repair.ts';
import { OverlongLineRepair } from '../protocol/mail/overlong-lines.ts';
import type { Queue } from '../queue/queue.ts';
import type { NewContent } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { Intake, Receipt, Transaction } from './acceptance.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { Head } from './head.ts';
import { decideHead } from './head.ts';
import { HeaderCollector } from './header-collector.ts';
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

function headOf(head: Head): Pick<Accepted, 'head'> {
  const edits = head.edits();
  return edits === undefined ? {} : { head: edits };
}

const emptyLine = Buffer.from('\r\n');
/** A header section up to this size is gathered however short memory is; hardly any mail has a larger one. */
const headerBytesAlways = 32 * 1024;

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
  /** Octets of the header section that the budget knows of. They stay until the end, because the head is a view of them. */
  #headerHeld = 0;
  #body: Body | undefined;
  #headBytes = 0;
  #utf8Header = false;
  #refusal: Refusal | undefined;
  #isOver = false;

  constructor(environment: IntakeEnvironment, transaction: Transaction) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.#collector = new HeaderCollector(transaction.headerBytesMax);
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
      this.#report(error);
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
    else this.#holdHeader(chunk.length);
  }

  /**
   * A header section cannot leave memory before it is complete, so with many of them under way at once the large
   * ones are deferred: to wait would help nobody, since all of them wait for their clients.
   */
  #holdHeader(bytes: number): void {
    const { budget } = this.#environment;
    budget.take(bytes);
    this.#headerHeld += bytes;
    if (this.#headerHeld > headerBytesAlways && budget.isOver) this.#refuse(memoryShort());
  }

  #releaseHeader(): void {
    const held = this.#headerHeld;
    this.#headerHeld = 0;
    if (held > 0) this.#environment.budget.give(held);
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
    this.#releaseHeader();
    const { address, helo } = this.#transaction.client;
    const { reversePath, recipients } = accepted.envelope;
    events.emit({
      kind: 'accepted',
      id: accepted.id,
      source: this.#transaction.source.name,
      address,
      sender: reversePath?.text ?? '',
      recipients: recipients.length,
      domains: domainsOf(recipients),
      bytes: accepted.content.bytes,
      helo,
    });
    this.#isOver = true;
    return { kind: 'receipt', id: accepted.id, bytes: accepted.content.bytes };
  }

  #accepted(body: Body, at: Instant): Accepted {
    const { source, client, id, trace } = this.#transaction;
    const { owner, priority } = source.config;
    return {
      id,
      at,
      source: source.name,
      ...(owner !== undefined && { owner }),
      client,
      envelope: body.head.envelope,
      priority,
      content: this.#facts(body),
      ...headOf(body.head),
      isNotice: false,
      trace: [...trace, ...body.head.trace, ...this.#bodyTrace(body, at)],
    };
  }

  #facts(body: Body): ContentFacts {
    const [header, content] = [this.#headerScan, this.#bodyScan];
    const longest = Math.max(header.longestLine, content.longestLine);
    return {
      bytes: body.spool.bytes,
      headerBytes: this.#headBytes,
      eightBit: header.eightBit || content.eightBit,
      utf8Header: this.#utf8Header,
      binary: this.#isBinary && (content.malformed || longest > lineBytesMax),
      ...body.head.facts,
    };
  }

  #bodyTrace(body: Body, at: Instant): TraceEntry[] {
    const entries: TraceEntry[] = [];
    const longest = Math.max(this.#headerScan.longestLine, this.#bodyScan.longestLine);
    if (longest > lineBytesMax && !body.overlong && !this.#isBinary) {
      const text = `the longest line has ${longest} octets and RFC 5322 allows ${lineBytesMax}: a next hop may refuse or break it; the repair "overlong-lines" breaks it here`;
      entries.push({ at, step: 'accepted', by: 'long-lines', text });
    }
    const changed = (by: string, text: string): void => void entries.push({ at, step: 'changed', by, text });
    if (this.#lineEnds && this.#lineEnds.changed > 0) {
      changed('bare-line-feeds', `${this.#lineEnds.changed} line ends became CRLF`);
    }
    if (body.overlong && body.overlong.changed > 0) {
      changed(
        'overlong-lines',
        `lines longer than ${lineBytesMax} octets were broken at ${body.overlong.changed} places`,
      );
    }
    return entries;
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
    this.#releaseHeader();
    try {
      await this.#body?.spool.abort();
    } catch (error) {
      this.#report(error);
    }
  }

  /** A store that says no is an answer to the client; anything else is a fault of ours. */
  #report(error: unknown): void {
    if (error instanceof StoreError) return;
    const { events } = this.#environment;
    const fault = error instanceof Error ? error : new Error(String(error));
    events.emit({
      kind: 'fault',
      where: 'accept',
      text: fault.message,
      ...(fault.stack !== undefined && { stack: fault.stack }),
    });
  }
}

/** Domains that an event names; of more, the first. */
const domainsToldMax = 10;

function domainsOf(recipients: Accepted['envelope']['recipients']): readonly string[] {
  const [first] = recipients;
  if (recipients.length === 1 && first) return [first.address.domainKey];
  const domains = new Set<string>();
  for (const { address } of recipients) {
    domains.add(address.domainKey);
    if (domains.size >= domainsToldMax) break;
  }
  return [...domains];
}
