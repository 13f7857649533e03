/** Builds the outputs of the log that the configuration names, beside standard output. */
import { basename, dirname, extname } from 'node:path';
import type { FileLogConfig, LogOutputConfig, SyslogLogConfig } from '../../config/log-schema.ts';
import type { Clock } from '../../platform/clock.ts';
import type { LogOutput, OutputWatch } from './output.ts';
import { RollingFile } from './rolling-file.ts';
import { SyslogDatagrams } from './syslog-datagrams.ts';
import { SyslogStream } from './syslog-stream.ts';

export interface OutputEnvironment {
  readonly clock: Clock;
  /** HOSTNAME of syslog. */
  readonly hostname: string;
  /** For one output by its name. */
  readonly watchOf: (output: string) => OutputWatch;
}

/** `undefined` for standard output. */
export function createOutput(config: LogOutputConfig, environment: OutputEnvironment): LogOutput | undefined {
  switch (config.to) {
    case 'stdout':
      return undefined;
    case 'file':
      return fileOutput(config, environment);
    case 'syslog':
      return syslogOutput(config, environment);
    default:
      return config satisfies never;
  }
}

function fileOutput(config: FileLogConfig, { clock, watchOf }: OutputEnvironment): LogOutput {
  const ending = extname(config.path);
  const stem = basename(config.path, ending);
  return new RollingFile({
    clock,
    directory: dirname(config.path),
    ...datedNames(`${stem}-`, ending),
    fileBytes: config.fileBytes,
    totalBytes: config.totalBytes,
    keepMs: config.keep,
    bufferBytes: config.buffer,
    watch: watchOf(`file ${basename(config.path)}`),
  });
}

/** `relay365-2026-11-23.log`, `relay365-2026-11-23.1.log`. */
export function datedNames(
  stem: string,
  ending: string,
): { nameOf: (day: string, part: number) => string; dayOf: (name: string) => string | undefined } {
  return {
    nameOf: (day, part) => `${stem}${day}${part === 0 ? '' : `.${part}`}${ending}`,
    dayOf(name) {
      if (!name.startsWith(stem) || !name.endsWith(ending)) return undefined;
      const middle = name.slice(stem.length, name.length - ending.length);
      return /^(\d{4}-\d{2}-\d{2})(?:\.\d+)?$/.exec(middle)?.[1];
    },
  };
}

function syslogOutput(config: SyslogLogConfig, { clock, hostname, watchOf }: OutputEnvironment): LogOutput {
  const { host, transport, facility, ca, certificate, key, enterprise } = config;
  const port = config.port ?? (transport === 'tls' ? 6514 : 514);
  const bytesMax = config.messageBytes ?? (transport === 'udp' ? 2_048 : 8_192);
  const common = {
    clock,
    host,
    port,
    origin: {
      facility,
      hostname,
      pid: process.pid,
      bytesMax,
      ...(enterprise === undefined ? {} : { enterprise }),
    },
    bufferBytes: config.buffer,
    watch: watchOf(`syslog ${host}:${port}`),
  };
  if (transport === 'udp') return new SyslogDatagrams(common);
  return new SyslogStream({
    ...common,
    transport,
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
  });
}
