/**
 * One connector at work: what waits for it, what is under way, its rate and its suspensions. It keeps the books that the
 * pure decisions read; the loop in delivery.ts tells it what began and what ended.
 */
import type { Connector } from '../connector/connector.ts';
import type { DeliveryOutcome, Failure } from '../message/outcome.ts';
import type { ConnectorRule } from '../policy/policy.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { ConnectorQuotas, QuotaTransaction } from './ledger/connector-quotas.ts';
import { MinuteCount } from './minute-count.ts';
import { domainOfDestination } from './plan.ts';
import type { Part } from './part.ts';
import { RateWindow } from './rate-window.ts';
import type { ConnectorView } from './schedule.ts';
import type { Circumstances, Evidence, Gate, Suspension } from './suspension.ts';
import { afterAttempt, evidenceOf, gateOf, open, probeStarted, stricter } from './suspension.ts';
import { WaitingList } from './waiting-list.ts';

interface DestinationState {
  active: number;
  suspension: Suspension;
}

/** A suspension that began or ended, for the event. */
export interface Transition {
  readonly destination: string;
  readonly from: Suspension;
  readonly to: Suspension;
}

const noState: DestinationState = Object.freeze({ active: 0, suspension: open });
/** Domains behind an `mx` connector whose suspension ended this long ago without a new attempt are forgotten. */
const forgetAfterMs = 3_600_000;

export class ConnectorRuntime {
  rule: ConnectorRule;
  readonly quotas: ConnectorQuotas;
  readonly waiting = new WaitingList<Part>();
  readonly #make: (rule: ConnectorRule) => Connector;
  #connector: Connector | undefined;
  readonly #rate: RateWindow | undefined;
  readonly #starts = new MinuteCount();
  /** By destination key; the connector itself is there under its own name. */
  readonly #destinations = new Map<string, DestinationState>();
  readonly #abort = new AbortController();
  #active = 0;
  lastUsedAt: Instant | undefined;
  lastSuccessAt: Instant | undefined;
  lastFailure: { readonly at: Instant; readonly failure: Failure } | undefined;
  readonly totals = { relayed: 0, deferred: 0, failed: 0, inDoubt: 0 };

  constructor(rule: ConnectorRule, quotas: ConnectorQuotas, make: (rule: ConnectorRule) => Connector) {
    this.rule = rule;
    this.quotas = quotas;
    this.#make = make;
    const { messagesPerMinute } = rule.config.limits;
    if (messagesPerMinute !== undefined) this.#rate = new RateWindow(messagesPerMinute);
  }

  get name(): string {
    return this.rule.name;
  }

