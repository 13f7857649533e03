/** What the checks found, with a bounded history that outlives a restart. */
import type { Instant, Milliseconds } from '../../platform/clock.ts';
import type { Check, CheckPoint, CheckResult } from './check.ts';

/** A day of points every five minutes, and room for changes of state. */
const pointsMax = 320;
export const pointEveryMs: Milliseconds = 300_000;
/** Checks that are kept: one for each listener, and a dozen. */
const checksMax = 200;

type Kept = Pick<Check, 'id' | 'state' | 'since' | 'history'>;

export class HealthBoard {
  readonly #checks = new Map<string, Check>();
  readonly #kept: Map<string, Kept>;
  readonly #keptMs: Milliseconds;

  /** `text`: as `text()` gave it before; `keptMs`: `retention.health`. What cannot be read is forgotten: history is not worth a start. */
  constructor(text: string | undefined, keptMs: Milliseconds) {
    this.#keptMs = keptMs;
    this.#kept = new Map(readKept(text).map((kept) => [kept.id, kept]));
  }

  /** All results of one round; checks that are not among them exist no longer. */
  take(results: readonly CheckResult[], now: Instant): void {
    const before = new Map(this.#checks);
    this.#checks.clear();
    for (const result of results.slice(0, checksMax)) {
      const known = before.get(result.id) ?? this.#kept.get(result.id);
      this.#checks.set(result.id, {
        ...result,
        since: known?.state === result.state ? known.since : now,
        checkedAt: now,
        history: grown(known?.history ?? [], result, now).filter(({ at }) => at >= now - this.#keptMs),
      });
    }
    this.#kept.clear();
  }

  get(id: string): Check | undefined {
    return this.#checks.get(id);
  }

  all(): readonly Check[] {
    return [...this.#checks.values()];
  }

  text(): string {
    return JSON.stringify(this.all().map(({ id, state, since, history }) => ({ id, state, since, history })));
  }
}

function grown(history: readonly CheckPoint[], result: CheckResult, now: Instant): readonly CheckPoint[] {
  const last = history.at(-1);
  const isDue = last === undefined || last.state !== result.state || now - last.at >= pointEveryMs;
  // A clock that was set back must not stop the history for as long.
  if (!isDue && now >= last.at) return history;
  const point: CheckPoint = {
    at: now,
    state: result.state,
    ...(result.value === undefined ? {} : { value: result.value }),
  };
  return [...history, point].slice(-pointsMax);
}

function readKept(text: string | undefined): readonly Kept[] {
  if (text === undefined) return [];
  try {
    const list = JSON.parse(text) as unknown;
    return Array.isArray(list) ? (list as Kept[]).filter(({ history }) => Array.isArray(history)) : [];
  } catch {
    return [];
  }
}
