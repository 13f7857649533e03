/**
 * One connector at work: what waits for it, what is under way, its rate and its suspensions. It keeps the books that the
 * pure decisions read; the loop in delivery.ts tells it what began and what ended.
 */
import type { Connector } from '../connector/connector.ts';
import type { DeliveryOutcome, Exhausted, Failure, RecipientOutcome } from '../message/outcome.ts';
import type { ConnectorRule } from '../policy/policy.ts';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import { ConnectionPace } from './connection-pace.ts';
import type { ConnectorQuotas, QuotaTransaction } from './ledger/connector-quotas.ts';
import type { Transition } from './destinations.ts';
import { Destinations } from './destinations.ts';
import { MinuteCount } from './minute-count.ts';
import { domainOfDestination } from './plan.ts';
import type { Part } from './part.ts';
import { RateWindow } from './rate-window.ts';
import type { ConnectorView } from './schedule.ts';
import type { SenderChange } from './sender-stops.ts';
import { SenderStops, senderKey } from './sender-stops.ts';
import type { Circumstances, Evidence, Gate } from './suspension.ts';
import { evidenceOf, stricter } from './suspension.ts';
import { WaitingList } from './waiting-list.ts';

/** What the end of an attempt changed. */
export interface AttemptEffects {
  readonly transitions: readonly Transition[];
  readonly sender?: SenderChange;
  /** Limits that the other side had called used up, and takes mail of again. */
  readonly freed: readonly Exhausted[];
}

export class ConnectorRuntime {
  rule: ConnectorRule;
  readonly quotas: ConnectorQuotas;
  readonly waiting = new WaitingList<Part>();
  readonly #make: (rule: ConnectorRule) => Connector;
  #connector: Connector | undefined;
  readonly #rate: RateWindow | undefined;
  readonly #starts = new MinuteCount();
  readonly pace: ConnectionPace;
  readonly senders = new SenderStops();
  readonly #destinations: Destinations;
  readonly #abort = new AbortController();
  #active = 0;
  #connectionsTold: number;
  lastUsedAt: Instant | undefined;
  lastSuccessAt: Instant | undefined;
  lastFailure: { readonly at: Instant; readonly failure: Failure } | undefined;
  readonly totals = { relayed: 0, deferred: 0, failed: 0, inDoubt: 0 };

