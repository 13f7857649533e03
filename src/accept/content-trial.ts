/** What would become of a content: read as one that comes in, and not kept. */
import type { ContentFacts, TraceEntry } from '../message/message.ts';
import type { Envelope } from '../message/envelope.ts';
import type { Clock } from '../platform/clock.ts';
import type { Refusal } from '../policy/verdict.ts';
import { countHops } from '../protocol/mail/received-field.ts';
import type { Transaction } from './acceptance.ts';
import { BytesInFlight } from './bytes-in-flight.ts';
import type { ContentKeeper } from './content-reading.ts';
import { ContentReading } from './content-reading.ts';
import type { Head } from './head.ts';
import type { JudgedFrom } from './header-from.ts';
import { evidenceOf } from './header-repairs.ts';

export interface TrialEnvironment {
  readonly clock: Clock;
  readonly hostname: string;
  /** Octets of a message that its store keeps in memory: as much of a body is looked at where a repair needs it. */
  readonly inlineBytesMax: number;
}

/** A content that would be taken. */
export interface Taken {
  readonly kind: 'taken';
  /** After rewrites. */
  readonly envelope: Envelope;
  readonly facts: ContentFacts;
  /** Why the header From passed. */
  readonly from: JudgedFrom;
  /** Fields of the header section as it came, how many of them are Received, and which that repairs know are missing. */
  readonly header: { readonly fields: number; readonly hops: number; readonly missing: readonly string[] };
  /** What was changed or remarked, in the words of the trace. */
  readonly trace: readonly TraceEntry[];
}

export class ContentTrial implements ContentKeeper {
  readonly #environment: TrialEnvironment;
  readonly #reading: ContentReading;
  #memoryMax = 0;
  #needsBody = false;
  #body: Buffer[] = [];
  #bodyBytes = 0;

  constructor(environment: TrialEnvironment, transaction: Transaction) {
    this.#environment = environment;
    const { clock, hostname } = environment;
    const budget = new BytesInFlight(Infinity);
    this.#reading = new ContentReading({ clock, hostname, budget }, transaction, this);
  }

  /** The next octets; they are not changed, and kept as views until the end. */
  push(chunk: Buffer): void {
    if (!this.#reading.refusal) this.#reading.push(chunk);
  }

  /** The content is complete. */
  end(): Taken | Refusal {
    const reading = this.#reading;
    if (!reading.refusal) reading.end();
    const { refusal, head } = reading;
    reading.release();
    if (refusal) return refusal;
    if (!head) throw new Error('the content was neither refused nor given a head');
    return this.#taken(head);
  }

  begin(head: Head): void {
    this.#needsBody = head.needsBody;
    this.#memoryMax = Math.max(0, this.#environment.inlineBytesMax - head.bytesMax);
  }

  keep(octets: Buffer): void {
    // One octet more than is looked at tells that it was not all.
    if (this.#needsBody && this.#bodyBytes <= this.#memoryMax) this.#body.push(octets);
    this.#bodyBytes += octets.length;
  }

  #taken(head: Head): Taken {
    const { clock, hostname } = this.#environment;
    const { hasEightBitBody: hasEightBit } = this.#reading;
    const known = { memoryMax: this.#memoryMax, isNeeded: this.#needsBody, hasEightBit };
    let headerBytes = 0;
    for (const piece of head.write(evidenceOf(this.#body, known))) headerBytes += piece.length;
    this.#body = [];
    const { header, from, envelope } = head;
    return {
      kind: 'taken',
      envelope,
      facts: this.#reading.facts(head, headerBytes + this.#bodyBytes, headerBytes),
      from,
      header: {
        fields: header.fields.length,
        hops: countHops(header, hostname).count,
        missing: ['Date', 'Message-ID', 'From'].filter((name) =>
          header.all(name.toLowerCase()).every((field) => header.value(field) === ''),
        ),
      },
      trace: [...head.trace, ...this.#reading.lines(clock.now())],
    };
  }
}
