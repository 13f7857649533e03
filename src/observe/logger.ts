/**
 * The log: one JSON object a line through pino, or lines for a person. Lines are written in the order of events by
 * an asynchronous writer, so that mail does not wait for a pipe or a terminal; `flush` empties it before the end.
 */
import { styleText } from 'node:util';
import { destination, pino } from 'pino';
import type { Clock } from '../platform/clock.ts';
import { formatInstant } from '../platform/clock.ts';
import type { Level } from './event-table.ts';
import { printable, safeJsonLine } from './printable.ts';

export type LogFormat = 'json' | 'pretty';

export interface LogDestination {
  write(line: string): void;
  flush?(): void;
}

/** One place that lines go to. */
export interface LogSink {
  readonly format: LogFormat;
  readonly level: Level;
  readonly destination: LogDestination;
  /** It leaves this terminal: what only its reader may see stays away from it. */
  readonly isRemote?: boolean;
}

export interface Logger {
  /** Whether lines of this level are written at all; sentences are made only then. */
  enabled(level: Level): boolean;
  log(level: Level, fields: Readonly<Record<string, unknown>>, sentence: string): void;
  /** Writes out what waits; called at the end of the process, so it may block. */
  flush(): void;
}

// Secrets are redacted where they enter; this is the net below, for a field that should never be logged.
const redact = {
  paths: ['password', 'secret', 'token', 'authorization', 'key'],
  censor: '[redacted]',
};

export function createLogger(options: {
  readonly format: LogFormat;
  readonly clock: Clock;
  readonly level?: Level;
  /** Default: standard output. */
  readonly destination?: LogDestination;
}): Logger {
  const { format, level = 'info', destination: out = standardOutput() } = options;
  return createLoggerTo([{ format, level, destination: out }], options.clock);
}

/** To several places at once, each from its own level on. */
export function createLoggerTo(sinks: readonly LogSink[], clock: Clock): Logger {
  const byLevel = new Map(levels.map((level) => [level, writerOf(sinks, level)]));
  const local = new Map(
    levels.map((level) => [
      level,
      writerOf(
        sinks.filter(({ isRemote }) => !isRemote),
        level,
      ),
    ]),
  );
  let write: (line: string) => void = () => undefined;
  const log = pino(
    {
      level: lowest(sinks) ?? 'silent',
      base: null,
      redact,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: timestamps(clock),
    },
    { write: (line: string) => write(line) },
  );
  return {
    enabled: (level) => log.isLevelEnabled(level),
    log(level, fields, sentence) {
      const isSecret = secretEvents.has(String(fields['event']));
      write = (isSecret ? local : byLevel).get(level) ?? write;
      log[level](fields, sentence);
    },
    flush() {
      for (const { destination: out } of sinks) out.flush?.();
    },
  };
}

const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const satisfies readonly Level[];

/** They bear what lets somebody in: for whoever reads the terminal or the journal, and for no collector. */
const secretEvents: ReadonlySet<string> = new Set(['first-account']);

function lowest(sinks: readonly LogSink[]): Level | undefined {
  return levels.find((level) => sinks.some((sink) => sink.level === level));
}

function writerOf(sinks: readonly LogSink[], level: Level): (line: string) => void {
  const rank = levels.indexOf(level);
  const writers = sinks
    .filter((sink) => levels.indexOf(sink.level) <= rank)
    .map(({ format, destination: out }) =>
      format === 'json'
        ? (line: string) => out.write(safeJsonLine(line))
        : (line: string) => out.write(prettyLine(line)),
    );
  const [first] = writers;
  // One place is the rule, and a loop over it would cost every line.
  if (writers.length <= 1) return first ?? (() => undefined);
  return (line) => {
    for (const write of writers) write(line);
  };
}

/** Many lines are written in one millisecond, and formatting a time costs more than the rest of a line. */
function timestamps(clock: Clock): () => string {
  let at = -1;
  let text = '';
  return () => {
    const now = clock.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${formatInstant(now)}"`;
    }
    return text;
  };
}

/** Whether a terminal reads us; then people do, and the log is written for them. */
export function defaultLogFormat(): LogFormat {
  return process.stdout.isTTY ? 'pretty' : 'json';
}

// Lines are gathered up to this many octets or milliseconds, since each write costs as much as a line.
const gatherBytes = 8 * 1024;
const gatherMs = 50;

export function standardOutput(): LogDestination {
  const out = destination({ fd: 1, sync: false, minLength: gatherBytes, periodicFlush: gatherMs });
  // The reader of our output went away (EPIPE): mail matters more than the log.
  out.on('error', () => undefined);
  return {
    write: (line) => void out.write(line),
    flush: () => {
      try {
        out.flushSync();
      } catch {
        // Nobody reads any more, or the descriptor is closed: there is nowhere left to say so.
      }
    },
  };
}

const levelStyles = {
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const satisfies Record<Level, string>;

/** One line for a person from one JSON line: time, level, event, sentence, reference. */
export function prettyLine(line: string): string {
  const entry = JSON.parse(line) as Readonly<Record<string, string | undefined>>;
  const level = (entry['level'] as Level | undefined) ?? 'info';
  const reference = entry['id'] ?? entry['ref'];
  const parts = [
    styleText('gray', (entry['time'] ?? '').slice(11, 23)),
    styleText(levelStyles[level], level.toUpperCase().padEnd(5)),
    styleText('bold', printable(entry['event'] ?? '')),
    printable(entry['msg'] ?? ''),
  ];
  if (reference !== undefined) parts.push(styleText('gray', `(${printable(reference)})`));
  const trail = entry['stack']?.split('\n').map((row) => `\n    ${printable(row)}`) ?? [];
  return `${parts.join(' ')}${trail.join('')}\n`;
}
