/** One attempt of one message: its recipients in as many transactions as next hops and limits ask for. */
import type { EnvelopeRecipient } from '../../message/envelope.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome, TlsSummary } from '../../message/outcome.ts';
import type { Clock, Instant } from '../../platform/clock.ts';
import type { OutboundContent } from '../../protocol/smtp/client/plan.ts';
import type { RouteScope } from '../classify-reply.ts';
import { meansTooManyRecipients, saysTooManyRecipients } from '../classify-reply.ts';
import type { Delivery } from '../connector.ts';
import { convertTo7Bit } from '../convert/convert.ts';
import type { Job, JobContent, JobResult } from './job.ts';

/**
 * How often the recipients of a message are parted in two when a next hop finds them too many and takes none: from the
 * most that Exchange Online lets a sender name (1,000) to less than its 200 of one domain it takes three.
 */
const halvingsMax = 4;
/** Content up to this many octets is written in one go; more is streamed. */
const wholeBytesMax = 64 * 1024;

export interface AttemptOptions {
  readonly connector: string;
  readonly delivery: Delivery;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly recipientsMax: number;
  readonly routeScope: RouteScope;
  readonly keyFor: (recipient: EnvelopeRecipient) => string;
  readonly submit: (job: Job) => void;
}

export class Attempt {
  readonly #options: AttemptOptions;
  readonly #startedAt: Instant;
  readonly #outcomes: RecipientOutcome[];
  #left: number;
  #host = '';
  #tls: TlsSummary | undefined;
  #resolve!: (outcome: DeliveryOutcome) => void;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#left = options.delivery.envelope.recipients.length;
    this.#outcomes = Array.from({ length: this.#left }, () => ({ kind: 'not-tried' }));
  }

  run(): Promise<DeliveryOutcome> {
    const result = new Promise<DeliveryOutcome>((resolve) => {
      this.#resolve = resolve;
    });
    const { delivery } = this.#options;
    const memory = wholeInMemory(delivery);
    if (memory) this.#submitAll(memory);
    else if (delivery.facts.bytes > wholeBytesMax) this.#submitAll(streamOf(delivery));
    else {
      readWhole(delivery).then(
        (content) => this.#submitAll(content),
        (error: unknown) => this.#end(this.#allIndexes(), { kind: 'failed', failure: unreadable(error) }),
      );
    }
    return result;
  }

  #submitAll(content: JobContent): void {
    const { recipients } = this.#options.delivery.envelope;
    if (recipients.length === 1) {
      this.#submit([0], content, this.#options.delivery.facts);
      return;
    }
    const byKey = new Map<string, number[]>();
    for (const [index, recipient] of recipients.entries()) {
      const key = this.#options.keyFor(recipient);
      const indexes = byKey.get(key);
      if (indexes) indexes.push(index);
      else byKey.set(key, [index]);
    }
    for (const indexes of byKey.values()) {
      this.#submitSplit(indexes, content, this.#options.delivery.facts, this.#options.recipientsMax);
    }
  }

  #submitSplit(
    indexes: readonly number[],
    content: JobContent,
    facts: OutboundContent,
    max: number,
    halvings = 0,
  ): void {
    for (let from = 0; from < indexes.length; from += max) {
      this.#submit(indexes.slice(from, from + max), content, facts, halvings);
    }
  }

  #submit(indexes: readonly number[], content: JobContent, facts: OutboundContent, halvings = 0): void {
    const { delivery, signal, submit, keyFor } = this.#options;
    const { envelope } = delivery;
    const recipients = indexes.map((index) => envelope.recipients[index] as EnvelopeRecipient);
    submit({
      key: keyFor(recipients[0] as EnvelopeRecipient),
      envelope,
      recipients,
      facts,
      content,
      signal,
      needsFresh: false,
      finish: (result) =>
        this.#onResult(indexes, result, halvings, (rest, max, parted) =>
          this.#submitSplit(rest, content, facts, max, parted),
        ),
      convert: (host) => this.#convert(indexes, host),
      split: (max) => this.#submitSplit(indexes, content, facts, max),
    });
  }

  #convert(indexes: readonly number[], host: string): void {
    this.#host = host;
    convertTo7Bit(() => this.#options.delivery.open()).then(
      (conversion) => {
        if (conversion.kind === 'converted') {
          const content: JobContent = { kind: 'stream', open: conversion.open };
          // The length is known only at the end; absent, it makes the planner use DATA without SIZE.
          this.#submit(indexes, content, { eightBit: false, utf8Header: false, binary: false });
        } else {
          this.#end(indexes, { kind: 'failed', failure: unconvertible(conversion.reason, host) });
        }
      },
      (error: unknown) => this.#end(indexes, { kind: 'failed', failure: unreadable(error) }),
    );
  }

  /**
   * RFC 5321 4.5.3.1.10: recipients beyond what the next hop takes in one transaction go with further ones, now and not a
   * back-off later. Each of them is taken with one recipient at least or is smaller than the one before, so this ends.
   */
  #onResult(
    indexes: readonly number[],
    result: JobResult,
    halvings: number,
    again: (rest: readonly number[], max: number, halvings: number) => void,
  ): void {
    if (result.host !== '') this.#host = result.host;
    if (result.tls) this.#tls = result.tls;
    const taken = result.recipients.filter(({ kind }) => kind === 'relayed').length;
    const mayHalve = taken === 0 && indexes.length > 1 && halvings < halvingsMax;
    const rest: number[] = [];
    for (const [at, index] of indexes.entries()) {
      const outcome = result.recipients[at] ?? { kind: 'not-tried' };
      const isTooMany = outcome.kind === 'failed' && meansTooManyRecipients(outcome.failure);
      if (isTooMany && (taken > 0 || (mayHalve && saysTooManyRecipients(outcome.failure)))) rest.push(index);
      else this.#outcomes[index] = outcome;
    }
    if (rest.length > 0) again(rest, taken || Math.ceil(rest.length / 2), taken > 0 ? 0 : halvings + 1);
    this.#count(indexes.length - rest.length);
  }

  #end(indexes: readonly number[], outcome: RecipientOutcome): void {
    for (const index of indexes) this.#outcomes[index] = outcome;
    this.#count(indexes.length);
  }

  #count(finished: number): void {
    this.#left -= finished;
    if (this.#left > 0) return;
    this.#resolve({
      connector: this.#options.connector,
      host: this.#host,
      startedAt: this.#startedAt,
      endedAt: this.#options.clock.now(),
      ...(this.#tls && { tls: this.#tls }),
      recipients: this.#outcomes,
    });
  }

  #allIndexes(): readonly number[] {
    return this.#outcomes.map((_, index) => index);
  }
}

