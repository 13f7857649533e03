/**
 * Sends what the queue holds: takes work, performs the scheduler's decisions, settles what came of it.
 *
 * The loop stands in pump.ts; here are the start, the stop and what operators ask for. Messages in hand are bounded in
 * number; there is one timer for all of them.
 *
 * Stopping is no evidence about anybody: what has not begun goes back untouched, what is under way gets its time, and what is
 * then cut off comes back as not tried, or in doubt where the peer may have taken it.
 */
import type { Connector } from '../connector/connector.ts';
import type { QueueId } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { NewId, Random } from '../platform/random.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { ConnectorRule } from '../policy/policy.ts';
import type { Notice, Queue, WorkItem } from '../queue/queue.ts';
import type { StoredMessage } from '../store/store.ts';
import { Attempts } from './attempts.ts';
import type { ConnectorRuntime } from './connector-runtime.ts';
import { Connectors } from './connectors.ts';
import { Grace } from './grace.ts';
import { Hand } from './hand.ts';
import { LedgerKeeper } from './ledger/keeper.ts';
import { letGo } from './let-go.ts';
import type { NoticeMaker } from './notices.ts';
import { createNoticeMaker } from './notices.ts';
import { HandItem } from './part.ts';
import { Placement } from './placement.ts';
import { dueRecipients } from './plan.ts';
import { Pump } from './pump.ts';
import { Restoration } from './restoration.ts';
import { Settler } from './settler.ts';
import { Supply } from './supply.ts';
import { StopOrders } from './stop-orders.ts';
import { StoppedKeeper } from './stopped-keeper.ts';
import type { DeliveryStatus } from './status.ts';
import { Wakes, wakeAfterSetBack, wakeOfTheWay } from './wake.ts';

export interface DeliveryOptions {
  readonly queue: Queue;
  readonly policy: PolicyHolder;
  /** Makes the connector of a rule; called at its first use, and again when its configuration changed. */
  connectorFor(rule: ConnectorRule): Connector;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly hostname: string;
  readonly newId: NewId;
  /** Messages in hand at a time. Their content is counted by the queue, not here. */
  readonly messagesInHandMax?: number;
}

export interface Delivery {
  start(): void;
  /**
   * Takes no more work; attempts under way get `graceMs`. Resolves when everything is settled or given back. May be called
   * again with a shorter grace.
   */
  stop(graceMs: number): Promise<void>;
  status(): DeliveryStatus;
  /**
   * By an operator: mail of this connector waits, without ageing, until `resume` or `until`, also over a restart and a
   * change of its configuration. In force at once; on record when it resolves. `false`: no such connector.
   */
  suspend(connector: string, reason: string, until?: Instant): Promise<boolean>;
  /** Ends a suspension that an operator or failures began, and wakes what waited for it. */
  resume(connector: string): Promise<boolean>;
  /**
   * Ends the wait of one sender whose mail the connector refused, and of nobody else. `sender`: an address, or `<>`.
   * `false`: his mail does not wait there.
   */
  resumeSender(connector: string, sender: string): Promise<boolean>;
  /** To be told when the time of day was set back: no message waits longer from now on than it was meant to. */
  clockSetBack(): void;
  /**
   * Gives a message that only waits in hand back to the queue for ten seconds, so that an operator can act on it.
   * `false`: it is not in hand, or under way.
   */
  letGo(id: QueueId): Promise<boolean>;
  /** What tells the sender that an operator deleted the message; for `queue.operate`. */
  noticesForDelete(message: StoredMessage, recipient?: number): Promise<readonly Notice[]>;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  return new RelayDelivery(options);
}

const messagesInHandMax = 2_000;

