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
  /** Parameters of the one structured element, or members of the JSON object beside `msg`. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** For people; line ends become spaces. */
  readonly text: string;
  /**
   * Private enterprise number of whoever runs the relay, for the name of the structured element. Without one there is no
   * lawful name (RFC 5424 6.3.2: a name that IANA did not register bears such a number), and the fields are JSON in the text.
   */
  readonly enterprise?: number;
}

/** CEE Log Syntax 1.0, as mmjsonparse of rsyslog and the JSON parser of syslog-ng look for it. */
const jsonCookie = '@cee:';
const textMax = 4_096;
const valueMax = 1_024;
const utf8Mark = '\u{FEFF}';

/** RFC 5424 6: header, structured data and text; fields go into the one or the other. */
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
  const { enterprise } = message;
  const body = enterprise === undefined ? asJson(message) : asElement(message, enterprise);
  return `${header} ${body}`;
}

/**
 * RFC 5424 6.4: text that is not marked as UTF-8 is best ASCII, so what is beyond it is escaped (RFC 8259 section 7). Controls
 * become spaces here too: a collector written in C ends a value at U+0000.
 */
function asJson({ text, fields }: SyslogMessage): string {
  const values = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? plain(value).slice(0, valueMax).toWellFormed() : value,
  ]);
  const object = { msg: plain(text).slice(0, textMax).toWellFormed(), ...Object.fromEntries(values) };
  return `- ${jsonCookie} ${JSON.stringify(object).replaceAll(/[^ -~]/g, escaped)}`;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function asElement({ text, fields }: SyslogMessage, enterprise: number): string {
  const parameters = Object.entries(fields).map(
    ([name, value]) => ` ${parameterName(name)}="${parameterValue(String(value))}"`,
  );
  const data = parameters.length === 0 ? '-' : `[relay365@${enterprise}${parameters.join('')}]`;
  return `${data} ${utf8Mark}${plain(text).slice(0, textMax).toWellFormed()}`;
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
