/** Puts messages where the plan says: recipients to the waiting lists of connectors, or back with a reason. */
import type { Events } from '../observe/events.ts';
import type { Failure } from '../message/outcome.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import { formatInstant, plus } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { QuotaOutlook } from '../policy/policy.ts';
import { quotaPatienceMs } from '../policy/route-preference.ts';
import { routeFor } from '../policy/route.ts';
import type { ConnectorRuntime } from './connector-runtime.ts';
import type { Connectors } from './connectors.ts';
import type { Hand } from './hand.ts';
import type { HandItem, Part } from './part.ts';
import type { Quota } from './ledger/quota.ts';
import { quotaTitle } from './ledger/quota.ts';
import type { PartPlan, Plan } from './plan.ts';
import { planMessage } from './plan.ts';
import { senderKey } from './sender-stops.ts';
import type { RecipientResult } from './settlement.ts';

export interface PlacementOptions {
  readonly policy: PolicyHolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly connectors: Connectors;
  readonly hand: Hand;
}

const quotaPauseMs = { least: 1_000, most: 120_000 };
const congestionPauseMs = { least: 5_000, most: 60_000 };

export class Placement {
  readonly #options: PlacementOptions;

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  /** The caller writes what has come of the item then (`Settler.flush`). */
  place(item: HandItem, recipients: readonly number[]): void {
    const plan = this.#plan(item, recipients);
    for (const { recipients: waiting, until, retry, failure, mayExpire } of plan.waits) {
      for (const index of waiting) {
        conclude(item, index, { kind: 'waits', until, retry, failure, mayExpire });
        if (failure.code === 'no-route') this.#alarmNoRoute(item, index, failure.text);
      }
    }
    for (const { recipients: refused, failure, retry, connector } of plan.refusals) {
      const outcome = { kind: 'failed', failure } as const;
      for (const index of refused) {
        conclude(item, index, { kind: 'attempted', outcome, connector, host: '', retry });
      }
    }
    for (const part of plan.parts) this.#enqueue(item, part);
  }

  /** The next connector of the route takes over at once what failed for the way's sake. */
  fallBack(part: Pick<Part, 'item' | 'connector'>, recipients: readonly number[]): void {
    const { item } = part;
    for (const index of recipients) item.markTried(index, part.connector);
    this.again(item, recipients);
  }

  /** These go once more, now: what was said of the others does not concern them. */
  again(item: HandItem, recipients: readonly number[]): void {
    for (const next of this.#plan(item, recipients).parts) {
      for (const index of next.recipients) {
        const result = item.round.results.get(index);
        if (result) item.provisional.set(index, result);
        item.round.results.delete(index);
      }
      this.#enqueue(item, next);
    }
  }

