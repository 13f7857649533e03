/**
 * A connector whose peer is Microsoft 365: what it reports is judged by the reply catalogue, which knows which 5yz is a
 * throttle, which is a fault of set-up that holds mail, and what would put it right.
 */
import type { Envelope } from '../message/envelope.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../message/outcome.ts';
import type { Instant } from '../platform/clock.ts';
import type { Connector, Delivery } from './connector.ts';
import type { ReplyJudgement, ReplyPlace } from './microsoft365/judge-reply.ts';
import { judgeReply } from './microsoft365/judge-reply.ts';

export type Where = ReplyPlace['where'];

/** A connector that can reach its hosts over IPv4 alone; as `SmtpConnector.goOverIpv4`. */
export interface DualStackConnector extends Connector {
  readonly attemptsMax: number;
  limitConnections(connections: number): void;
  goOverIpv4(host: string, startedAt: Instant): boolean;
}

export class JudgedConnector implements Connector {
  readonly name: string;
  readonly attemptsMax: number;
  readonly #inner: DualStackConnector;
  readonly #where: Where;

  constructor(inner: DualStackConnector, where: Where) {
    this.name = inner.name;
    this.attemptsMax = inner.attemptsMax;
    this.#inner = inner;
    this.#where = where;
  }

  async attempt(delivery: Delivery, signal: AbortSignal): Promise<DeliveryOutcome> {
    const first = judgeOutcome(await this.#inner.attempt(delivery, signal), this.#where);
    const refused = first.recipients.map(isRefusedOverIpv6);
    if (signal.aborted || !refused.includes(true)) return first;
    if (!this.#inner.goOverIpv4(first.host, first.startedAt)) return first;
    const { envelope } = delivery;
    const again = narrowed(delivery, {
      ...envelope,
      recipients: envelope.recipients.filter((_, index) => refused[index]),
    });
    const second = judgeOutcome(await this.#inner.attempt(again, signal), this.#where);
    const outcomes = second.recipients.values();
    return {
      ...second,
      startedAt: first.startedAt,
      recipients: first.recipients.map((outcome, index) =>
        refused[index] ? (outcomes.next().value ?? outcome) : outcome,
      ),
    };
  }

  idle(): void {
    this.#inner.idle();
  }

  limitConnections(connections: number): void {
    this.#inner.limitConnections(connections);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#inner[Symbol.asyncDispose]();
  }
}

function isRefusedOverIpv6(outcome: RecipientOutcome): boolean {
  return outcome.kind === 'failed' && outcome.failure.overIpv4 === true;
}

/** `open` may be a method of the delivery's class. */
function narrowed(delivery: Delivery, envelope: Envelope): Delivery {
  const { id, facts, inMemory } = delivery;
  return { id, envelope, facts, ...(inMemory && { inMemory }), open: () => delivery.open() };
}

export function judgeOutcome(outcome: DeliveryOutcome, where: Where): DeliveryOutcome {
  if (outcome.recipients.every(({ kind }) => kind === 'relayed' || kind === 'not-tried')) return outcome;
  return { ...outcome, recipients: outcome.recipients.map((recipient) => judged(recipient, where)) };
}

function judged(recipient: RecipientOutcome, where: Where): RecipientOutcome {
  return recipient.kind === 'failed'
    ? { kind: 'failed', failure: judgeFailure(recipient.failure, where) }
    : recipient;
}

/** A failure without a reply, or with one that nobody knows, stays as it is. */
export function judgeFailure(failure: Failure, where: Where): Failure {
  if (!failure.reply) return failure;
  const judgement = judgeReply(failure.reply, { where, stage: failure.stage });
  if (!judgement) return failure;
  const { scope, permanence, code, status, text, kind, otherRoute } = judgement;
  const isWay = scope === 'connector' || scope === 'destination';
  const isOfSetUp = kind === 'configuration' || kind === 'throttle' || kind === 'sender';
  return {
    ...failure,
    scope,
    permanence,
    code,
    status,
    text: `${failure.text}. ${text}`,
    // What this sender may not do here, a route with other rights may.
    ...((otherRoute || kind === 'sender') && { otherRoute: true }),
    ...(isWay && (isOfSetUp || judgement.alarm) && { aboutTheWay: true }),
    ...(judgement.alarm && { alarm: true }),
    ...(judgement.aboutTheSender && { aboutTheSender: true }),
    ...(kind === 'throttle' && throttled(judgement)),
    ...(judgement.overIpv4 && { overIpv4: true }),
  };
}

/** Only a throttle says that sooner is no use; other pauses are those of the connector. */
function throttled({
  retryAfterMs,
  retryAfterMaxMs,
  exhausted,
  fewerConnections,
}: ReplyJudgement): Partial<Failure> {
  return {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(retryAfterMaxMs !== undefined && { retryAfterMaxMs }),
    ...(exhausted && { exhausted }),
    ...(fewerConnections && { fewerConnections }),
  };
}
