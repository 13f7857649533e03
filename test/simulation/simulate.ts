/**
 * Days of a relay in simulated time, all chance drawn from one seed. The relay meets next hops that fail in every way
 * they can, operators who hold, release, suspend and change the policy, restarts, and (with `kills`) sudden ends. At the
 * end, and on the way, the books must balance.
 */
import { testAccepted, testContent } from '../../src/delivery/testing/messages.ts';
import { testPolicy } from '../../src/delivery/testing/test-relay.ts';
import { nextDue } from '../../src/message/message.ts';
import type { RelayEvent } from '../../src/observe/events.ts';
import type { Instant } from '../../src/platform/clock.ts';
import { plus } from '../../src/platform/clock.ts';
import { FakeClock } from '../../src/platform/fake-clock.ts';
import type { Random } from '../../src/platform/random.ts';
import { idFactory, seededRandom } from '../../src/platform/random.ts';
import { PolicyHolder } from '../../src/policy/holder.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { createMemoryStore } from '../../src/store/memory/memory-store.ts';
import type { Store, StoredMessage } from '../../src/store/store.ts';
import { checkBooks } from './books.ts';
import { forecast, Ledger, SimulatedConnector } from './next-hops.ts';
import { RelayProcess } from './process.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly messages: number;
  /** Processes working on the one store. */
  readonly processes?: number;
  /** Sudden ends, spread over the first two days. */
  readonly kills?: number;
}

export interface SimulationReport {
  readonly seed: number;
  readonly recipients: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly taken: number;
  readonly doubts: number;
  readonly violations: readonly string[];
}

const hour = 3_600_000;
const day = 24 * hour;
/** A pending message whose time came this long ago, with nobody's lease on it, has been forgotten. */
const forgottenMs = 10 * 60_000;

const connectorNames = ['main', 'backup', 'partner', 'direct'] as const;
const recipientNames = [...Array<string>(20).fill('user'), 'grey', 'grey', 'nobody', 'nobody', 'full'];
const domains = ['example.org', 'example.org', 'partner.example', 'a.direct.example', 'b.direct.example'];

/** `without`: connectors that an administrator has taken away by mistake. */
function policyOf(revision: number, without: readonly string[] = []): Policy {
  const all = [
    { name: 'main', fallback: 'backup', addressSpaces: [{ pattern: '*' }] },
    { name: 'backup', addressSpaces: [{ pattern: '*', cost: 100 }], limits: { messagesPerMinute: 30 } },
    { name: 'partner', addressSpaces: [{ pattern: 'partner.example' }], limits: { connections: 1 } },
    { name: 'direct', addressSpaces: [{ pattern: '*.direct.example' }], route: { type: 'mx' } },
  ];
  // A longest pause of two hours keeps the number of attempts, and so the time of a run, small.
  const retry = { initial: '1m', maximum: '2h' };
  return testPolicy(
    all
      .filter(({ name }) => !without.includes(name))
      .map((one) => ({
        ...one,
        retry,
        fallback: without.includes(one.fallback ?? '') ? undefined : one.fallback,
      })),
    revision,
  );
}

