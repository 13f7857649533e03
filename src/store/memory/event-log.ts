/** Events of the memory engine: bounded in number, the oldest go. */
import type { Instant } from '../../platform/clock.ts';
import { eventSearchText } from '../columns.ts';
import type { EventQuery, EventRecord, Page } from '../store.ts';
import { searchForm } from '../terms.ts';
import { pageOf } from './page.ts';

interface EventRow {
  readonly seq: number;
  readonly event: EventRecord;
}

export class EventLog {
  readonly #eventsMax: number;
  #rows: EventRow[] = [];
  #seq = 0;

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax;
  }

  add(event: EventRecord): void {
    this.#rows.push({ seq: this.#seq++, event });
    if (this.#rows.length > this.#eventsMax * 1.1 + 10) this.#rows = this.#kept();
  }

  newest(ref: string): EventRecord | undefined {
    return this.#kept().findLast((row) => row.event.ref === ref)?.event;
  }

  page(query: EventQuery): Page<EventRecord> {
    const text = query.text === undefined ? undefined : searchForm(query.text);
    const rows = this.#kept().filter(
      ({ event }) =>
        (query.kind === undefined || event.kind === query.kind) &&
        (query.source === undefined || event.source === query.source) &&
        (query.from === undefined || event.at >= query.from) &&
        (text === undefined || eventSearchText(event).includes(text)),
    );
    const page = pageOf(rows, query);
    return { ...page, items: page.items.map((row) => row.event) };
  }

  /** Drops what is older; returns how many. */
  sweep(before: Instant): number {
    const events = this.#kept();
    this.#rows = events.filter((row) => row.event.at >= before);
    return events.length - this.#rows.length;
  }

  #kept(): EventRow[] {
    return this.#rows.slice(-this.#eventsMax);
  }
}
