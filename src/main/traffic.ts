/** What is seen of the mail flow: opened with what was kept, fed by the events, written from time to time. */
import type { Events, RelayEvent } from '../observe/events.ts';
import { Days } from '../observe/traffic/days.ts';
import { Habits } from '../observe/traffic/habits.ts';
import { Live } from '../observe/traffic/live.ts';
import { Sightings } from '../observe/traffic/sightings.ts';
import { Statistics } from '../observe/traffic/statistics.ts';
import { Strangers } from '../observe/traffic/strangers.ts';
import { TranscriptBook } from '../observe/transcripts/transcript-book.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import { createReverseName } from '../platform/reverse-name.ts';
import type { LockOutList, LoginGuard } from '../policy/login.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';

/** What is lost at an end without notice is at most this old. */
const flushMs = 10_000;
const reverseNameMs = 1_000;
const lockOutsName = 'lock-outs';
/** Lock-outs of each kind that are kept over a restart, the last to end. */
const lockOutsKept = 1_000;

export interface TrafficOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly logins: LoginGuard;
}

export async function openTraffic(options: TrafficOptions): Promise<Traffic> {
  const { store, clock, logins } = options;
  const { records } = store;
  const [days, statistics, sightings, habits, strangers, transcripts, lockOuts] = await Promise.all([
    Days.open(clock, records),
    Statistics.open(clock, records),
    Sightings.open(clock, records),
    Habits.open(clock, records),
    Strangers.open(clock, records),
    TranscriptBook.open(clock, records),
    store.document(lockOutsName),
  ]);
  if (lockOuts !== undefined) logins.restoreLockOuts(JSON.parse(lockOuts) as LockOutList);
  return new Traffic(options, {
    days,
    statistics,
    sightings,
    habits,
    strangers,
    transcripts,
    lockOuts: lockOuts ?? '',
  });
}

export class Traffic implements AsyncDisposable {
  readonly days: Days;
  readonly statistics: Statistics;
  readonly sightings: Sightings;
  readonly habits: Habits;
  readonly strangers: Strangers;
  readonly transcripts: TranscriptBook;
  readonly live: Live;
  readonly logins: LoginGuard;
  readonly reverseName = createReverseName(reverseNameMs);
  readonly #options: TrafficOptions;
  #lockOuts: string;
  #cancel: CancelTimer;
  #isClosed = false;

  constructor(
    options: TrafficOptions,
    opened: Pick<Traffic, 'days' | 'statistics' | 'sightings' | 'habits' | 'strangers' | 'transcripts'> & {
      readonly lockOuts: string;
    },
  ) {
    this.#options = options;
    this.days = opened.days;
    this.statistics = opened.statistics;
    this.sightings = opened.sightings;
    this.habits = opened.habits;
    this.strangers = opened.strangers;
    this.transcripts = opened.transcripts;
    this.#lockOuts = opened.lockOuts;
    this.logins = options.logins;
    this.live = new Live(options.clock);
    this.#cancel = options.clock.after(flushMs, () => void this.#repeat());
  }

  note(event: RelayEvent): void {
    this.statistics.count(event);
    this.days.count(event);
    this.sightings.note(event);
    this.habits.note(event);
    this.strangers.note(event);
    this.live.note(event);
  }

  /** Writes what has changed. A store that fails keeps it waiting for the next time. */
  async flush(): Promise<void> {
    const { events } = this.#options;
    try {
      await this.statistics.flush();
      await this.days.flush();
      await this.sightings.flush();
      await this.habits.flush();
      await this.strangers.flush();
      await this.transcripts.flush();
      await this.#keepLockOuts();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      events.emit({
        kind: 'store-trouble',
        text: `counts of the mail flow were not written: ${error.message}`,
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.flush();
  }

  async #repeat(): Promise<void> {
    await this.flush();
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(flushMs, () => void this.#repeat());
  }

  async #keepLockOuts(): Promise<void> {
    const { address, user } = this.logins.lockOuts();
    if (address.length + user.length === 0 && this.#lockOuts === '') return;
    const latest = (list: LockOutList['user']) =>
      list.toSorted((a, b) => b.until - a.until).slice(0, lockOutsKept);
    const text = JSON.stringify({ address: latest(address), user: latest(user) } satisfies LockOutList);
    if (text === this.#lockOuts) return;
    await this.#options.store.putDocument(lockOutsName, text);
    this.#lockOuts = text;
  }
}
