/** `log` of relay365.yaml: where the log goes, in which form, and from which level on. */
import { z } from 'zod';
import { between, duration, enterpriseNumber, port, size } from './units.ts';

const level = z
  .enum(['debug', 'info', 'warn', 'error'])
  .default('info')
  .describe('Least level that is written there; `debug` has one line a session.');
const format = z
  .enum(['json', 'pretty'])
  .describe('`json`: one JSON object a line; `pretty`: a line for people.');

const stdout = z
  .strictObject({
    to: z.literal('stdout').describe('Standard output.'),
    format: format
      .optional()
      .describe(
        '`json`: one JSON object a line; `pretty`: a line for people. Absent: `pretty` on a terminal, else `json`; `--log-format` counts before both.',
      ),
    level,
  })
  .describe('Standard output.');

const file = z
  .strictObject({
    to: z.literal('file').describe('Files of this machine.'),
    path: z
      .string()
      .min(1)
      .describe(
        'The day is put before the ending: `./logs/relay365.log` becomes `./logs/relay365-2026-11-23.log`.',
      ),
    format: format.default('json'),
    level,
    fileBytes: size.prefault('100 MiB').describe('Octets of one file; then another of the same day begins.'),
    totalBytes: size.prefault('2 GiB').describe('Octets of all of them; the oldest go.'),
    keep: duration.prefault('30d').describe('Older files are removed.'),
    buffer: size
      .prefault('8 MiB')
      .describe('Octets that wait for the disk; more is dropped, counted and said.'),
  })
  .describe('Files, one a day (UTC) at least.');

const syslog = z
  .strictObject({
    to: z.literal('syslog').describe('A syslog collector or SIEM.'),
    host: z.string().min(1).describe('Name or address of the collector.'),
    port: port.optional().describe('Absent: 514, with TLS 6514.'),
    transport: z
      .enum(['udp', 'tcp', 'tls'])
      .default('tls')
      .describe('RFC 5426; RFC 6587 with octet counting; RFC 5425, with the certificate verified.'),
    facility: between(0, 23, 'a facility')
      .default(2)
      .describe('RFC 5424 6.2.1; 2 is `mail`, 16 is `local0`.'),
    enterprise: enterpriseNumber,
    level,
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        'PEM file of the roots that the certificate of the collector must lead to; absent: those of the system.',
      ),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file with our own certificate, where the collector asks for one.'),
    key: z.string().min(1).optional().describe('PEM file with its key.'),
    messageBytes: between(480, 65_536, 'a number of octets')
      .optional()
      .describe(
        'Octets of one message; longer ones lose text, then fields. Absent: 8192, and 2048 over UDP (RFC 5425 4.3.1, RFC 5426 3.2).',
      ),
    buffer: size
      .prefault('8 MiB')
      .describe('Octets that wait for the collector; more is dropped, counted and said.'),
  })
  .describe('A syslog collector or SIEM (RFC 5424).');

export const logSchema = z
  .array(z.discriminatedUnion('to', [stdout, file, syslog]))
  .max(10)
  .prefault([{ to: 'stdout' }])
  .describe(
    'Where the log goes; several at once ([logging.md](logging.md)). Without `stdout` nothing is printed.',
  );

export const w3cLogSchema = z
  .strictObject({
    directory: z.string().min(1).describe('Directory of the files `exYYMMDD.log`.'),
    directions: z
      .array(z.enum(['in', 'out']))
      .min(1)
      .default(['in', 'out'])
      .describe('`in`: sessions of clients; `out`: attempts of connectors.'),
    fileBytes: size.prefault('100 MiB').describe('Octets of one file; then another of the same day begins.'),
    totalBytes: size.prefault('2 GiB').describe('Octets of all of them; the oldest go.'),
    keep: duration.prefault('30d').describe('Older files are removed.'),
    buffer: size
      .prefault('8 MiB')
      .describe('Octets that wait for the disk; more is dropped, counted and said.'),
  })
  .describe(
    'W3C extended log of sessions and attempts, as IIS SMTP wrote it; absent: none ([logging.md](logging.md)).',
  );

export type LogConfig = z.output<typeof logSchema>;
export type LogOutputConfig = LogConfig[number];
export type FileLogConfig = Extract<LogOutputConfig, { to: 'file' }>;
export type SyslogLogConfig = Extract<LogOutputConfig, { to: 'syslog' }>;
export type W3cLogConfig = z.output<typeof w3cLogSchema>;