function wholeInMemory({ facts, inMemory }: Delivery): JobContent | undefined {
  if (!inMemory || facts.bytes > wholeBytesMax) return undefined;
  const chunks = inMemory.map(asBuffer);
  // BDAT says the length beforehand, so it must be the length.
  return sumOf(chunks) === facts.bytes ? { kind: 'whole', chunks } : undefined;
}

function streamOf(delivery: Delivery): JobContent {
  const { inMemory } = delivery;
  if (!inMemory) return { kind: 'stream', open: () => delivery.open() };
  return {
    kind: 'stream',
    // eslint-disable-next-line typescript/require-await
    async *open() {
      yield* inMemory;
    },
  };
}

async function readWhole(delivery: Delivery): Promise<JobContent> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of delivery.open()) {
    bytes += chunk.length;
    if (bytes > delivery.facts.bytes) break;
    chunks.push(asBuffer(chunk));
  }
  if (bytes !== delivery.facts.bytes) {
    throw new Error(`content has not the ${delivery.facts.bytes} octets that are on record`);
  }
  return { kind: 'whole', chunks };
}

function sumOf(chunks: readonly Buffer[]): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function unreadable(error: unknown): Failure {
  return {
    scope: 'message',
    permanence: 'transient',
    stage: 'content',
    code: 'content-unreadable',
    text: `the content could not be read from the store: ${error instanceof Error ? error.message : String(error)}`,
    status: '4.3.0',
  };
}

function unconvertible(reason: string, host: string): Failure {
  return {
    scope: 'message',
    permanence: 'permanent',
    stage: 'mail',
    code: 'eightbitmime-missing',
    // RFC 6152 3, RFC 3463 3.7: conversion required but not supported.
    text: `${host} takes 7-bit content only (no 8BITMIME), and this message cannot be converted: ${reason}`,
    status: '5.6.3',
  };
}
