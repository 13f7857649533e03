/** The one place that business events pass: log line, counter and, for refusals, the record found by its reference. */
import type { Clock } from '../platform/clock.ts';
import type { EventRecord } from '../store/store.ts';
import type { EventRow, EventKind } from './event-table.ts';
import { eventTable } from './event-table.ts';
import type { Events, RelayEvent } from './events.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';
import { type RefusalEvent, RefusalFlood } from './refusal-flood.ts';

export interface EventOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where refusals are kept; `store.record`, once there is a store. */
  readonly record: (record: EventRecord) => void;
  /** Is told every event, also those of a flood that are not written. */
  readonly watch?: (event: RelayEvent) => void;
  /** Trace of a message; its lines bear it as `traceId`. Absent: there are no traces. */
  readonly traceIdOf?: (queueId: string) => string | undefined;
}

export function createEvents(options: EventOptions): Events {
  return new WrittenEvents(options);
}

class WrittenEvents implements Events {
  readonly #options: EventOptions;
  readonly #flood = new RefusalFlood();
  #isSummaryDue = false;

  constructor(options: EventOptions) {
    this.#options = options;
  }

  emit(event: RelayEvent): void {
    const { metrics } = this.#options;
    try {
      const row = eventTable[event.kind] as EventRow<EventKind>;
      row.count?.(metrics, event);
      this.#options.watch?.(event);
      if (isRefusal(event) && !this.#admits(event)) return;
      // After it nothing would fetch the summaries any more.
      if (event.kind === 'stopped') this.#writeAll(this.#flood.lastSummaries());
      this.#write(event, row);
    } catch (error) {
      // Whoever emits is in the middle of mail and must not fail for the log's sake.
      metrics.faults.inc({ where: 'emit' });
      process.emitWarning(`event ${event.kind} could not be written: ${String(error)}`);
    }
  }

  #write(event: RelayEvent, row: EventRow<EventKind>): void {
    const { logger, clock, record } = this.#options;
    const { kind, ...fields } = event;
    if (logger.enabled(row.level))
      logger.log(row.level, { event: kind, ...fields, ...this.#traceOf(event) }, row.say(event));
    if (row.kept) record(recordOf(event, clock));
  }

  #traceOf(event: RelayEvent): { readonly traceId: string } | undefined {
    const { traceIdOf } = this.#options;
    if (!traceIdOf || !('id' in event)) return undefined;
    const traceId = traceIdOf(event.kind === 'notice' ? event.about : event.id);
    return traceId === undefined ? undefined : { traceId };
  }

  #writeAll(events: readonly RelayEvent[]): void {
    for (const event of events) this.#write(event, eventTable[event.kind]);
  }

  #admits(event: RefusalEvent): boolean {
    const { metrics, clock } = this.#options;
    const now = clock.now();
    const isAdmitted = this.#flood.admits(event, now);
    this.#writeAll(this.#flood.summaries(now));
    if (isAdmitted) return true;
    metrics.refusalsSuppressed.inc({ event: event.kind });
    if (!this.#isSummaryDue) this.#awaitSummary();
    return false;
  }

  /** A timer only while something is suppressed: a flood that stops leaves no event that would bring its summary. */
  #awaitSummary(): void {
    const { clock } = this.#options;
    const at = this.#flood.nextSummaryAt;
    this.#isSummaryDue = at !== undefined;
    if (at === undefined) return;
    clock.after(at - clock.now(), () => {
      this.#writeAll(this.#flood.summaries(clock.now()));
      this.#awaitSummary();
    });
  }
}

function isRefusal(event: RelayEvent): event is RefusalEvent {
  return event.kind === 'refused' || event.kind === 'login-failed' || event.kind === 'session-refused';
}

function recordOf(event: RelayEvent, clock: Clock): EventRecord {
  const { kind, ...fields } = event;
  const known = fields as { ref?: string; source?: string; address?: string };
  return {
    ref: known.ref ?? '',
    at: clock.now(),
    kind,
    ...(known.source === undefined ? {} : { source: known.source }),
    ...(known.address === undefined ? {} : { address: known.address }),
    fields,
  };
}
