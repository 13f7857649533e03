/** The calendar: listed, filtered, and as a file for other calendars. */
import type { CalendarItem, CalendarQuery } from '../../../contract/schemas/calendar.ts';
import { iCalendar } from '../../ageing/icalendar.ts';
import type { AgeingItem } from '../../ageing/item.ts';
import { daysUntil, itemId, stateOf } from '../../ageing/item.ts';
import { lastDigestTime, reminderDays } from '../../ageing/reminders.ts';
import type { AgeingWatch } from '../../ageing/watch.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';

/** What ends, and who was reminded of it. */
export type CalendarControl = Pick<AgeingWatch, 'items' | 'remindedOf' | 'lastDigestAt'>;

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

export function calendarHandlers(context: AdminContext): Pick<Handlers, 'calendar' | 'calendarExport'> {
  const { keeping, node, clock, hostname } = context;
  return {
    calendar({ query }) {
      const now = clock.now();
      const all = keeping.calendar.items();
      const { administrators, owners, digest } = node.reminders;
      const { lastDigestAt } = keeping.calendar;
      const next = lastDigestTime(digest, now);
      return {
        items: all
          .filter((item) => fits(item, query, now))
          .map((item) => viewOf(item, keeping.calendar, now)),
        counts: countsOf(all, now),
        reminders: {
          days: reminderDays.filter((days) => days > 0),
          mail: administrators.length > 0 || owners,
          administrators: [...administrators],
          ...present({
            nextDigestAt: next === undefined ? undefined : formatInstant(plus(next, weekMs)),
            lastDigestAt: lastDigestAt === undefined ? undefined : formatInstant(lastDigestAt),
          }),
        },
      };
    },
    calendarExport({ query }) {
      const now = clock.now();
      const items = keeping.calendar.items().filter((item) => fits(item, query, now));
      return {
        text: iCalendar(items, { hostname, now }),
        headers: { 'content-disposition': 'attachment; filename="relay365.ics"' },
      };
    },
  };
}

export function viewOf(
  item: AgeingItem,
  reminded: Pick<AgeingWatch, 'remindedOf'>,
  now: Instant,
): CalendarItem {
  const { kind, name, title, at, precision, breaks, todo, owner, source, connector, certainty, reference } =
    item;
  return {
    id: itemId(item),
    kind,
    name,
    title,
    dueAt: formatInstant(at),
    precision,
    days: daysUntil(at, now),
    state: stateOf(at, now),
    breaks,
    todo,
    reminded: reminded.remindedOf(item).map(([days, when]) => ({ days, at: formatInstant(when) })),
    ...present({ owner, source, connector, certainty, reference }),
  };
}

function countsOf(items: readonly AgeingItem[], now: Instant) {
  const counts = { overdue: 0, due: 0, soon: 0, later: 0 };
  for (const { at } of items) counts[stateOf(at, now)] += 1;
  return counts;
}

function fits(item: AgeingItem, query: CalendarQuery, now: Instant): boolean {
  const { text, kind, owner, state, source, connector, within } = query;
  const holds = (value: string | undefined, wanted: string): boolean =>
    value !== undefined && value.toLowerCase().includes(wanted.toLowerCase());
  return (
    (text === undefined || [item.title, item.name, item.owner].some((value) => holds(value, text))) &&
    (kind === undefined || item.kind === kind) &&
    (owner === undefined || holds(item.owner, owner)) &&
    (state === undefined || stateOf(item.at, now) === state) &&
    (source === undefined || item.source === source) &&
    (connector === undefined || item.connector === connector) &&
    (within === undefined || item.at - now <= within * dayMs)
  );
}
