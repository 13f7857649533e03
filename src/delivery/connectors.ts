/** The connectors at work, one runtime for each rule that was used: made lazily, replaced when their rule changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Connector } from '../connector/connector.ts';
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { ConnectorRule, Policy } from '../policy/policy.ts';
import type { AttemptEffects } from './connector-runtime.ts';
import { ConnectorRuntime } from './connector-runtime.ts';
import type { Transition } from './destinations.ts';
import { errorFields } from './error-fields.ts';
import { ConnectorQuotas } from './ledger/connector-quotas.ts';
import type { Learned } from './learned-record.ts';
import { Ledger } from './ledger/ledger.ts';
import type { Quota } from './ledger/quota.ts';
import { quotasOf } from './ledger/quota.ts';
import type { Part } from './part.ts';
import { domainOfDestination } from './plan.ts';
import type { ConnectorView } from './schedule.ts';
import type { SenderChange } from './sender-stops.ts';
import type { ConnectorStatus } from './status.ts';
import { connectorStatus } from './status.ts';
import { Troubles } from './troubles.ts';

export interface ConnectorsOptions {
  readonly policy: PolicyHolder;
  connectorFor(rule: ConnectorRule): Connector;
  readonly clock: Clock;
  readonly events: Events;
  /** What a connector knows of senders, or of the number of connections, has changed. */
  readonly onLearned: () => void;
  /** Faults of single domains began or are over. */
  readonly onTroubles: () => void;
}

export interface OperatorStop {
  readonly since: Instant;
  readonly reason: string;
  /** When it ends by itself. */
  readonly until?: Instant;
}

const idleCheckMsMin = 1_000;

export class Connectors {
  readonly #options: ConnectorsOptions;
  readonly #runtimes = new Map<string, ConnectorRuntime>();
  /** Out of the policy or replaced, with attempts still under way. */
  readonly #retired = new Set<ConnectorRuntime>();
  /** By operators, by connector name: it outlasts a change of the configuration, and is kept over a restart. */
  readonly #stopped = new Map<string, OperatorStop>();
  /** From before a restart, of connectors that were not used since. */
  readonly #learned = new Map<string, Learned>();
  readonly troubles: Troubles;
  readonly ledger = new Ledger();
  #idleTimer: CancelTimer | undefined;
  #isClosed = false;

  constructor(options: ConnectorsOptions) {
    this.#options = options;
    this.troubles = new Troubles(options.events, options.onTroubles);
  }

  /** The runtime of a rule of the policy in force; `undefined` when it has none of this name. */
  get(name: string): ConnectorRuntime | undefined {
    const existing = this.#runtimes.get(name);
    if (existing) return existing;
    const rule = this.#options.policy.current.connectors.get(name);
    if (!rule) return undefined;
    const runtime = this.#create(rule);
    this.#learned.delete(name);
    this.#runtimes.set(name, runtime);
    return runtime;
  }

  /** Those that were used; does not make one. */
  used(name: string): ConnectorRuntime | undefined {
    return this.#runtimes.get(name);
  }

  *all(): Iterable<ConnectorRuntime> {
    yield* this.#runtimes.values();
    yield* this.#retired;
  }

