/** The calendar as iCalendar (RFC 5545): one all-day event for each item. Pure. */
import type { Instant } from '../platform/clock.ts';
import { formatInstant } from '../platform/clock.ts';
import type { AgeingItem } from './item.ts';
import { itemId } from './item.ts';

/** RFC 5545 3.1: lines should have no more than 75 octets, the line end not counted. */
const lineOctetsMax = 75;

/** CRLF line ends, UTF-8. */
export function iCalendar(
  items: readonly AgeingItem[],
  about: { readonly hostname: string; readonly now: Instant },
): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//relay365//calendar//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${text(`Mail relay ${about.hostname}`)}`,
    ...items.flatMap((item) => eventOf(item, about)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function eventOf(
  item: AgeingItem,
  { hostname, now }: { readonly hostname: string; readonly now: Instant },
): string[] {
  const parts = [
    item.breaks,
    `What to do: ${item.todo}`,
    ...(item.owner === undefined ? [] : [`Owner: ${item.owner}`]),
    ...(item.precision === 'day' ? [] : [`The date is known to the ${item.precision} only.`]),
    ...(item.reference === undefined ? [] : [item.reference]),
  ];
  return [
    'BEGIN:VEVENT',
    `UID:${text(`${itemId(item)}@${hostname}`)}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART;VALUE=DATE:${dayOf(item.at)}`,
    `SUMMARY:${text(item.title)}`,
    `DESCRIPTION:${text(parts.join('\n'))}`,
    `CATEGORIES:${text(item.kind)}`,
    // RFC 5545 3.8.2.7: it takes no time of whoever has it in his calendar.
    'TRANSP:TRANSPARENT',
    ...[30, 7, 1].flatMap((days) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `TRIGGER:-P${days}D`,
      `DESCRIPTION:${text(item.title)}`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ];
}

/** RFC 5545 3.3.11; other controls than the line feed may not stand in it. */
function text(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .replaceAll(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`);
}

/** Between characters, never within one. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const more = Buffer.byteLength(character);
    if (octets + more > lineOctetsMax) {
      parts.push(part);
      // The blank that begins the next line counts.
      part = ' ';
      octets = 1;
    }
    part += character;
    octets += more;
  }
  return [...parts, part].join('\r\n');
}

function stamp(at: Instant): string {
  return formatInstant(at).replaceAll(/[-:]|\.\d+/g, '');
}

/** An end at midnight is the end of the day before. */
function dayOf(at: Instant): string {
  return formatInstant((at - 1) as Instant)
    .slice(0, 10)
    .replaceAll('-', '');
}
