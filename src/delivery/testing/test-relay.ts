/** Queue and delivery over a memory store, with scripted connectors and a clock that the test moves. */
import { policySchema } from '../../config/policy-schema.ts';
import type { QueueId } from '../../message/message.ts';
import { RecordedEvents } from '../../observe/events.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import { idFactory, seededRandom } from '../../platform/random.ts';
import { compilePolicy } from '../../policy/compile.ts';
import { PolicyHolder } from '../../policy/holder.ts';
import type { ConnectorRule, Policy } from '../../policy/policy.ts';
import { createQueue } from '../../queue/relay-queue.ts';
import type { Queue } from '../../queue/queue.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { Store, StoredMessage } from '../../store/store.ts';
import type { Delivery } from '../delivery.ts';
import { createDelivery } from '../delivery.ts';
import type { TestMessage } from './messages.ts';
import { testAccepted, testContent } from './messages.ts';
import type { Script } from './scripted-connector.ts';
import { ScriptedConnector } from './scripted-connector.ts';

export type ConnectorInput = Readonly<Record<string, unknown>> & { readonly name: string };

/** A smart host without TLS, which is what most tests need; `connector` overrides. */
export function testPolicy(
  connectors: readonly ConnectorInput[],
  revision = 1,
  tenant?: Readonly<Record<string, unknown>>,
): Policy {
  const document = policySchema.parse({
    ...(tenant && { tenant }),
    connectors: connectors.map((connector) => ({
      route: { type: 'smart-host', hosts: ['next.example:25'] },
      tls: 'off',
      ...connector,
    })),
  });
  return compilePolicy(document, revision).policy;
}

export interface TestRelayOptions {
  readonly connectors?: readonly ConnectorInput[];
  readonly script?: Script;
  readonly seed?: number;
  readonly store?: Store;
  readonly clock?: FakeClock;
  readonly owner?: string;
  readonly messagesInHandMax?: number;
  /** Of each connector; absent: `limits.connections`. */
  readonly attemptsMax?: number;
}

export class TestRelay {
  readonly clock: FakeClock;
  readonly events = new RecordedEvents();
  readonly store: Store;
  readonly queue: Queue;
  readonly policy: PolicyHolder;
  readonly delivery: Delivery;
  readonly made: ScriptedConnector[] = [];
  script: Script | undefined;
  /** While set, making a connector fails with this text. */
  makingFault: string | undefined;
  readonly #attemptsMax: number | undefined;
  #sent = 0;

  private constructor(options: TestRelayOptions, store: Store, queue: Queue, clock: FakeClock) {
    this.clock = clock;
    this.store = store;
    this.queue = queue;
    this.script = options.script;
    this.#attemptsMax = options.attemptsMax;
    this.policy = new PolicyHolder(testPolicy(options.connectors ?? [{ name: 'smart' }]));
    const random = seededRandom(options.seed ?? 1);
    this.delivery = createDelivery({
      queue,
      policy: this.policy,
      connectorFor: (rule) => this.#make(rule),
      clock,
      random,
      events: this.events,
      hostname: 'relay.contoso.com',
      newId: idFactory(random),
      ...(options.messagesInHandMax !== undefined && { messagesInHandMax: options.messagesInHandMax }),
    });
  }

  static async start(options: TestRelayOptions = {}): Promise<TestRelay> {
    const clock = options.clock ?? new FakeClock();
    const store = options.store ?? createMemoryStore({ clock });
    const queue = await createQueue({ store, clock, owner: options.owner ?? 'node' });
    const relay = new TestRelay(options, store, queue, clock);
    relay.delivery.start();
    return relay;
  }

  /** Accepts a message now; its id is `M1`, `M2`, … unless given. */
  async send(message: Partial<TestMessage> = {}): Promise<QueueId> {
    const id = message.id ?? `M${++this.#sent}`;
    const accepted = testAccepted({ at: this.clock.now(), ...message, id });
    await this.queue.accept(accepted, { kind: 'bytes', chunks: testContent });
    return accepted.id;
  }

  /** Lets time pass. 0: what can happen now happens. */
  async run(ms = 0): Promise<void> {
    await this.clock.advance(ms);
  }

  async message(id: string): Promise<StoredMessage> {
    const stored = await this.store.get(id as QueueId);
    if (!stored) throw new Error(`no message ${id}`);
    return stored;
  }

  async kinds(id: string): Promise<string[]> {
    return (await this.message(id)).progress.recipients.map(({ kind }) => kind);
  }

  /** The newest connector of this name. */
  connector(name = 'smart'): ScriptedConnector {
    const connector = this.made.findLast((one) => one.name === name);
    if (!connector) throw new Error(`connector ${name} was not made`);
    return connector;
  }

  /** Ids in the order of their attempts, all connectors together. */
  attempted(): string[] {
    const all = this.made.flatMap(({ attempts }) => attempts);
    return all.toSorted((a, b) => a.at - b.at).map(({ id }) => id);
  }

  async end(graceMs = 0): Promise<void> {
    await Promise.all([this.delivery.stop(graceMs), this.clock.advance(graceMs + 1)]);
    await this.queue[Symbol.asyncDispose]();
  }

  #make(rule: ConnectorRule): ScriptedConnector {
    if (this.makingFault !== undefined) throw new Error(this.makingFault);
    const connector = new ScriptedConnector(rule.name, this.clock, (delivery, signal) => {
      if (this.script) return this.script(delivery, signal);
      return { kind: 'relayed', reply: { code: 250, lines: ['queued'] }, dsnPassedOn: false };
    });
    if (this.#attemptsMax !== undefined) connector.attemptsMax = this.#attemptsMax;
    this.made.push(connector);
    return connector;
  }
}
