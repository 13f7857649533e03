/** Log, counters and records of one relay, and the one channel through which everything reaches them. */
import { createEvents } from '../observe/create-events.ts';
import type { Events, RelayEvent } from '../observe/events.ts';
import type { LogDestination, LogFormat, Logger } from '../observe/logger.ts';
import { createLogger } from '../observe/logger.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';

/** Where the log goes and who else listens; absent: JSON on standard output, and nobody. */
export interface ObservationOptions {
  readonly log?: LogDestination;
  readonly logFormat?: LogFormat;
  readonly onEvent?: (event: RelayEvent) => void;
}

export interface Observation {
  readonly events: Events;
  readonly logger: Logger;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly recordInto: (store: Store) => void;
  /** Every event from now on goes there as well. */
  readonly watchBy: (watch: (event: RelayEvent) => void) => void;
}

/** Log, counters and records; records begin once there is a store. */
export function observe(overrides: ObservationOptions, clock: Clock): Observation {
  const logger = createLogger({
    format: overrides.logFormat ?? 'json',
    clock,
    ...(overrides.log ? { destination: overrides.log } : {}),
  });
  const metrics = createMetrics();
  let store: Store | undefined;
  let watch: ((event: RelayEvent) => void) | undefined;
  const written = createEvents({
    logger,
    metrics,
    clock,
    record: (record) => store?.record(record),
    watch: (event) => watch?.(event),
  });
  const { onEvent } = overrides;
  const events: Events = onEvent
    ? {
        emit(event) {
          written.emit(event);
          onEvent(event);
        },
      }
    : written;
  return {
    events,
    logger,
    metrics,
    recordInto: (opened) => {
      store = opened;
    },
    watchBy: (next) => {
      watch = next;
    },
  };
}
