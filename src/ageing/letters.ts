/** What reminders and the weekly digest say, in plain words. Pure. */
import type { Instant } from '../platform/clock.ts';
import { formatInstant } from '../platform/clock.ts';
import type { AgeingItem } from './item.ts';
import { daysUntil, stateOf } from './item.ts';

export interface Letter {
  readonly subject: string;
  /** Lines, without line ends. */
  readonly text: readonly string[];
}

/** Items of one letter; more are counted. */
const itemsMax = 100;

export function reminderLetter(items: readonly AgeingItem[], now: Instant, hostname: string): Letter {
  const [first] = items;
  const subject =
    items.length === 1 && first
      ? `${first.title} ${whenOf(first, now)}`
      : `${items.length} things end or fall due on ${hostname}`;
  return {
    subject,
    text: [
      `This is a reminder of the mail relay ${hostname}.`,
      '',
      ...entries(items, now),
      'You get this because you answer for it, or for the relay. It is sent 30, 14, 7 and 1 days ahead, and once at the end.',
    ],
  };
}

export function digestLetter(items: readonly AgeingItem[], now: Instant, hostname: string): Letter {
  const overdue = items.filter((item) => stateOf(item.at, now) === 'overdue');
  const week = items.filter((item) => stateOf(item.at, now) === 'due');
  const month = items.filter((item) => stateOf(item.at, now) === 'soon');
  const later = items.length - overdue.length - week.length - month.length;
  return {
    subject: `Week of ${hostname}: ${overdue.length} overdue, ${week.length} due within 7 days, ${month.length} within 30`,
    text: [
      `What ends or falls due on the mail relay ${hostname}, as of ${dayOf(now)} (UTC).`,
      '',
      ...section('Overdue', overdue, now),
      ...section('Within 7 days', week, now),
      ...section('Within 30 days', month, now),
      `Later: ${later}. "relay365 calendar" lists all of it; the console has it under Calendar.`,
    ],
  };
}

/** `in 14 days (2026-12-07)`. */
export function whenOf({ at, precision }: AgeingItem, now: Instant): string {
  const days = daysUntil(at, now);
  const day = precision === 'day' ? lastDay(at) : `${precision} of ${dayOf(at).slice(0, 7)}`;
  if (at <= now) return `since ${lastDay(at)}`;
  if (days === 0) return `today (${day})`;
  return days === 1 ? `tomorrow (${day})` : `in ${days} days (${day})`;
}

function section(title: string, items: readonly AgeingItem[], now: Instant): string[] {
  return items.length === 0 ? [`${title}: nothing.`, ''] : [`${title}:`, '', ...entries(items, now)];
}

function entries(items: readonly AgeingItem[], now: Instant): string[] {
  const shown = items
    .slice(0, itemsMax)
    .flatMap((item) => [
      `* ${item.title}, ${whenOf(item, now)}.`,
      `  ${item.breaks}`,
      `  What to do: ${item.todo}`,
      ...(item.owner === undefined ? [] : [`  Owner: ${item.owner}`]),
      '',
    ]);
  const rest = items.length - itemsMax;
  return rest > 0 ? [...shown, `and ${rest} more.`, ''] : shown;
}

function lastDay(at: Instant): string {
  return dayOf((at - 1) as Instant);
}

function dayOf(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}
