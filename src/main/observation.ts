/** Log, counters and records of one relay, and the one channel through which everything reaches them. */
import type { LogOutputConfig } from '../config/log-schema.ts';
import type { NodeConfig } from '../config/node-schema.ts';
import { createEvents } from '../observe/create-events.ts';
import type { Events, RelayEvent } from '../observe/events.ts';
import type { LogOutput, OutputWatch } from '../observe/log/output.ts';
import { createOutput } from '../observe/log/outputs.ts';
import type { LogDestination, LogFormat, Logger, LogSink } from '../observe/logger.ts';
import { createLoggerTo, standardOutput } from '../observe/logger.ts';
import { sampledTraceIdOf } from '../observe/tracing/ids.ts';
import type { Metrics } from '../observe/metrics.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';

/** Where the log goes and who else listens; absent: JSON on standard output, and nobody. */
export interface ObservationOptions {
  /** In place of standard output. */
  readonly log?: LogDestination;
  /** Of standard output, whatever the configuration says. */
  readonly logFormat?: LogFormat;
  /** Of standard output, where the configuration says nothing. */
  readonly logFormatDefault?: LogFormat;
  readonly onEvent?: (event: RelayEvent) => void;
}

export interface Observation {
  readonly events: Events;
  readonly logger: Logger;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly recordInto: (store: Store) => void;
  /** Every event from now on goes there as well. */
  readonly watchBy: (watch: (event: RelayEvent) => void) => void;
  /** Writes out what waits for files and collectors, and lets them go; nothing is logged there after it. */
  readonly closeLog: () => Promise<void>;
}

/** How long a stop waits for a collector of the log. */
const closeMs = 2_000;

/** Log, counters and records; records begin once there is a store. */
export function observe(
  node: Pick<NodeConfig, 'log' | 'hostname' | 'tracing'>,
  overrides: ObservationOptions,
  clock: Clock,
): Observation {
  const metrics = createMetrics();
  let tell: (event: RelayEvent) => void = () => undefined;
  const outputs: LogOutput[] = [];
  const sinkOf = (config: LogOutputConfig): LogSink => {
    const watchOf = (name: string): OutputWatch => watchOutput(name, metrics, (event) => tell(event));
    const output = createOutput(config, { clock, hostname: node.hostname, watchOf });
    if (output) outputs.push(output);
    return output ? remoteSink(config, output) : localSink(config, overrides);
  };
  const logger = createLoggerTo(node.log.map(sinkOf), clock);
  let store: Store | undefined;
  const watchers: ((event: RelayEvent) => void)[] = [];
  const written = createEvents({
    logger,
    metrics,
    clock,
    record: (record) => store?.record(record),
    ...traceIds(node.tracing?.sample),
    watch(event) {
      for (const watch of watchers) watch(event);
    },
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
  tell = (event) => events.emit(event);
  return {
    events,
    logger,
    metrics,
    recordInto: (opened) => {
      store = opened;
    },
    watchBy: (next) => void watchers.push(next),
    closeLog: async () => {
      await Promise.all(outputs.map((output) => output.close(closeMs)));
    },
  };
}

function traceIds(share: number | undefined): {
  readonly traceIdOf?: (queueId: string) => string | undefined;
} {
  return share === undefined ? {} : { traceIdOf: (queueId) => sampledTraceIdOf(queueId, share) };
}

function localSink(
  config: LogOutputConfig,
  { log, logFormat, logFormatDefault = 'json' }: ObservationOptions,
): LogSink {
  const written = config.to === 'stdout' ? config.format : undefined;
  const format = logFormat ?? written ?? logFormatDefault;
  return { format, level: config.level, destination: log ?? standardOutput() };
}

function remoteSink(config: LogOutputConfig, output: LogOutput): LogSink {
  return {
    format: config.to === 'file' ? config.format : 'json',
    level: config.level,
    destination: { write: (line) => output.write(line), flush: () => output.flushNow() },
    isRemote: true,
  };
}

/** What an output loses is counted, and the other outputs are told of it: once when it begins, once when it is over. */
export function watchOutput(
  output: string,
  { logDropped, label }: Metrics,
  tell: (event: RelayEvent) => void,
): OutputWatch {
  const name = { output: label('output', output) };
  return {
    dropped: (lines) => logDropped.inc(name, lines),
    trouble: (text) => tell({ kind: 'log-trouble', output, text }),
    works: (lost) => tell({ kind: 'log-recovered', output, lost }),
  };
}