class RelayDelivery implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #clock: Clock;
  readonly #hand: Hand;
  readonly #supply: Supply;
  readonly #notices: NoticeMaker;
  readonly #settler: Settler;
  readonly #connectors: Connectors;
  readonly #placement: Placement;
  readonly #keeper: LedgerKeeper;
  readonly #stopped: StoppedKeeper;
  readonly #orders: StopOrders;
  readonly #restoration: Restoration;
  readonly #pump: Pump;
  readonly #wakes: Wakes;
  readonly #unsubscribe: (() => void)[] = [];
  #state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  readonly #grace: Grace;
  #ended: Promise<void> | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const { store } = options.queue;
    this.#hand = new Hand(options.messagesInHandMax ?? messagesInHandMax);
    this.#supply = new Supply({
      ...options,
      hand: this.#hand,
      admit: (work) => this.#admit(work),
      onChange: () => this.#pump.soon(),
    });
    this.#notices = createNoticeMaker({ ...options, store });
    this.#settler = new Settler({
      ...options,
      notices: this.#notices,
      onDone: (item) => this.#done(item),
      onWritten: () => this.#pump.soon(),
    });
    this.#wakes = new Wakes(options);
    const connectors = new Connectors({
      ...options,
      onLearned: () => this.#stopped.keepLearned(),
      onTroubles: () => this.#stopped.keepTroubles(),
    });
    const placement = new Placement({ ...options, connectors, hand: this.#hand });
    this.#connectors = connectors;
    this.#placement = placement;
    this.#grace = new Grace({ ...options, hand: this.#hand, abort: () => connectors.abort() });
    this.#keeper = new LedgerKeeper({ ...options, store, ledger: connectors.ledger });
    this.#stopped = new StoppedKeeper({ ...options, store, connectors });
    this.#orders = new StopOrders({
      clock: this.#clock,
      connectors,
      keeper: this.#stopped,
      onStop: (runtime) => this.#replan([runtime]),
      onResume: (by) => {
        this.#wakeStored(by);
        this.#pump.soon();
      },
    });
    this.#restoration = new Restoration({
      ...options,
      read: async () => {
        await this.#stopped.restore();
        this.#orders.watchAll();
        await this.#keeper.restore(connectors.haveQuotas);
      },
      onDone: () => this.#pump.soon(),
    });
    const attempts = new Attempts({
      ...options,
      store,
      connectors,
      placement,
      isRunning: () => this.#state === 'running',
      wayChanges: () => this.#wakes.wayChanges,
      onEnd: (part, runtime, { isClosed }) => {
        if (isClosed && runtime.waiting.length > 0) this.#replan([runtime]);
        this.#settler.flush(part.item);
        this.#pump.soon();
      },
    });
    this.#pump = new Pump({
      ...options,
      connectors,
      placement,
      attempts,
      settler: this.#settler,
      supply: this.#supply,
      mayRun: () => this.#state === 'running' && this.#restoration.isDone,
    });
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    const { queue, policy } = this.#options;
    this.#unsubscribe.push(
      queue.onWork(() => {
        this.#supply.mayHaveWork();
        this.#pump.soon();
      }),
      policy.onChange((next) => {
        this.#replan(this.#connectors.replace(next));
        this.#wakeStored(`policy revision ${next.revision}`);
      }),
    );
    this.#restoration.start();
  }

  stop(graceMs: number): Promise<void> {
    this.#ended ??= this.#end();
    if (this.#state === 'stopping') this.#grace.give(graceMs);
    return this.#ended;
  }

  clockSetBack(): void {
    if (this.#state !== 'running') return;
    this.#wakes.begin(wakeAfterSetBack);
    this.#pump.soon();
  }

  status(): DeliveryStatus {
    return { inHand: this.#hand.size, connectors: this.#connectors.status(this.#clock.now()) };
  }

  suspend(connector: string, reason: string, until?: Instant): Promise<boolean> {
    return this.#orders.suspend(connector, reason, until);
  }

  resume(connector: string): Promise<boolean> {
    return this.#orders.resume(connector);
  }

  resumeSender(connector: string, sender: string): Promise<boolean> {
    return this.#orders.resumeSender(connector, sender);
  }

  async letGo(id: QueueId): Promise<boolean> {
    const item = this.#hand.get(id);
    if (!item || !letGo(item, this.#connectors, this.#clock.now())) return false;
    await new Promise<void>((resolve) => {
      item.onDone = resolve;
      this.#settler.flush(item);
    });
    return true;
  }

  noticesForDelete(message: StoredMessage, recipient?: number): Promise<readonly Notice[]> {
    return this.#notices.forDelete(message, recipient);
  }

  #admit(work: WorkItem): void {
    const item = new HandItem(work);
    item.wayAt = this.#wakes.wayChanges;
    this.#hand.add(item);
    if (this.#state === 'running') {
      this.#placement.place(item, dueRecipients(work.message.progress, this.#clock.now()));
    }
    this.#settler.flush(item);
  }

  #done(item: HandItem): void {
    if (this.#hand.remove(item)) this.#supply.mayHaveWork();
    item.onDone?.();
    if (this.#state === 'running' && item.wayAt !== this.#wakes.wayChanges) this.#wakes.missed(item.id);
    this.#grace.checkEmpty();
    this.#pump.soon();
  }

  #replan(runtimes: readonly ConnectorRuntime[]): void {
    this.#placeAgain(runtimes);
    this.#pump.soon();
  }

  /** Routes what waits for these connectors anew: their state or the policy has changed. In a stop it is given back. */
  #placeAgain(runtimes: readonly ConnectorRuntime[]): void {
    const waiting = runtimes.flatMap((runtime) => runtime.waiting.drain());
    for (const part of waiting) part.item.parts.delete(part);
    for (const part of waiting) {
      if (this.#state === 'running') this.#placement.place(part.item, part.recipients);
      else part.item.withdraw(part);
    }
    for (const item of new Set(waiting.map((part) => part.item))) this.#settler.flush(item);
  }

  #wakeStored(by: string): void {
    if (this.#state === 'running') this.#wakes.begin(wakeOfTheWay(by));
  }

  async #end(): Promise<void> {
    this.#state = 'stopping';
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#pump.stop();
    this.#restoration.stop();
    this.#orders.close();
    this.#wakes.stop();
    await this.#supply.end();
    for (const runtime of this.#connectors.all()) this.#placeAgain([runtime]);
    await this.#grace.wait();
    await Promise.all([this.#wakes.idle(), this.#stopped.idle()]);
    // What was left behind under way may still be handed over, after the last word.
    await this.#keeper.stop(this.#hand.size === 0);
    await this.#connectors.close();
    this.#state = 'stopped';
  }
}
