/** Days of counts: today in memory, written from time to time, the others in the store until their time is over. */
import type { Clock, Instant, Milliseconds } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { Records } from '../../store/records.ts';
import type { RelayEvent } from '../events.ts';
import type { DayRecord } from './day-record.ts';
import { countDay, newDay } from './day-record.ts';

const kind = 'day';
const pageRecords = 100;
const dayMs = 86_400_000;
/** Beyond it the clock was wrong when that day was counted, and not set back since. */
const setBackMaxMs = 7 * dayMs;

export class Days {
  readonly #clock: Clock;
  readonly #records: Records;
  #today: DayRecord;
  /** Until then no event begins another day: to write a date for each event would cost more than all that is counted of it. */
  #todayUntil = 0;
  /** Ended since the last write. */
  #ended: DayRecord[] = [];
  #isDirty = false;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(clock: Clock, records: Records, today: DayRecord) {
    this.#clock = clock;
    this.#records = records;
    this.#today = today;
  }

  static async open(clock: Clock, records: Records): Promise<Days> {
    const day = dayOf(clock.now());
    const [newest] = await records.list({ kind, order: 'descending', limit: 1 });
    // The clock was set back over midnight while the relay stood still: it stays in the day it was in, as a running one does.
    const isAhead =
      newest !== undefined && newest.key > day && newest.key <= dayOf(plus(clock.now(), setBackMaxMs));
    const kept = isAhead ? newest : await records.get(kind, day);
    return new Days(clock, records, kept ? (JSON.parse(kept.text) as DayRecord) : newDay(day));
  }

  count(event: RelayEvent): void {
    const now = this.#clock.now();
    this.#turn(now);
    if (countDay(this.#today, event, now)) this.#isDirty = true;
  }

  get today(): DayRecord {
    this.#turn(this.#clock.now());
    return this.#today;
  }

  /** Both inclusive, RFC 3339 full-dates; days without a count are not there. */
  async between(first: string, last: string): Promise<DayRecord[]> {
    await this.flush();
    const found: DayRecord[] = [];
    // The key before the first day.
    let after = `${first.slice(0, -1)}${String.fromCharCode(first.charCodeAt(first.length - 1) - 1)}~`;
    for (;;) {
      const part = await this.#records.list({ kind, after, limit: pageRecords });
      for (const { key, text } of part) {
        if (key > last) return found;
        if (key >= first) found.push(JSON.parse(text) as DayRecord);
      }
      if (part.length < pageRecords) return found;
      after = part.at(-1)?.key ?? last;
    }
  }

  /** Months that have days, the newest first, with the number of days. */
  async months(): Promise<ReadonlyMap<string, number>> {
    await this.flush();
    const found = new Map<string, number>();
    let after: string | undefined;
    for (;;) {
      const part = await this.#records.list({
        kind,
        order: 'descending',
        limit: pageRecords,
        ...(after === undefined ? {} : { after }),
      });
      for (const { key } of part) found.set(key.slice(0, 7), (found.get(key.slice(0, 7)) ?? 0) + 1);
      if (part.length < pageRecords) return found;
      after = part.at(-1)?.key;
    }
  }

  /** Everything that was counted is written when it resolves, also what another call is writing. */
  flush(): Promise<void> {
    const done = this.#writing.then(() => this.#flush());
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #flush(): Promise<void> {
    this.#turn(this.#clock.now());
    if (!this.#isDirty && this.#ended.length === 0) return;
    const written = [...this.#ended, this.#today];
    this.#isDirty = false;
    this.#ended = [];
    try {
      await this.#records.write(written.map((one) => ({ kind, key: one.day, text: JSON.stringify(one) })));
    } catch (error) {
      this.#isDirty = true;
      this.#ended = [...written.filter((one) => one !== this.#today), ...this.#ended];
      throw error;
    }
  }

  /** Removes days that are older; returns how many. */
  async forget(keptMs: Milliseconds): Promise<number> {
    const before = dayOf(plus(this.#clock.now(), -keptMs));
    const part = await this.#records.list({ kind, limit: 500 });
    const old = part.filter(({ key }) => key < before);
    if (old.length > 0) await this.#records.write(old.map(({ key }) => ({ kind, key, text: null })));
    return old.length;
  }

  /** A clock that was set back stays in the day it was in. */
  #turn(now: Instant): void {
    if (now < this.#todayUntil) return;
    this.#todayUntil = (Math.floor(now / dayMs) + 1) * dayMs;
    const day = dayOf(now);
    if (day <= this.#today.day) return;
    if (this.#isDirty) this.#ended.push(this.#today);
    this.#isDirty = false;
    this.#today = newDay(day);
  }
}

export function dayOf(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}
