/** Rounds of checks. Each measurement has an end in real time: a disk that hangs is a result, and holds up no other check. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import { within } from '../../platform/within.ts';
import { HealthBoard } from './board.ts';
import type { CheckResult } from './check.ts';
import { ClockWatch } from './clock-watch.ts';
import type { Greeting, GreetingPlace } from './greeting.ts';
import { askGreeting } from './greeting.ts';
import type { ConnectorReading } from './judge.ts';
import * as judge from './judge.ts';

/** Listeners and the store are asked less often than they are looked at. */
const probeEveryMs = 60_000;
const keepEveryMs = 300_000;
const greetingMs = 5_000;
const writeMs = 15_000;
/** Of the event-loop monitor: 20 wake-ups a second cost nothing that can be measured. */
const loopResolutionMs = 50;

export interface HealthSources {
  readonly clock: Clock;
  readonly minimumFree: number;
  /** Why mail is not taken; no I/O. */
  readonly trouble: () => string | undefined;
  listeners(): readonly (GreetingPlace & { readonly name: string })[];
  /** A real small write, on stable storage when it resolves. */
  readonly write: () => Promise<void>;
  readonly storeHealth: () => string;
  readonly bytesFree: () => number | undefined;
  expiries(): readonly { readonly what: string; readonly at: Instant }[];
  /** Messages that wait and are not held. */
  queue(): Promise<{ readonly waiting: number; readonly oldestAt?: Instant }>;
  readonly connectors: () => readonly ConnectorReading[];
  /** `retention.health`. */
  readonly keptMs: Milliseconds;
  /** As `keep` was given last. */
  readonly kept: string | undefined;
  readonly keep: (text: string) => Promise<void>;
}

type Queue = Awaited<ReturnType<HealthSources['queue']>>;

export class HealthRounds implements AsyncDisposable {
  readonly board: HealthBoard;
  readonly #sources: HealthSources;
  readonly #loop: ReturnType<typeof monitorEventLoopDelay>;
  readonly #clock: ClockWatch;
  #probed:
    | { readonly at: Instant; readonly store: Written; readonly greetings: ReadonlyMap<string, Greeting> }
    | undefined;
  #keptAt: Instant;
  #queue: Queue | undefined;
  #lastRoundAt: Instant | undefined;

  constructor(sources: HealthSources) {
    this.#sources = sources;
    this.board = new HealthBoard(sources.kept, sources.keptMs);
    this.#clock = new ClockWatch(sources.clock);
    this.#keptAt = sources.clock.now();
    this.#loop = monitorEventLoopDelay({ resolution: loopResolutionMs });
    this.#loop.enable();
  }

  /** As of the last round; absent where it was not told in time. */
  get queue(): Queue | undefined {
    return this.#queue;
  }

  get lastRoundAt(): Instant | undefined {
    return this.#lastRoundAt;
  }

  /** Ids of the checks for which mail is not accepted; no I/O, and as new as can be. */
  notReadyBecause(): readonly string[] {
    const intake = judge.judgeIntake(this.#sources.trouble());
    const others = this.board
      .all()
      .filter(({ id, decides, state }) => id !== 'intake' && decides === true && state === 'fail');
    return [...(intake.state === 'fail' ? [intake.id] : []), ...others.map(({ id }) => id)];
  }

  /** Forgets how late the loop was while the relay was starting. */
  begin(): void {
    this.#loop.reset();
  }

  /** Never rejects. */
  async round(): Promise<void> {
    const { clock } = this.#sources;
    const before = this.#probed;
    const isDue = before === undefined || Math.abs(clock.now() - before.at) >= probeEveryMs;
    const [queue, probed] = await Promise.all([this.#readQueue(), isDue ? this.#probe() : before]);
    this.#queue = queue;
    this.#probed = probed;
    const now = clock.now();
    this.board.take(this.#results(queue, probed, now), now);
    this.#lastRoundAt = now;
    if (now - this.#keptAt < keepEveryMs) return;
    this.#keptAt = now;
    await this.#keep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#loop.disable();
    this.#clock[Symbol.dispose]();
    if (this.#lastRoundAt !== undefined) await this.#keep();
  }

  #results(queue: Queue | undefined, probed: Probed, now: Instant): readonly CheckResult[] {
    const sources = this.#sources;
    const listeners = [...probed.greetings];
    const greeted = listeners.filter(([, greeting]) => greeting.kind === 'greeted').length;
    const { bytesFree, minimumFree } = { bytesFree: sources.bytesFree(), minimumFree: sources.minimumFree };
    return [
      judge.judgeIntake(sources.trouble()),
      // Only where no listener is left, no mail is accepted at all.
      ...listeners.map(([name, greeting]) =>
        judge.judgeListener(name, greeting, {
          isOnlyOne: greeted === 0 || (greeted === 1 && greeting.kind === 'greeted'),
        }),
      ),
      judge.judgeStore(probed.store, sources.storeHealth()),
      this.#judgeLoop(),
      judge.judgeMemory(memoryNow()),
      judge.judgeDisk({ bytesFree, minimumFree, history: this.board.get('disk')?.history ?? [] }, now),
      judge.judgeClock(this.#clock.read(), now),
      judge.judgeCertificates(sources.expiries(), now),
      ...(queue === undefined
        ? []
        : [judge.judgeQueue({ waiting: queue.waiting, oldestMs: now - (queue.oldestAt ?? now) })]),
      judge.judgeConnectors(sources.connectors()),
    ];
  }

  #judgeLoop(): CheckResult {
    const { max } = this.#loop;
    const p99 = this.#loop.percentile(99);
    const hasCounted = this.#loop.count > 0;
    this.#loop.reset();
    // Nanoseconds, of which the interval itself is no delay.
    const delayMs = (nanoseconds: number): number =>
      hasCounted ? Math.max(0, nanoseconds / 1e6 - loopResolutionMs) : 0;
    return judge.judgeEventLoop({ p99Ms: delayMs(p99), maxMs: delayMs(max) });
  }

  async #probe(): Promise<Probed> {
    const sources = this.#sources;
    const [store, greetings] = await Promise.all([
      this.#write(),
      Promise.all(
        sources.listeners().map(async (place) => [place.name, await askGreeting(place, greetingMs)] as const),
      ),
    ]);
    return { at: sources.clock.now(), store, greetings: new Map(greetings) };
  }

  async #write(): Promise<Written> {
    const begin = performance.now();
    try {
      await within(this.#sources.write(), writeMs);
      return { ms: performance.now() - begin };
    } catch (error) {
      const { name, message } = error as Error;
      const text = name === 'TimeoutError' ? `no answer within ${writeMs / 1000} s` : message;
      return { ms: performance.now() - begin, error: text };
    }
  }

  async #readQueue(): Promise<Queue | undefined> {
    try {
      return await within(this.#sources.queue(), writeMs);
    } catch {
      // The check of the store tells why.
      return undefined;
    }
  }

  async #keep(): Promise<void> {
    try {
      await within(this.#sources.keep(this.board.text()), writeMs);
    } catch {
      // History of the last minutes is lost with the process; the check of the store tells why.
    }
  }
}

interface Written {
  readonly ms: number;
  readonly error?: string;
}

interface Probed {
  readonly at: Instant;
  readonly store: Written;
  readonly greetings: ReadonlyMap<string, Greeting>;
}

function memoryNow(): judge.MemoryReading {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    rss,
    heapUsed,
    heapLimit: getHeapStatistics().heap_size_limit,
    available: process.availableMemory(),
  };
}
