/** The W3C extended log of one relay: events of sessions and attempts, into files of a day. */
import type { W3cLogConfig } from '../config/log-schema.ts';
import type { RelayEvent } from '../observe/events.ts';
import type { OutputWatch } from '../observe/log/output.ts';
import { RollingFile } from '../observe/log/rolling-file.ts';
import { type W3cPlaces, w3cHeader, w3cLine } from '../observe/w3c/w3c-lines.ts';
import type { Clock } from '../platform/clock.ts';

export interface W3cLog extends AsyncDisposable {
  note(event: RelayEvent): void;
}

export function openW3cLog(
  config: W3cLogConfig,
  places: Omit<W3cPlaces, 'directions'>,
  { clock, watch }: { readonly clock: Clock; readonly watch: OutputWatch },
): W3cLog {
  const all: W3cPlaces = { ...places, directions: new Set(config.directions) };
  const file = new RollingFile({
    clock,
    directory: config.directory,
    nameOf: (day, part) => `ex${day.slice(2).replaceAll('-', '')}${part === 0 ? '' : `-${part}`}.log`,
    dayOf(name) {
      const [, year, month, day] = /^ex(\d\d)(\d\d)(\d\d)(?:-\d+)?\.log$/.exec(name) ?? [];
      return day === undefined ? undefined : `20${year}-${month}-${day}`;
    },
    fileBytes: config.fileBytes,
    totalBytes: config.totalBytes,
    keepMs: config.keep,
    bufferBytes: config.buffer,
    header: (at) => w3cHeader(at, places.version),
    watch,
  });
  return {
    note(event) {
      const line = w3cLine(event, clock.now(), all);
      if (line !== undefined) file.write(line);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
