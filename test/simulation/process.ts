/**
 * One process of the relay in simulated time: queue and delivery on a store that outlives it. `kill` is the end without
 * notice: its timers never fire, its calls never return, and what it had asked of the store has happened or has not.
 */
import type { Connector } from '../../src/connector/connector.ts';
import type { Delivery } from '../../src/delivery/delivery.ts';
import { createDelivery } from '../../src/delivery/delivery.ts';
import type { Events } from '../../src/observe/events.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { NewId, Random } from '../../src/platform/random.ts';
import type { PolicyHolder } from '../../src/policy/holder.ts';
import type { ConnectorRule } from '../../src/policy/policy.ts';
import type { Queue } from '../../src/queue/queue.ts';
import { createQueue } from '../../src/queue/relay-queue.ts';
import type { Store } from '../../src/store/store.ts';

export interface ProcessOptions {
  readonly owner: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly random: Random;
  readonly policy: PolicyHolder;
  readonly events: Events;
  readonly newId: NewId;
  /** Several processes work on the store; writes take a moment, so that a kill can fall between asking and knowing. */
  readonly shared: boolean;
  connectorFor(rule: ConnectorRule, clock: Clock, isOver: () => boolean): Connector;
}

export class RelayProcess {
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly #life: Life;

  private constructor(life: Life, queue: Queue, delivery: Delivery) {
    this.#life = life;
    this.queue = queue;
    this.delivery = delivery;
  }

  static async start(options: ProcessOptions): Promise<RelayProcess> {
    const life: Life = { isOver: false };
    const clock = mortalClock(options.clock, life);
    const store = options.shared ? mortalStore(options, clock, life) : options.store;
    const queue = await createQueue({ store, clock, owner: options.owner, pollMs: 60_000 });
    const delivery = createDelivery({
      ...options,
      clock,
      queue,
      hostname: 'relay.contoso.com',
      connectorFor: (rule) => options.connectorFor(rule, clock, () => life.isOver),
      events: { emit: (event) => life.isOver || options.events.emit(event) },
    });
    delivery.start();
    return new RelayProcess(life, queue, delivery);
  }

  async stop(graceMs: number): Promise<void> {
    await this.delivery.stop(graceMs);
    await this.queue[Symbol.asyncDispose]();
  }

  kill(): void {
    this.#life.isOver = true;
  }
}

interface Life {
  isOver: boolean;
}

function mortalClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    after: (delayMs, run) =>
      clock.after(delayMs, () => {
        if (!life.isOver) run();
      }),
  };
}

/** Every call takes a moment before and after it has its effect. */
function mortalStore({ store, random }: ProcessOptions, clock: Clock, life: Life): Store {
  const moment = (): Promise<void> => {
    const ms = random.fraction() < 0.5 ? 0 : Math.floor(random.fraction() * 20);
    return new Promise((resolve) => {
      if (ms > 0) clock.after(ms, resolve);
      else if (!life.isOver) resolve();
    });
  };
  const slowly = async <T>(call: () => Promise<T>): Promise<T> => {
    await moment();
    const result = await call();
    await moment();
    return result;
  };
  return {
    abilities: { ...store.abilities, shared: true },
    ...(store.health && { health: () => store.health?.() ?? 'ok' }),
    inlineBytesMax: store.inlineBytesMax,
    createContent: (id) => store.createContent(id),
    insert: (message) => slowly(() => store.insert(message)),
    change: (change) => slowly(() => store.change(change)),
    claim: (request) => slowly(() => store.claim(request)),
    renew: (lease) => slowly(() => store.renew(lease)),
    release: (owner) => slowly(() => store.release(owner)),
    lapse: (owner) => slowly(() => store.lapse(owner)),
    nextDue: () => slowly(() => store.nextDue()),
    get: (id) => slowly(() => store.get(id)),
    list: (query) => slowly(() => store.list(query)),
    queueGroups: (by, now) => store.queueGroups(by, now),
    records: store.records,
    open: (id, ref) => store.open(id, ref),
    record: (event) => store.record(event),
    event: (ref) => store.event(ref),
    events: (query) => store.events(query),
    stats: () => store.stats(),
    sweep: (before) => store.sweep(before),
    document: (name) => store.document(name),
    putDocument: (name, text) => store.putDocument(name, text),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