  /** What the scheduler looks at: the connectors for which something waits. */
  *views(now: Instant): Iterable<ConnectorView<Part>> {
    for (const runtime of this.#runtimes.values()) if (runtime.waiting.length > 0) yield runtime.view(now);
  }

  status(now: Instant): ConnectorStatus[] {
    return Array.from(this.#options.policy.current.connectors.values(), (rule) => {
      const status = connectorStatus(this.#runtimes.get(rule.name) ?? this.#create(rule), now);
      const until = this.#stopped.get(rule.name)?.until;
      if (until === undefined || !status.suspended) return status;
      return { ...status, suspended: { ...status.suspended, until } };
    });
  }

  /**
   * Takes a new policy over and returns the runtimes as they were: what waits for them is to be planned anew. A connector
   * whose configuration and secrets are the same keeps connections, rate and suspension.
   */
  replace(policy: Policy): readonly ConnectorRuntime[] {
    const before = [...this.#runtimes.values()];
    for (const runtime of before) {
      const rule = policy.connectors.get(runtime.name);
      if (rule && isSame(rule, runtime.rule)) runtime.rule = rule;
      else this.#retire(runtime);
    }
    return before;
  }

  /** What operators have suspended, for the record. */
  get stopped(): ReadonlyMap<string, OperatorStop> {
    return this.#stopped;
  }

  /** A connector of the policy in force has limits that are counted. */
  get haveQuotas(): boolean {
    const rules = [...this.#options.policy.current.connectors.values()];
    return rules.some(({ config }) => quotasOf(config).length > 0);
  }

  /** Brings back what operators had suspended before a restart. To be called before the first connector is used. */
  restoreStopped(stopped: Iterable<readonly [string, OperatorStop]>): void {
    for (const [name, stop] of stopped) this.#stopped.set(name, stop);
  }

  /** As `restoreStopped`. */
  restoreLearned(learned: Iterable<readonly [string, Learned]>): void {
    for (const [name, one] of learned) this.#learned.set(name, one);
  }

  /** For the record. */
  get learned(): ReadonlyMap<string, Learned> {
    const all = new Map(this.#learned);
    for (const [name, { senders, pace }] of this.#runtimes) {
      if (senders.any || pace.lowered) all.set(name, { senders: senders.kept(), lowered: pace.lowered });
    }
    return all;
  }

  /** By an operator. `false`: mail of this sender did not wait. */
  resumeSender(runtime: ConnectorRuntime, sender: string): boolean {
    const change = runtime.senders.resume(sender);
    if (change) this.#tellSender(runtime, change);
    return change !== undefined;
  }

  /** By an operator; `undefined` ends any suspension. */
  stop(runtime: ConnectorRuntime, reason: string | undefined, now: Instant, until?: Instant): void {
    if (reason === undefined) this.#stopped.delete(runtime.name);
    else this.#stopped.set(runtime.name, { since: now, reason, ...(until !== undefined && { until }) });
    this.announce(runtime, runtime.stop(reason, now));
    if (reason === undefined) for (const change of runtime.senders.clear()) this.#tellSender(runtime, change);
    this.tellPace(runtime, now);
  }

  /** Tells what the end of an attempt changed. */
  conclude(runtime: ConnectorRuntime, part: Part, effects: AttemptEffects, now: Instant): void {
    this.announce(runtime, effects.transitions);
    if (effects.sender) this.#tellSender(runtime, effects.sender);
    for (const exhausted of effects.freed) this.troubles.quotaIsFree(part, exhausted);
    this.tellPace(runtime, now);
    this.tellQuotas(runtime, now);
  }

  #tellSender({ name }: ConnectorRuntime, { sender, stop }: SenderChange): void {
    const { events, onLearned } = this.#options;
    onLearned();
    if (!stop) events.emit({ kind: 'sender-resumed', connector: name, sender });
    else {
      const { reason, until } = stop;
      events.emit({ kind: 'sender-suspended', connector: name, sender, reason, until });
    }
  }

  /** The number of connections follows what the next hop puts up with. */
  tellPace(runtime: ConnectorRuntime, now: Instant): void {
    const change = runtime.changedPace(now);
    if (!change) return;
    this.#options.onLearned();
    const { connections, isLess } = change;
    const { limit } = runtime.pace;
    const reason = isLess ? runtime.pace.reason(now) : undefined;
    this.#options.events.emit({
      kind: 'connector-paced',
      connector: runtime.name,
      connections,
      limit,
      ...(reason !== undefined && { reason }),
    });
  }

  /** To be called when an attempt of this runtime has ended. */
  release(runtime: ConnectorRuntime): void {
    if (this.#retired.has(runtime) && runtime.active === 0) void this.#dispose(runtime);
  }

  /** A coarse timer lets idle connections go, and runs only while there can be any. */
  watchIdle(): void {
    if (this.#idleTimer || this.#isClosed) return;
    const { clock } = this.#options;
    const periods = Array.from(this.all(), ({ rule }) => rule.config.limits.idle);
    this.#idleTimer = clock.after(Math.max(idleCheckMsMin, Math.min(...periods)), () => {
      this.#idleTimer = undefined;
      const now = clock.now();
      let isInUse = false;
      for (const runtime of this.all()) {
        runtime.idle(now);
        this.tellPace(runtime, now);
        isInUse ||= runtime.mayHaveConnections(now);
      }
      if (isInUse) this.watchIdle();
    });
  }

  announce(runtime: ConnectorRuntime, transitions: readonly Transition[]): void {
    const { events } = this.#options;
    for (const { destination, to } of transitions) {
      const domain = domainOfDestination(destination);
      const names = { connector: runtime.name, ...(domain !== undefined && { destination: domain }) };
      switch (to.kind) {
        case 'open':
          events.emit({ kind: 'connector-resumed', ...names });
          break;
        case 'stopped':
          events.emit({ kind: 'connector-suspended', ...names, reason: to.reason });
          break;
        case 'suspended':
          events.emit({ kind: 'connector-suspended', ...names, reason: to.failure.text, until: to.until });
          break;
        default:
          to satisfies never;
      }
    }
  }

  /** Tells of quotas that have become low or exhausted, once each; `refused`: one that mail had to wait for. */
  tellQuotas({ name, quotas }: ConnectorRuntime, now: Instant, refused?: Quota): void {
    for (const { free: _, scope: _scope, owner: _owner, isLong: _isLong, ...worse } of quotas.worsened(
      now,
      refused,
    )) {
      this.#options.events.emit({ kind: 'quota-low', connector: name, ...worse });
    }
  }

  abort(): void {
    for (const runtime of this.all()) runtime.abort();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#idleTimer?.();
    await Promise.all(Array.from(this.all(), (runtime) => this.#dispose(runtime)));
  }

  #create(rule: ConnectorRule): ConnectorRuntime {
    const quotas = new ConnectorQuotas(rule.config, this.ledger);
    const runtime = new ConnectorRuntime(rule, quotas, (one) => this.#options.connectorFor(one));
    const stop = this.#stopped.get(rule.name);
    if (stop) runtime.stop(stop.reason, stop.since);
    const learned = this.#learned.get(rule.name);
    if (learned) {
      runtime.senders.bringBack(learned.senders);
      if (learned.lowered) runtime.pace.bringBack(learned.lowered);
    }
    return runtime;
  }

  #retire(runtime: ConnectorRuntime): void {
    this.#runtimes.delete(runtime.name);
    this.#retired.add(runtime);
    this.release(runtime);
  }

  async #dispose(runtime: ConnectorRuntime): Promise<void> {
    this.#retired.delete(runtime);
    try {
      await runtime.dispose();
    } catch (error) {
      this.#options.events.emit({
        kind: 'fault',
        where: `connector ${runtime.name}`,
        ...errorFields(error),
      });
    }
  }
}

function isSame(one: ConnectorRule, other: ConnectorRule): boolean {
  return one.secretsVersion === other.secretsVersion && isDeepStrictEqual(one.config, other.config);
}