export class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #clock = new FakeClock();
  readonly #store: Store = createMemoryStore();
  readonly #ledger = new Ledger();
  readonly #policy = new PolicyHolder(policyOf(1));
  readonly #processes: RelayProcess[] = [];
  readonly #events: RelayEvent[] = [];
  readonly #violations: string[] = [];
  readonly #accepted = new Set<string>();
  readonly #start: Instant;
  readonly #fineFrom: Instant;
  readonly #weather;
  #owners = 0;
  #revision = 1;
  #busy: Promise<void> = Promise.resolve();

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#start = this.#clock.now();
    this.#fineFrom = plus(this.#start, 2.2 * day);
    this.#weather = new Map(
      connectorNames.map((name) => [name as string, forecast(this.#random, this.#start, this.#fineFrom)]),
    );
  }

  async run(): Promise<SimulationReport> {
    const { processes = 1, messages, kills = 0 } = this.#options;
    for (let count = 0; count < processes; count++) {
      this.#at(0, async () => void this.#processes.push(await this.#newProcess()));
    }
    for (let count = 0; count < messages; count++)
      this.#at(this.#random.fraction() ** 2 * 2 * day, () => this.#send());
    for (let count = 0; count < 12; count++)
      this.#at(this.#random.fraction() * 2 * day, () => this.#meddle());
    for (let count = 0; count < kills; count++)
      this.#at(this.#random.fraction() * 2 * day, () => this.#kill());
    for (let at = 6 * hour; at < 5 * day; at += 6 * hour) this.#at(at, () => this.#checkNobodyForgotten());
    this.#at(2.2 * day, () => this.#putRight());
    await this.#clock.advance(5.5 * day);
    return this.#report();
  }

  /** Things that happen do so one after the other, at their time. */
  #at(ms: number, run: () => Promise<void>): void {
    this.#clock.after(Math.round(ms), () => {
      this.#busy = this.#busy.then(run).catch((error: unknown) => {
        this.#violations.push(`the simulation itself failed: ${String(error)}`);
      });
    });
  }

  #newProcess(): Promise<RelayProcess> {
    return RelayProcess.start({
      owner: `node-${++this.#owners}`,
      clock: this.#clock,
      store: this.#store,
      random: this.#random,
      policy: this.#policy,
      events: { emit: (event) => this.#events.push(event) },
      newId: idFactory(this.#random),
      shared: (this.#options.processes ?? 1) > 1 || (this.#options.kills ?? 0) > 0,
      connectorFor: (rule, clock, isOver) =>
        new SimulatedConnector({
          name: rule.name,
          clock,
          isOver,
          random: this.#random,
          phases: this.#weather.get(rule.name) ?? [],
          ledger: this.#ledger,
          connectionsMax: rule.config.limits.connections,
          onViolation: (text) => this.#violations.push(text),
        }),
    });
  }

  async #send(): Promise<void> {
    const random = this.#random;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.fraction() * list.length)] as T;
    const addresses = Array.from({ length: 1 + Math.floor(random.fraction() ** 3 * 4) }, (_, index) => {
      return `${pick(recipientNames)}${index}@${pick(domains)}`;
    });
    const id = `M${this.#accepted.size + 1}`;
    const accepted = testAccepted({
      id,
      at: this.#clock.now(),
      source: pick(['erp', 'printer', 'scanner', 'alerts']),
      recipients: addresses,
      sender: random.fraction() < 0.05 ? null : `scanner@${pick(domains)}`,
      priority: pick(['priority', 'normal', 'normal', 'bulk'] as const),
      ...(random.fraction() < 0.1 && { notify: ['success', 'failure', 'delay'] as const }),
      ...(random.fraction() < 0.1 && { notify: ['never'] as const }),
      ...(random.fraction() < 0.2 && { owner: 'it@example.org' }),
    });
    this.#accepted.add(id);
    // Through any process; one that dies before the commit has said nothing to the client, so it is tried again.
    const process = pick(this.#processes);
    const write = process.queue.accept(accepted, { kind: 'bytes', chunks: testContent });
    write.catch((error: unknown) => this.#violations.push(`not accepted: ${String(error)}`));
  }

  /** What operators do. */
  async #meddle(): Promise<void> {
    const random = this.#random;
    const process = this.#processes[0];
    if (!process) return;
    const kind = Math.floor(random.fraction() * 6);
    if (kind === 0) {
      await process.delivery.suspend(
        connectorNames[Math.floor(random.fraction() * 4)] ?? 'main',
        'maintenance',
      );
    } else if (kind === 1) {
      await process.delivery.resume(connectorNames[Math.floor(random.fraction() * 4)] ?? 'main');
    } else if (kind === 2) {
      const slips = [[], [], ['main'], ['backup'], ['partner'], ['direct'], ['main', 'backup']];
      const without = slips[Math.floor(random.fraction() * slips.length)];
      this.#policy.replace(policyOf(++this.#revision, without));
    } else if (kind === 3) {
      const { items } = await this.#store.list({ state: 'active', limit: 5 });
      for (const { accepted } of items) {
        await process.delivery.letGo(accepted.id);
        await process.queue.operate(accepted.id, { kind: 'hold', reason: 'looked at' }, 'operator');
      }
    } else if (kind === 4) await this.#releaseAll(process);
    else if ((this.#options.processes ?? 1) === 1) await this.#restart(process);
  }

  async #restart(process: RelayProcess): Promise<void> {
    const index = this.#processes.indexOf(process);
    await process.stop(this.#random.fraction() < 0.5 ? 0 : 30_000);
    this.#processes[index] = await this.#newProcess();
  }

  async #kill(): Promise<void> {
    const index = Math.floor(this.#random.fraction() * this.#processes.length);
    this.#processes[index]?.kill();
    // What was handed over and is not in the books is in doubt from now on.
    for (const { accepted, progress } of await this.#all()) {
      for (const [position, state] of progress.recipients.entries()) {
        const address = accepted.envelope.recipients[position]?.address.text ?? '';
        const entry = this.#ledger.entry(accepted.id, address);
        if (state.kind !== 'relayed' && entry.taken > entry.doubts) entry.doubts++;
      }
    }
    this.#processes[index] = await this.#newProcess();
  }

  async #releaseAll(process: RelayProcess): Promise<void> {
    const { items } = await this.#store.list({ state: 'held', limit: 1000 });
    for (const { accepted } of items)
      await process.queue.operate(accepted.id, { kind: 'release' }, 'operator');
  }

  /** Everything is repaired, so that whatever can come to an end does. */
  async #putRight(): Promise<void> {
    this.#policy.replace(policyOf(++this.#revision));
    for (const process of this.#processes) {
      for (const name of connectorNames) await process.delivery.resume(name);
    }
    const [process] = this.#processes;
    if (process) await this.#releaseAll(process);
  }

  async #checkNobodyForgotten(): Promise<void> {
    const now = this.#clock.now();
    for (const { accepted, progress, lease } of await this.#all()) {
      const due = nextDue(progress);
      if (due === undefined) continue;
      const free = lease === null || lease.until < now;
      if (free && due < now - forgottenMs) {
        this.#violations.push(
          `${accepted.id} was due at ${due - this.#start} ms and is forgotten at ${now - this.#start} ms`,
        );
      }
    }
  }

  async #all(): Promise<StoredMessage[]> {
    const all: StoredMessage[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.list({ limit: 1000, ...(cursor !== undefined && { cursor }) });
      all.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return all;
  }

  async #report(): Promise<SimulationReport> {
    const messages = await this.#all();
    const violations = [
      ...this.#violations,
      ...checkBooks({
        messages,
        accepted: this.#accepted,
        ledger: this.#ledger,
        events: this.#events,
        kills: this.#options.kills ?? 0,
      }),
    ];
    for (const process of this.#processes) {
      const { inHand, connectors } = process.delivery.status();
      const active = connectors.reduce((sum, connector) => sum + connector.active, 0);
      if (inHand > 0 || active > 0)
        violations.push(`${inHand} messages in hand, ${active} attempts at the end`);
      process.kill();
    }
    const entries = [...this.#ledger.entries.values()];
    return {
      seed: this.#options.seed,
      recipients: tally(messages.flatMap(({ progress }) => progress.recipients.map(({ kind }) => kind))),
      events: tally(this.#events.map(({ kind }) => kind)),
      taken: entries.reduce((sum, { taken }) => sum + taken, 0),
      doubts: entries.reduce((sum, { doubts }) => sum + doubts, 0),
      violations,
    };
  }
}

export function simulate(options: SimulationOptions): Promise<SimulationReport> {
  return new Simulation(options).run();
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
