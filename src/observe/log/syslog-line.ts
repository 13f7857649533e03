/** One line of the JSON log as a syslog message that keeps to a number of octets. Pure. */
import { instant } from '../../platform/clock.ts';
import type { Level } from '../event-table.ts';
import type { SyslogMessage, SyslogSeverity } from '../syslog/message.ts';
import { formatSyslog } from '../syslog/message.ts';

export interface SyslogOrigin {
  readonly facility: number;
  readonly hostname: string;
  readonly pid: number;
  /** Octets of one message. */
  readonly bytesMax: number;
  /** As `SyslogMessage` has it. */
  readonly enterprise?: number;
}

const severities = {
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  error: 'error',
  fatal: 'critical',
} as const satisfies Record<Level, SyslogSeverity>;

/** Characters of the text that stay as long as there are fields to drop instead. */
const textAlways = 64;

/** `line`: as the logger wrote it, secrets redacted already. */
export function syslogLine(line: string, origin: SyslogOrigin): Buffer {
  const { event, level, time, msg, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const message: SyslogMessage = {
    facility: origin.facility,
    severity: severities[level as Level] ?? 'info',
    at: instant(Date.parse(String(time))),
    hostname: origin.hostname,
    pid: origin.pid,
    id: String(simple(event ?? '-')),
    fields: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, simple(value)])),
    text: String(simple(msg ?? '')),
    ...(origin.enterprise === undefined ? {} : { enterprise: origin.enterprise }),
  };
  return fit(message, origin.bytesMax);
}

function simple(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value) ?? '';
}

/** A message cut anywhere would be no message: first the text gets shorter, then the longest fields go. */
function fit(given: SyslogMessage, bytesMax: number): Buffer {
  let message = given;
  for (;;) {
    const bytes = Buffer.from(formatSyslog(message), 'utf8');
    const excess = bytes.length - bytesMax;
    if (excess <= 0) return bytes;
    const { text } = message;
    const fields = Object.entries(message.fields);
    if (text.length > textAlways) {
      // An octet is at least a third of a character.
      const shorter = Math.max(textAlways, Math.min(text.length - 1, text.length - Math.ceil(excess / 3)));
      message = { ...message, text: text.slice(0, shorter) };
    } else if (fields.length > 0) {
      const longest = fields.reduce((a, b) => (String(b[1]).length > String(a[1]).length ? b : a))[0];
      message = { ...message, fields: Object.fromEntries(fields.filter(([name]) => name !== longest)) };
    } else if (text.length > 0) message = { ...message, text: text.slice(0, -1) };
    else return bytes.subarray(0, bytesMax);
  }
}