  get active(): number {
    return this.#active;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Made at first use, so that a connector nobody sends by costs nothing. Throws what the maker throws. */
  connector(): Connector {
    this.#connector ??= this.#make(this.rule);
    return this.#connector;
  }

  view(now: Instant): ConnectorView<Part> {
    const { connections } = this.rule.config.limits;
    const isMany = this.rule.config.route.type === 'mx';
    // A domain whose host never answers may hold half of the places, the other half serves the others. To one next hop more
    // attempts may run than there are connections: the connector keeps that bound, and has the next message at hand
    // when a connection can take it. Behind `mx` such an attempt would open a connection more for its domain instead.
    const attempts = isMany ? connections : (this.#connector?.attemptsMax ?? connections);
    const share = isMany ? Math.ceil(connections / 2) : attempts;
    return {
      name: this.name,
      places: attempts - this.#active,
      rate: this.#rateAt(now),
      ...(this.quotas.any && {
        admits: (part: Part) => this.quotas.admit(transactionOf(part), now).kind === 'send',
      }),
      waiting: this.waiting.length,
      rings: this.waiting.rings,
      destination: (key) => ({ gate: this.gate(key, now), places: share - this.#at(key).active }),
    };
  }

  /** What others have sent meanwhile from the same mailbox or tenant decides too. */
  mayBegin(part: Part, now: Instant): boolean {
    return (
      !this.quotas.any ||
      (this.quotas.nextAt(now) <= now && this.quotas.admit(transactionOf(part), now).kind === 'send')
    );
  }

  gate(destination: string, now: Instant): Gate {
    const own = gateOf(this.#at(this.name).suspension, now);
    return destination === this.name ? own : stricter(own, gateOf(this.#at(destination).suspension, now));
  }

  /** Counts a place and a start; an attempt at a way that was suspended is its probe. */
  begin(part: Part, now: Instant): void {
    this.#active++;
    this.#rate?.take(now);
    this.#starts.add(now);
    this.quotas.begin(transactionOf(part), now);
    this.lastUsedAt = now;
    this.#stateOf(part.destination).active++;
    for (const key of new Set([this.name, part.destination])) {
      const { suspension } = this.#at(key);
      if (suspension.kind !== 'suspended') continue;
      this.#set(key, probeStarted(suspension));
      part.probes.push(key);
    }
  }

  /** Gives the place back and draws the conclusions for the way; what became of the message is settlement's business. */
  end(part: Part, outcome: DeliveryOutcome, circumstances: Circumstances): readonly Transition[] {
    this.#active--;
    this.#stateOf(part.destination).active--;
    this.lastUsedAt = circumstances.now;
    this.quotas.end(transactionOf(part), outcome, circumstances.now);
    const evidence = evidenceOf(outcome);
    if (evidence.kind === 'works') this.lastSuccessAt = circumstances.now;
    this.#tally(outcome, circumstances.now);
    const transitions: Transition[] = [];
    for (const key of part.destination === this.name ? [this.name] : [this.name, part.destination]) {
      const from = this.#at(key).suspension;
      const wasProbe = part.probes.includes(key);
      const to = afterAttempt(from, this.#evidenceFor(key, evidence), wasProbe, circumstances);
      if (to !== from) this.#set(key, to);
      if (to.kind !== from.kind) transitions.push({ destination: key, from, to });
    }
    this.#forget(part.destination);
    return transitions;
  }

  startsWithinMinute(now: Instant): number {
    return this.#starts.total(now);
  }

  /** By an operator; `undefined` ends any suspension. */
  stop(reason: string | undefined, now: Instant): readonly Transition[] {
    const from = this.#at(this.name).suspension;
    if (reason !== undefined) {
      const to: Suspension = { kind: 'stopped', since: now, reason };
      this.#set(this.name, to);
      return [{ destination: this.name, from, to }];
    }
    const ended = Array.from(this.#destinations, ([destination, state]) => ({
      destination,
      from: state.suspension,
      to: open,
    })).filter((transition) => transition.from.kind !== 'open');
    for (const { destination } of ended) this.#set(destination, open);
    return ended;
  }

  suspensions(): readonly { readonly destination: string; readonly suspension: Suspension }[] {
    return Array.from(this.#destinations, ([destination, { suspension }]) => ({
      destination,
      suspension,
    })).filter(({ suspension }) => suspension.kind !== 'open');
  }

  /** The connector may hold connections that nobody uses. */
  mayHaveConnections(now: Instant): boolean {
    const used = this.lastUsedAt;
    return this.#active > 0 || (used !== undefined && used + 2 * this.rule.config.limits.idle > now);
  }

  /** Lets idle connections go; forgets domains that nobody wrote to for long. */
  idle(now: Instant): void {
    this.#connector?.idle();
    for (const [key, { active, suspension }] of this.#destinations) {
      if (active > 0 || suspension.kind !== 'suspended' || key === this.name) continue;
      if (suspension.until + forgetAfterMs < now) this.#destinations.delete(key);
    }
  }

  /** Attempts under way end soon, as not tried or in doubt. */
  abort(): void {
    this.#abort.abort(new Error(`connector ${this.name} is stopped`));
  }

  async dispose(): Promise<void> {
    await this.#connector?.[Symbol.asyncDispose]();
    this.#connector = undefined;
  }

  #rateAt(now: Instant): ConnectorView<Part>['rate'] {
    const own = { free: this.#rate?.free(now) ?? Infinity, nextAt: this.#rate?.nextAt(now) };
    if (!this.quotas.any) return own;
    const sharedAt = this.quotas.nextAt(now);
    if (sharedAt > now) return { free: 0, nextAt: instant(Math.max(sharedAt, own.nextAt ?? 0)) };
    // One at a time: what it counts for is known to the next decision, of this connector and of those that share with it.
    return { free: Math.min(own.free, 1), nextAt: own.nextAt };
  }

  /** A failure of one level leaves the other level without evidence. */
  #evidenceFor(key: string, evidence: Evidence): Evidence {
    if (evidence.kind !== 'broken') return evidence;
    if (this.rule.config.route.type !== 'mx') return evidence;
    const level = domainOfDestination(key) === undefined ? 'connector' : 'destination';
    return level === evidence.level ? evidence : { kind: 'none' };
  }

  #tally(outcome: DeliveryOutcome, now: Instant): void {
    for (const recipient of outcome.recipients) {
      if (recipient.kind === 'relayed') this.totals.relayed++;
      else if (recipient.kind === 'in-doubt') this.totals.inDoubt++;
      else if (recipient.kind === 'failed') {
        if (recipient.failure.permanence === 'permanent') this.totals.failed++;
        else this.totals.deferred++;
      }
      if (recipient.kind === 'failed' || recipient.kind === 'in-doubt') {
        this.lastFailure = { at: now, failure: recipient.failure };
      }
    }
  }

  #at(key: string): DestinationState {
    return this.#destinations.get(key) ?? noState;
  }

  #stateOf(key: string): DestinationState {
    let state = this.#destinations.get(key);
    if (!state) {
      state = { active: 0, suspension: open };
      this.#destinations.set(key, state);
    }
    return state;
  }

  #set(key: string, suspension: Suspension): void {
    this.#stateOf(key).suspension = suspension;
  }

  #forget(key: string): void {
    const state = this.#destinations.get(key);
    if (state && state.active === 0 && state.suspension.kind === 'open' && state.suspension.failures === 0) {
      this.#destinations.delete(key);
    }
  }
}

function transactionOf({ item, recipients, priority }: Part): QuotaTransaction {
  return { envelope: item.work.message.accepted.envelope, recipients, priority };
}
