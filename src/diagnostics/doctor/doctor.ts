/** The doctor of one relay: runs now or once a day, remembers what it found, and tells what changed from run to run. */
import type { CancelTimer, Clock, Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import type { Store } from '../../store/store.ts';
import type { Check, DoctorContext, SeenEgress, State } from './check.ts';
import { withSeen } from './egress-history.ts';
import type { Finding } from './run.ts';
import { runChecks } from './run.ts';
import type { Daily } from './schedule.ts';
import { nextDaily, noted } from './schedule.ts';

const historyMax = 90;
const documentName = 'doctor';

export interface KnownFinding extends Finding {
  readonly since: Instant;
}

export interface Run {
  readonly at: Instant;
  readonly by: string;
  readonly ms: number;
  readonly findings: readonly KnownFinding[];
}

export interface PastRun {
  readonly at: Instant;
  readonly by: string;
  readonly counts: Readonly<Record<State, number>>;
  readonly changes: readonly { readonly id: string; readonly from?: State; readonly to: State }[];
}

interface Kept {
  readonly last?: Run;
  /** The newest first. */
  readonly history: readonly PastRun[];
  readonly egress: readonly SeenEgress[];
  readonly daily?: Daily;
}

export interface DoctorOptions {
  readonly clock: Clock;
  readonly store: Pick<Store, 'document' | 'putDocument'>;
  readonly checks: readonly Check[];
  /** Made anew for each run; what it holds is given back after it. */
  context(egress: readonly SeenEgress[]): {
    readonly context: DoctorContext;
    /** Where next hops saw us in this run. */
    seen(): readonly SeenEgress[];
    close(): Promise<void>;
  };
  /** A run is over; for events. */
  readonly onRun?: (run: Run, past: PastRun) => void;
  /** A run of the day failed for a reason of our own. */
  readonly onFault: (error: unknown) => void;
}

export class Doctor implements AsyncDisposable {
  readonly #options: DoctorOptions;
  readonly #stop = new AbortController();
  #kept: Kept;
  /** `asked`: names of the checks. */
  #underWay: { readonly asked: string; readonly ended: Promise<Run> } | undefined;
  #cancel: CancelTimer = () => undefined;
  #nextAt: Instant | undefined;

  private constructor(options: DoctorOptions, kept: Kept) {
    this.#options = options;
    this.#kept = kept;
  }

  static async open(options: DoctorOptions): Promise<Doctor> {
    const text = await options.store.document(documentName);
    const kept = text === undefined || text === '' ? { history: [], egress: [] } : (JSON.parse(text) as Kept);
    return new Doctor(options, kept);
  }

  get checks(): readonly Check[] {
    return this.#options.checks;
  }
  get last(): Run | undefined {
    return this.#kept.last;
  }
  get history(): readonly PastRun[] {
    return this.#kept.history;
  }
  get running(): boolean {
    return this.#underWay !== undefined;
  }
  get nextAt(): Instant | undefined {
    return this.#nextAt;
  }

  /** Runs once a day from now on, at a time of day that restarts and runs by hand leave alone. */
  startDaily(): void {
    this.#arm(nextDaily(this.#kept.daily, this.#options.clock.now()));
  }

  #arm(at: Instant): void {
    const { clock, onFault } = this.#options;
    this.#nextAt = at;
    this.#cancel = clock.after(at - clock.now(), () => {
      if (this.#stop.signal.aborted) return;
      // The clock was set back meanwhile.
      if (clock.now() < at) this.#arm(at);
      else {
        void this.#runDaily(at).catch((error: unknown) => {
          if (!this.#stop.signal.aborted) onFault(error);
        });
      }
    });
  }

  async #runDaily(at: Instant): Promise<void> {
    const daily = noted(this.#kept.daily, at);
    this.#kept = { ...this.#kept, daily };
    try {
      await this.run('daily');
    } finally {
      if (!this.#stop.signal.aborted) this.#arm(nextDaily(daily, this.#options.clock.now()));
    }
  }

  /**
   * With `names` only these checks run, and the others keep what they found. Joins a run under way of the same checks, and
   * waits for one of others.
   */
  async run(by: string, names?: readonly string[]): Promise<Run> {
    const asked = [...new Set(names ?? this.#options.checks.map(({ name }) => name))].toSorted().join(' ');
    while (this.#underWay) {
      const { asked: others, ended } = this.#underWay;
      if (others === asked) return ended;
      await ended.catch(() => undefined);
    }
    this.#stop.signal.throwIfAborted();
    const ended = this.#run(by, names).finally(() => {
      this.#underWay = undefined;
    });
    this.#underWay = { asked, ended };
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel();
    this.#stop.abort();
    await this.#underWay?.ended.catch(() => undefined);
  }

  async #run(by: string, names: readonly string[] | undefined): Promise<Run> {
    const { clock, checks, store, onRun } = this.#options;
    const wanted = names === undefined ? checks : checks.filter(({ name }) => names.includes(name));
    const at = clock.now();
    const given = this.#options.context(this.#kept.egress);
    let findings: Finding[];
    try {
      findings = await runChecks(wanted, given.context, this.#stop.signal);
    } finally {
      await given.close();
    }
    const others = (this.#kept.last?.findings ?? []).filter(
      ({ check }) => names !== undefined && !names.includes(check),
    );
    const before = new Map((this.#kept.last?.findings ?? []).map((finding) => [finding.id, finding]));
    const known = findings.map((finding) => {
      const earlier = before.get(finding.id);
      return { ...finding, since: earlier?.state === finding.state ? instant(earlier.since) : at };
    });
    const run: Run = { at, by, ms: clock.now() - at, findings: [...known, ...others] };
    const past: PastRun = {
      at,
      by,
      counts: countsOf(run.findings),
      changes: known
        .filter(({ id, state }) => before.get(id)?.state !== state)
        .map(({ id, state }) => {
          const from = before.get(id)?.state;
          return { id, to: state, ...(from !== undefined && { from }) };
        }),
    };
    const egress = withSeen(this.#kept.egress, given.seen());
    this.#kept = {
      ...this.#kept,
      last: run,
      history: [past, ...this.#kept.history].slice(0, historyMax),
      egress,
    };
    await store.putDocument(documentName, JSON.stringify(this.#kept));
    onRun?.(run, past);
    return run;
  }
}

export function countsOf(findings: readonly { readonly state: State }[]): Record<State, number> {
  const counts = { ok: 0, warn: 0, fail: 0, unknown: 0 };
  for (const { state } of findings) counts[state] += 1;
  return counts;
}

export function worstOf(findings: readonly { readonly state: State }[]): State {
  const counts = countsOf(findings);
  return counts.fail > 0 ? 'fail' : counts.warn > 0 ? 'warn' : counts.unknown > 0 ? 'unknown' : 'ok';
}
