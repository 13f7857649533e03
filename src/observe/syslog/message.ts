/** A syslog message as RFC 5424 writes it. Pure. */
import { formatInstant, type Instant } from '../../platform/clock.ts';

/** RFC 5424 6.2.1. */
export const syslogSeverities = {
  critical: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
} as const;
export type SyslogSeverity = keyof typeof syslogSeverities;

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: SyslogSeverity;
  readonly at: Instant;
  readonly hostname: string;
  /** Process id of the relay. */
  readonly pid: number;
  /** Kind of message: `alert`, or the kind of an event. */
  readonly id: string;
  /** Parameters of the one structured element `relay365@32473`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** For people; line ends become spaces. */
  readonly text: string;
}

/**
 * RFC 5424 7.2.2 reserves 32473 (RFC 5612) for documents; a product without an enterprise number of its own has no other
 * choice that cannot collide with a registered one.
 */
const elementId = 'relay365@32473';
const textMax = 4_096;
const valueMax = 1_024;
const utf8Mark = '\u{FEFF}';

/** RFC 5424 6: header, structured data, and UTF-8 text behind its mark. */
export function formatSyslog(message: SyslogMessage): string {
  const priority = message.facility * 8 + syslogSeverities[message.severity];
  const header = [
    `<${priority}>1`,
    formatInstant(message.at),
    word(message.hostname, 255),
    'relay365',
    word(String(message.pid), 128),
    word(message.id, 32),
  ].join(' ');
  const parameters = Object.entries(message.fields).map(
    ([name, value]) => ` ${parameterName(name)}="${parameterValue(String(value))}"`,
  );
  const data = parameters.length === 0 ? '-' : `[${elementId}${parameters.join('')}]`;
  return `${header} ${data} ${utf8Mark}${plain(message.text).slice(0, textMax).toWellFormed()}`;
}

/** RFC 5424 6.2: printable ASCII without spaces; `-` where nothing is left. */
function word(text: string, max: number): string {
  const kept = text.replaceAll(/[^!-~]/g, '').slice(0, max);
  return kept === '' ? '-' : kept;
}

/** RFC 5424 6.3.3: neither `=`, space, `]` nor `"`, at most 32 characters. */
function parameterName(text: string): string {
  return word(text.replaceAll(/[=\]"]/g, ''), 32);
}

/** RFC 5424 6.3.3: `"`, `\` and `]` are escaped. */
function parameterValue(text: string): string {
  return plain(text)
    .slice(0, valueMax)
    .toWellFormed()
    .replaceAll(/["\\\]]/g, String.raw`\$&`);
}

/** A line end or another control character could end a record early, or drive a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g, ' ');
}