  #plan(item: HandItem, recipients: readonly number[]): Plan {
    const { policy, clock, connectors } = this.#options;
    const { current } = policy;
    const { accepted, progress } = item.work.message;
    const now = clock.now();
    const sender = senderKey(accepted.envelope.reversePath);
    return planMessage({
      now,
      accepted,
      progress,
      recipients,
      connectors: current.connectors,
      route: (question) => routeFor(current, question),
      gate: (connector, destination) =>
        connectors.used(connector)?.gate(destination, now, sender) ?? { kind: 'open' },
      tried: (index) => item.tried?.get(index),
      outlook: this.#outlook(item, recipients, now),
    });
  }

  /** Asked only where connectors are equal otherwise, and then once for each, so that the recipients stay together. */
  #outlook(item: HandItem, recipients: readonly number[], now: Instant): (connector: string) => QuotaOutlook {
    const { envelope, priority } = item.work.message.accepted;
    let asked: Map<string, QuotaOutlook> | undefined;
    return (name) => {
      const known = asked?.get(name);
      if (known) return known;
      const runtime = this.#options.connectors.get(name);
      const outlook: QuotaOutlook = runtime?.quotas.outlook({ envelope, recipients, priority }, now) ?? {
        kind: 'room',
      };
      asked ??= new Map();
      asked.set(name, outlook);
      return outlook;
    };
  }

  #enqueue(item: HandItem, plan: PartPlan): void {
    const runtime = this.#options.connectors.get(plan.connector);
    if (!runtime) throw new Error(`the policy has no connector ${plan.connector}`);
    if (this.#waitsForQuota(item, plan, runtime)) return;
    if (this.#isCongested(runtime, plan.destination)) {
      this.#putOff(item, plan, runtime);
      return;
    }
    const { source, priority, content } = item.work.message.accepted;
    const part: Part = { ...plan, item, source, priority, bytes: content.bytes, probes: [], begun: false };
    item.parts.add(part);
    runtime.waiting.push(part);
  }

  /** `true`: there is no room for it today, and it was put elsewhere. */
  #waitsForQuota(item: HandItem, plan: PartPlan, runtime: ConnectorRuntime): boolean {
    const { envelope, priority } = item.work.message.accepted;
    const transaction = { envelope, recipients: plan.recipients, priority };
    const now = this.#options.clock.now();
    const admission = runtime.quotas.admit(transaction, now);
    if (admission.kind === 'send') return false;
    const external = runtime.quotas.external(transaction);
    const isMixed = external.length > 0 && external.length < plan.recipients.length;
    if (isMixed && admission.quota.counts.startsWith('external')) {
      // Mail within the tenant is not held up by what it may send outside.
      const internal = plan.recipients.filter((index) => !external.includes(index));
      for (const recipients of [internal, external]) this.#enqueue(item, { ...plan, recipients });
      return true;
    }
    if (priority !== 'bulk' && admission.isUsed)
      this.#options.connectors.tellQuotas(runtime, now, admission.quota);
    this.#holdForQuota(item, plan, runtime, admission);
    return true;
  }

  /** Back to the store until there is room, unless another connector of the route has some. */
  #holdForQuota(
    item: HandItem,
    plan: PartPlan,
    runtime: ConnectorRuntime,
    { until, quota, said }: { readonly until: Instant; readonly quota: Quota; readonly said?: string },
  ): void {
    const { clock, random } = this.#options;
    // What waits for the same moment comes back a little apart, and not all of it again and again.
    const { least, most } = quotaPauseMs;
    const pause = Math.max(until - clock.now(), least) + Math.round(random.fraction() * most);
    const { retry } = runtime.rule.config;
    const failure = quotaFailure(quota, until, said);
    const result = {
      kind: 'waits',
      until: plus(clock.now(), pause),
      retry,
      failure,
      mayExpire: true,
    } as const;
    for (const index of plan.recipients) conclude(item, index, result);
    const { priority } = item.work.message.accepted;
    if (until - clock.now() <= quotaPatienceMs[priority]) return;
    this.fallBack({ item, connector: plan.connector }, plan.recipients);
  }

  /** Only where others could be held up: a single way out has nobody to make room for. */
  #isCongested(runtime: ConnectorRuntime, destination: string): boolean {
    const hasOthers = this.#options.policy.current.connectors.size > 1 || destination !== runtime.name;
    return hasOthers && !this.#options.hand.mayWait(runtime.waiting.waitingAt(destination));
  }

  /** Back to the store for half the time it has waited already, so each message goes back a few times only. */
  #putOff(item: HandItem, plan: PartPlan, runtime: ConnectorRuntime): void {
    const { clock, random } = this.#options;
    const now = clock.now();
    const half = (now - item.work.message.accepted.at) / 2;
    const { least, most } = congestionPauseMs;
    const pause = Math.min(most, Math.max(least, half)) * (0.5 + random.fraction() / 2);
    const until = plus(now, Math.round(pause));
    const { retry } = runtime.rule.config;
    for (const index of plan.recipients)
      conclude(item, index, { kind: 'waits', until, retry, mayExpire: false });
  }

  #alarmNoRoute(item: HandItem, index: number, text: string): void {
    const { accepted, progress } = item.work.message;
    const state = progress.recipients[index];
    // Said once a message, not at every look.
    if (state?.kind === 'pending' && state.last?.code === 'no-route') return;
    this.#options.events.emit({
      kind: 'no-route',
      id: accepted.id,
      recipient: accepted.envelope.recipients[index]?.address.text ?? '',
      text,
      ...(accepted.source !== undefined && { source: accepted.source }),
    });
  }
}

function quotaFailure(quota: Quota, until: Instant, said: string | undefined): Failure {
  const title = quotaTitle(quota);
  return {
    scope: 'connector',
    permanence: 'transient',
    stage: 'route',
    code: 'quota-exhausted',
    text:
      said === undefined
        ? `${title}: no room in the limit of ${quota.limit} before ${formatInstant(until)}`
        : `${title}: nothing is sent before ${formatInstant(until)}, because the limit is reached by the count of the other side: ${said}`,
    // RFC 3463 3.5: X.4.5, mail system congestion.
    status: '4.4.5',
  };
}

/** A failure met earlier in the round says more than a wait that followed it. */
function conclude(item: HandItem, index: number, result: RecipientResult): void {
  item.round.results.set(index, item.provisional.get(index) ?? result);
}