  constructor(rule: ConnectorRule, quotas: ConnectorQuotas, make: (rule: ConnectorRule) => Connector) {
    this.rule = rule;
    this.quotas = quotas;
    this.#make = make;
    const { messagesPerMinute, connections } = rule.config.limits;
    this.pace = new ConnectionPace(connections);
    this.#connectionsTold = connections;
    this.#destinations = new Destinations(rule.name);
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
    const connections = this.pace.connections(now);
    const isMany = this.rule.config.route.type === 'mx';
    // A domain whose host never answers may hold half of the places, the other half serves the others. To one next hop more
    // attempts may run than there are connections: the connector keeps that bound, and has the next message at hand
    // when a connection can take it. Behind `mx` such an attempt would open a connection more for its domain instead.
    const { limit } = this.pace;
    const attempts = isMany
      ? connections
      : Math.ceil(((this.#connector?.attemptsMax ?? limit) * connections) / limit);
    const share = isMany ? Math.ceil(connections / 2) : attempts;
    return {
      name: this.name,
      places: attempts - this.#active,
      rate: this.#rateAt(now),
      ...((this.quotas.any || this.senders.any) && { admits: (part: Part) => this.#admits(part, now) }),
      waiting: this.waiting.length,
      rings: this.waiting.rings,
      destination: (key) => ({ gate: this.gate(key, now), places: share - this.#destinations.active(key) }),
    };
  }

  /** What others have sent meanwhile from the same mailbox or tenant decides too. */
  mayBegin(part: Part, now: Instant): boolean {
    return (!this.quotas.any || this.quotas.nextAt(now) <= now) && this.#admits(part, now);
  }

  /** `sender`, as `senderKey` gives it: whose mail it is to be; absent: anybody's. */
  gate(destination: string, now: Instant, sender?: string): Gate {
    const way = this.#destinations.gate(destination, now);
    return sender === undefined || !this.senders.any ? way : stricter(way, this.senders.gate(sender, now));
  }

  #admits(part: Part, now: Instant): boolean {
    const gate = this.senders.any ? this.senders.gate(senderOf(part), now).kind : 'open';
    return gate !== 'closed' && this.quotas.admit(transactionOf(part), now).kind === 'send';
  }

  /** Counts a place and a start; an attempt at a way that was suspended is its probe. */
  begin(part: Part, now: Instant): void {
    this.#active++;
    this.#rate?.take(now);
    this.#starts.add(now);
    this.quotas.begin(transactionOf(part), now);
    this.lastUsedAt = now;
    part.probesSender = this.senders.any && this.senders.begin(senderOf(part));
    part.probes.push(...this.#destinations.begin(part.destination));
  }

  /** Gives the place back and draws the conclusions for the way; what became of the message is settlement's business. */
  end(part: Part, outcome: DeliveryOutcome, circumstances: Circumstances): AttemptEffects {
    const { now } = circumstances;
    this.#active--;
    this.lastUsedAt = now;
    const freed = this.quotas.end(transactionOf(part), outcome, now);
    const evidence = evidenceOf(outcome);
    if (evidence.kind === 'works') this.lastSuccessAt = now;
    this.#tally(outcome, now);
    this.#refuseMore(outcome, now);
    const sender = this.senders.end(senderOf(part), outcome, part.probesSender === true, circumstances);
    const transitions = this.#destinations.end(
      part.destination,
      (way) => this.#evidenceFor(way, evidence),
      part.probes,
      circumstances,
    );
    return { transitions, freed, ...(sender && { sender }) };
  }

  /** Half of the connections where the next hop says that there are too many. */
  #refuseMore({ recipients, startedAt }: DeliveryOutcome, now: Instant): void {
    for (const recipient of recipients) {
      if (recipient.kind !== 'failed' || !recipient.failure.fewerConnections) continue;
      this.pace.refused(startedAt, now, recipient.failure.text);
      return;
    }
  }

  /** Tells the connector how many connections it may have, and returns their number where it is another one. */
  changedPace(now: Instant): { readonly connections: number; readonly isLess: boolean } | undefined {
    const connections = this.pace.connections(now);
    if (connections === this.#connectionsTold) return undefined;
    const isLess = connections < this.#connectionsTold;
    this.#connectionsTold = connections;
    this.#connector?.limitConnections?.(connections);
    return { connections, isLess };
  }

  /**
   * Recipients, by index, that a refusal met only by their company: internal ones of a transaction that had external ones beyond
   * what the tenant may send outside.
   */
  unconcerned(part: Part, { recipients }: DeliveryOutcome): readonly number[] {
    const isExternal = (one: RecipientOutcome | undefined): boolean =>
      one?.kind === 'failed' && one.failure.exhausted?.startsWith('external') === true;
    if (!recipients.some(isExternal)) return [];
    const external = new Set(this.quotas.external(transactionOf(part)));
    if (external.size === 0) return [];
    return part.recipients.filter(
      (index, position) => !external.has(index) && isExternal(recipients[position]),
    );
  }

  startsWithinMinute(now: Instant): number {
    return this.#starts.total(now);
  }

  /** By an operator; `undefined` ends any suspension, of senders too, and believes what is refused only when it is said again. */
  stop(reason: string | undefined, now: Instant): readonly Transition[] {
    if (reason === undefined) {
      this.pace.restore();
      this.quotas.reopen(now);
    }
    return this.#destinations.stop(reason, now);
  }

  suspensions(): ReturnType<Destinations['suspensions']> {
    return this.#destinations.suspensions();
  }

  /** The connector may hold connections that nobody uses. */
  mayHaveConnections(now: Instant): boolean {
    const used = this.lastUsedAt;
    return this.#active > 0 || (used !== undefined && used + 2 * this.rule.config.limits.idle > now);
  }

  /** Lets idle connections go; forgets domains that nobody wrote to for long. */
  idle(now: Instant): void {
    this.#connector?.idle();
    this.#destinations.idle(now);
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
}

function senderOf({ item }: Part): string {
  return senderKey(item.work.message.accepted.envelope.reversePath);
}

function transactionOf({ item, recipients, priority }: Part): QuotaTransaction {
  return { envelope: item.work.message.accepted.envelope, recipients, priority };
}
