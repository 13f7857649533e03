/** The one place that business events pass: log line, counter and, for refusals, the record found by its reference. */
import type { Clock } from '../platform/clock.ts';
import type { EventRecord } from '../store/store.ts';
import type { EventRow, EventKind } from './event-table.ts';
import { eventTable } from './event-table.ts';
import type { Events, RelayEvent } from './events.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export function createEvents(options: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Where refusals are kept; `store.record`, once there is a store. */
  readonly record: (record: EventRecord) => void;
}): Events {
  const { logger, metrics, clock, record } = options;
  return {
    emit(event) {
      try {
        const row = eventTable[event.kind] as EventRow<EventKind>;
        const { kind, ...fields } = event;
        row.count?.(metrics, event);
        if (logger.enabled(row.level)) logger.log(row.level, { event: kind, ...fields }, row.say(event));
        if (row.kept) record(recordOf(event, clock));
      } catch (error) {
        // Whoever emits is in the middle of mail and must not fail for the log's sake.
        metrics.faults.inc({ where: 'emit' });
        process.emitWarning(`event ${event.kind} could not be written: ${String(error)}`);
      }
    },
  };
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
