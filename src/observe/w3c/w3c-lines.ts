/**
 * Events as lines of a W3C extended log (WD-logfile-960323), with the fields and habits of IIS SMTP, so that what reads its files
 * reads these: `cs-username` is the HELO name, spaces are `+`, what is absent is `-`, and lines of our own connections bear
 * `OutboundConnection`. Pure.
 */
import { formatInstant, type Instant } from '../../platform/clock.ts';
import type { RelayEvent } from '../events.ts';

export const w3cFields = [
  'date',
  'time',
  'c-ip',
  'cs-username',
  's-sitename',
  's-computername',
  's-ip',
  's-port',
  'cs-method',
  'cs-uri-stem',
  'cs-uri-query',
  'sc-status',
  'sc-bytes',
  'cs-bytes',
  'time-taken',
  'x-tls',
  'x-source',
  'x-reference',
  'x-reply',
] as const;
export type W3cField = (typeof w3cFields)[number];

export interface W3cPlaces {
  readonly hostname: string;
  readonly version: string;
  /** Address and port of a listener. */
  readonly listener: (name: string) => { readonly address: string; readonly port: number } | undefined;
  readonly directions: ReadonlySet<'in' | 'out'>;
}

type Line = Partial<Record<W3cField, string | number | undefined>>;

/** What a file begins with, again after each start. */
export function w3cHeader(at: Instant, version: string): string {
  return [
    `#Software: relay365 ${version}`,
    '#Version: 1.0',
    `#Date: ${formatInstant(at).slice(0, 19).replace('T', ' ')}`,
    `#Fields: ${w3cFields.join(' ')}`,
    '',
  ].join('\n');
}

/** One line with its end; `undefined` for events that are none of this log. */
export function w3cLine(event: RelayEvent, at: Instant, places: W3cPlaces): string | undefined {
  const line = event.kind === 'attempted' ? outbound(event) : inbound(event, places);
  if (!line || !places.directions.has(event.kind === 'attempted' ? 'out' : 'in')) return undefined;
  const stamp = formatInstant(at);
  const whole: Line = {
    date: stamp.slice(0, 10),
    time: stamp.slice(11, 19),
    's-computername': places.hostname,
    ...line,
  };
  return `${w3cFields.map((field) => written(whole[field])).join(' ')}\n`;
}

function inbound(event: RelayEvent, places: W3cPlaces): Line | undefined {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- most events are none of this log
  switch (event.kind) {
    case 'accepted':
      return {
        'c-ip': event.address,
        'cs-username': event.helo,
        'cs-method': 'DATA',
        'cs-uri-stem': `<${event.sender}>`,
        'cs-uri-query': `recipients=${event.recipients}`,
        'sc-status': 250,
        'cs-bytes': event.bytes,
        'x-source': event.source,
        'x-reference': event.id,
      };
    case 'refused':
      return {
        ...clientOf(event, places),
        'cs-username': event.helo,
        'cs-method': event.stage === 'content' ? 'DATA' : event.stage.toUpperCase(),
        'cs-uri-stem': event.sender === undefined ? undefined : `<${event.sender}>`,
        'cs-uri-query': event.recipient === undefined ? undefined : `<${event.recipient}>`,
        'sc-status': event.reply.slice(0, 3),
        'x-tls': event.tls,
        'x-source': event.source,
        'x-reference': event.ref,
        'x-reply': event.reply,
      };
    case 'login':
      return {
        ...clientOf(event, places),
        ...loginOf(event),
        'sc-status': 235,
        'x-tls': event.tls,
        'x-source': event.source,
      };
    case 'login-failed':
      return { ...clientOf(event, places), ...loginOf(event), 'sc-status': 535 };
    case 'session-refused':
      return { ...clientOf(event, places), 'cs-method': 'CONNECT', 'x-reply': event.rule };
    case 'session-ended':
      return {
        ...clientOf(event, places),
        'cs-method': 'QUIT',
        'cs-uri-query': `reason=${event.reason}&messages=${event.messages}`,
        'sc-status': event.reason === 'quit' ? 221 : undefined,
        'x-tls': event.tls,
        'x-reference': event.ref,
      };
    default:
      return undefined;
  }
}

/** The remote host is what IIS calls the client, also where we called it. */
function outbound(event: Extract<RelayEvent, { kind: 'attempted' }>): Line {
  const match = /^\[?(.*?)\]?:(\d{1,5})$/.exec(event.host);
  const { relayed, deferred, failed, inDoubt } = event;
  return {
    'c-ip': match?.[1] ?? event.host,
    'cs-username': 'OutboundConnection',
    's-sitename': event.connector,
    's-port': match?.[2],
    'cs-method': 'DATA',
    'cs-uri-query': `relayed=${relayed}&deferred=${deferred}&failed=${failed}&in-doubt=${inDoubt}`,
    'sc-status': /^\d{3}\b/.exec(event.reply ?? '')?.[0],
    'time-taken': event.durationMs,
    'x-tls': event.tls,
    'x-source': event.source,
    'x-reference': event.id,
    'x-reply': event.reply ?? event.text,
  };
}

function clientOf(
  { address, listener }: { readonly address: string; readonly listener: string },
  places: W3cPlaces,
): Line {
  const place = places.listener(listener);
  return { 'c-ip': address, 's-sitename': listener, 's-ip': place?.address, 's-port': place?.port };
}

function loginOf({ username, ref }: { readonly username: string; readonly ref: string }): Line {
  return { 'cs-method': 'AUTH', 'cs-uri-query': username, 'x-reference': ref };
}

/** Characters of one value: a line must stay one that its readers take. */
const valueMax = 512;

/**
 * Like IIS: a space is `+`; what is no printable ASCII, and `%`, `+` and `"`, is percent-encoded as UTF-8 (RFC 3986 2.1), so that no
 * value can end its field or its line; nothing is `-`, and a value that is `-` itself is `%2D`.
 */
export function written(value: string | number | undefined): string {
  if (value === undefined || value === '') return '-';
  const text = String(value).slice(0, valueMax).toWellFormed();
  if (text === '-') return '%2D';
  return text.replaceAll(/[^!#$&-*,-~]/gu, (character) => (character === ' ' ? '+' : percent(character)));
}

function percent(character: string): string {
  return Array.from(
    Buffer.from(character, 'utf8'),
    (octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
