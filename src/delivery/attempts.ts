/** Performs attempts: begins them, and draws the conclusions of each for its message and for its connector. */
import type { Connector } from '../connector/connector.ts';
import type { DeliveryOutcome } from '../message/outcome.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { Store } from '../store/store.ts';
import { attemptedEvent, deliveryOf, recordOf, sameForAll, unusableConnector } from './attempt.ts';
import type { ConnectorRuntime } from './connector-runtime.ts';
import type { Connectors } from './connectors.ts';
import { errorFields } from './error-fields.ts';
import type { Part } from './part.ts';
import type { Placement } from './placement.ts';
import { senderKey } from './sender-stops.ts';
import type { RecipientResult } from './settlement.ts';
import { isFinal } from './settlement.ts';
import { isAboutTheWay } from './suspension.ts';

export interface AttemptsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly connectors: Connectors;
  readonly placement: Placement;
  readonly isRunning: () => boolean;
  /** How often policy or operators have changed the way. */
  readonly wayChanges: () => number;
  /** The attempt is over and its results are with the item. `isClosed`: the way it went is suspended now. */
  readonly onEnd: (part: Part, runtime: ConnectorRuntime, way: { readonly isClosed: boolean }) => void;
}

/** Pause of a message that was not tried for a reason of our own, such as content that could not be read. */
const ownFaultPauseMs = 5_000;

export class Attempts {
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  begin(part: Part, runtime: ConnectorRuntime, now: Instant): void {
    const { connectors, store, events } = this.#options;
    part.begun = true;
    if (part.item.parts.size === 1) part.item.wayAt = this.#options.wayChanges();
    runtime.begin(part, now);
    connectors.watchIdle();
    let connector: Connector;
    try {
      connector = runtime.connector();
    } catch (error) {
      const outcome = sameForAll(part, now, { kind: 'failed', failure: unusableConnector(error) });
      // In a turn of its own, as every other outcome: the loop that began it is not done yet.
      queueMicrotask(() => this.#ended(part, runtime, outcome));
      return;
    }
    connector.attempt(deliveryOf(part, store), runtime.signal).then(
      (outcome) => this.#ended(part, runtime, outcome),
      (error: unknown) => {
        events.emit({ kind: 'fault', where: `connector ${part.connector}`, ...errorFields(error) });
        // Nobody knows how far it came.
        const failure = { ...unusableConnector(error), code: 'connector-fault' };
        this.#ended(part, runtime, sameForAll(part, now, { kind: 'in-doubt', failure }));
      },
    );
  }

  #ended(part: Part, runtime: ConnectorRuntime, reported: DeliveryOutcome): void {
    const { clock, random, connectors, events, onEnd } = this.#options;
    const outcome = part.contentFault ? this.#withoutUnread(reported, part.contentFault) : reported;
    const now = clock.now();
    const { retry } = runtime.rule.config;
    const { item } = part;
    const effects = runtime.end(part, outcome, { now, retry, jitter: random.fraction() });
    item.parts.delete(part);
    const record = recordOf(part, outcome);
    if (record) {
      item.round.attempts.push(record);
      // Why this way was taken was known before the attempt, and is read before it.
      item.round.notes.push({ at: record.at, step: 'attempt', by: part.connector, text: part.explanation });
      if (outcome.recipients.some(({ kind }) => kind === 'in-doubt')) item.round.inDoubt++;
      events.emit(attemptedEvent(part, outcome));
    }
    this.#conclude(part, runtime, outcome, now);
    connectors.troubles.note(part, outcome, now, (exhausted) => runtime.quotas.counts(exhausted));
    connectors.conclude(runtime, part, effects, now);
    onEnd(part, runtime, { isClosed: runtime.gate(part.destination, now).kind === 'closed' });
    connectors.release(runtime);
  }

  /** Content that could not be read says nothing about the peer. */
  #withoutUnread(outcome: DeliveryOutcome, fault: Error): DeliveryOutcome {
    this.#options.events.emit({ kind: 'store-trouble', text: `content cannot be read: ${fault.message}` });
    const recipients = outcome.recipients.map((recipient) =>
      recipient.kind === 'failed' ? ({ kind: 'not-tried' } as const) : recipient,
    );
    return { ...outcome, recipients };
  }

  #conclude(part: Part, runtime: ConnectorRuntime, outcome: DeliveryOutcome, now: Instant): void {
    const { results } = part.item.round;
    const elsewhere: number[] = [];
    const again: readonly number[] = this.#options.isRunning() ? runtime.unconcerned(part, outcome) : [];
    for (const [position, index] of part.recipients.entries()) {
      const result = this.#resultOf(part, runtime, outcome, { position, index, now });
      if (!result) continue;
      results.set(index, result);
      if (again.includes(index)) continue;
      if (result.kind === 'attempted' && mayGoElsewhere(result)) elsewhere.push(index);
    }
    if (again.length > 0) this.#options.placement.again(part.item, again);
    if (elsewhere.length > 0 && this.#options.isRunning()) this.#options.placement.fallBack(part, elsewhere);
  }

  /** `undefined`: nothing happened, the state stays. */
  #resultOf(
    part: Part,
    runtime: ConnectorRuntime,
    { host, recipients }: DeliveryOutcome,
    { position, index, now }: { position: number; index: number; now: Instant },
  ): RecipientResult | undefined {
    const { retry } = runtime.rule.config;
    const outcome = recipients[position];
    if (!outcome || outcome.kind === 'not-tried') {
      const earlier = part.item.provisional.get(index);
      if (earlier || !this.#options.isRunning()) return earlier;
      const until = plus(now, ownFaultPauseMs);
      // Content that stays unreadable must come to an end with a notice; a lack of places must not.
      return { kind: 'waits', until, retry, mayExpire: part.contentFault !== undefined };
    }
    const isSender = outcome.kind === 'failed' && outcome.failure.aboutTheSender === true;
    const sender = senderKey(part.item.work.message.accepted.envelope.reversePath);
    const gate = runtime.gate(part.destination, now, isSender ? sender : undefined);
    const isWay = isSender || (outcome.kind === 'failed' && isAboutTheWay(outcome.failure));
    return {
      kind: 'attempted',
      outcome,
      connector: part.connector,
      host,
      retry,
      ...(isWay && gate.kind === 'closed' && { suspendedUntil: gate.until }),
    };
  }
}

/** A fallback is for a way that fails; what is refused for its own sake would be refused there too. */
function mayGoElsewhere({ outcome }: Extract<RecipientResult, { kind: 'attempted' }>): boolean {
  if (outcome.kind !== 'failed') return false;
  if (outcome.failure.otherRoute) return true;
  if (isFinal(outcome.failure)) return false;
  return outcome.failure.scope === 'connector' || outcome.failure.scope === 'destination';
}
