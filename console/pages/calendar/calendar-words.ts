/** Words for what falls due. Pure. */
import type { CalendarItem, CalendarKind } from '../../../contract/schemas/calendar.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';

export const kinds: Readonly<Record<CalendarKind, string>> = {
  source: 'End of a source',
  permission: 'End of a permission',
  block: 'End of a block',
  'source-review': 'Review of a source',
  'firmware-review': 'Review of firmware',
  'source-password': 'Password of a source',
  'silent-source': 'Silent source',
  'listener-certificate': 'Certificate of listeners',
  'console-certificate': 'Certificate of the console',
  'client-ca': 'Roots for device certificates',
  'connector-certificate': 'Client certificate',
  'connector-ca': 'Roots of the next hop',
  'application-certificate': 'Certificate of an application',
  'device-certificate': 'Certificate of a device',
  'client-secret': 'Client secret',
  password: 'Password',
  'refresh-token': 'Sign-in of a person',
  'api-token': 'API token',
  'microsoft-365': 'Date of Microsoft 365',
};

export const states: Readonly<Record<CalendarItem['state'], readonly [Tone, string]>> = {
  overdue: ['bad', 'Overdue'],
  due: ['warning', 'Within 7 days'],
  soon: ['waiting', 'Within 30 days'],
  later: ['plain', 'Later'],
};

export const certainties = {
  official: 'Announced by Microsoft',
  community: 'Reported by others than Microsoft',
  unconfirmed: 'Not confirmed',
} as const;

/** As exactly as the date is known, in UTC: `2026-12-01`, `2026-12`, `second half of 2026`, `2026`. */
export function dateOf({ dueAt, precision }: Pick<CalendarItem, 'dueAt' | 'precision'>): string {
  const year = dueAt.slice(0, 4);
  if (precision === 'year') return year;
  if (precision === 'half-year') return `${dueAt.slice(5, 7) <= '06' ? 'first' : 'second'} half of ${year}`;
  return dueAt.slice(0, precision === 'month' ? 7 : 10);
}

export function daysInWords(days: number): string {
  if (days === 0) return 'today';
  return days < 0 ? `${countOf(-days, 'day')} ago` : `in ${countOf(days, 'day')}`;
}
