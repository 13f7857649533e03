/** One attempt: what the connector is given, and what its outcome means for the message. */
import type { Delivery as ConnectorDelivery } from '../connector/connector.ts';
import type { AttemptRecord } from '../message/message.ts';
import type { DeliveryOutcome, Failure, RecipientOutcome } from '../message/outcome.ts';
import { formatReply } from '../message/reply.ts';
import type { RelayEvent } from '../observe/events.ts';
import type { Instant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { Part } from './part.ts';

/** What the connector is given; content that cannot be read is noted on the part. */
export function deliveryOf(part: Part, store: Store): ConnectorDelivery {
  const { message, inMemory } = part.item.work;
  const { accepted, contentRef } = message;
  const { envelope } = accepted;
  const isAll = part.recipients.length === envelope.recipients.length;
  return {
    id: accepted.id,
    envelope: isAll
      ? envelope
      : {
          ...envelope,
          recipients: envelope.recipients.filter((_, index) => part.recipients.includes(index)),
        },
    facts: accepted.content,
    ...(inMemory && { inMemory }),
    async *open() {
      if (inMemory) {
        yield* inMemory;
        return;
      }
      try {
        if (!contentRef) throw new StoreError('damaged', `the content of ${accepted.id} is gone`);
        yield* store.open(accepted.id, contentRef);
      } catch (error) {
        if (error instanceof StoreError) part.contentFault = error;
        throw error;
      }
    },
  };
}

/** For an attempt that did not come to an outcome of its own. */
export function sameForAll(part: Part, at: Instant, recipient: RecipientOutcome): DeliveryOutcome {
  return {
    connector: part.connector,
    host: '',
    startedAt: at,
    endedAt: at,
    recipients: part.recipients.map(() => recipient),
  };
}

/** A connector that cannot be made (a secret or a certificate that cannot be read) is a fault of its set-up. */
export function unusableConnector(error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    scope: 'connector',
    permanence: 'transient',
    stage: 'connect',
    code: 'connector-unusable',
    text: `the connector cannot be used as it is configured: ${reason}`,
    // RFC 3463 3.4: X.3.5, system incorrectly configured.
    status: '4.3.5',
  };
}

/** What is kept in the trace; `undefined` when nothing was tried. */
export function recordOf(part: Part, outcome: DeliveryOutcome): AttemptRecord | undefined {
  const results: AttemptRecord['results'][number][] = [];
  for (const [position, recipient] of part.recipients.entries()) {
    const result = outcome.recipients[position];
    if (!result || result.kind === 'not-tried') continue;
    if (result.kind === 'relayed') {
      results.push({ recipient, result: 'relayed', reply: result.reply });
    } else {
      const { reply, text } = result.failure;
      results.push({ recipient, result: result.kind, text, ...(reply && { reply }) });
    }
  }
  if (results.length === 0) return undefined;
  return {
    at: outcome.startedAt,
    durationMs: outcome.endedAt - outcome.startedAt,
    connector: part.connector,
    host: outcome.host,
    ...(outcome.tls && { tls: outcome.tls }),
    results,
  };
}

export function attemptedEvent(part: Part, outcome: DeliveryOutcome): RelayEvent {
  const counts = { relayed: 0, deferred: 0, failed: 0, inDoubt: 0 };
  const { source } = part.item.work.message.accepted;
  let told: RecipientOutcome | undefined;
  for (const recipient of outcome.recipients) {
    if (recipient.kind === 'not-tried') continue;
    if (recipient.kind === 'relayed') counts.relayed++;
    else if (recipient.kind === 'in-doubt') counts.inDoubt++;
    else if (recipient.failure.permanence === 'permanent') counts.failed++;
    else counts.deferred++;
    // A failure tells more than a success.
    if (!told || told.kind === 'relayed') told = recipient;
  }
  return {
    kind: 'attempted',
    id: part.item.id,
    ...(source !== undefined && { source }),
    connector: part.connector,
    host: outcome.host,
    ...counts,
    durationMs: outcome.endedAt - outcome.startedAt,
    ...(outcome.tls && { tls: outcome.tls.version }),
    ...wordsOf(told),
  };
}

function wordsOf(outcome: RecipientOutcome | undefined): { reply?: string; text?: string } {
  if (!outcome || outcome.kind === 'not-tried') return {};
  if (outcome.kind === 'relayed') return { reply: formatReply(outcome.reply) };
  const { reply, text } = outcome.failure;
  return { text, ...(reply && { reply: formatReply(reply) }) };
}
