/** Who is reminded of what, now: each stage of each item once, also over restarts. Pure. */
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { AgeingItem } from './item.ts';
import { itemId } from './item.ts';

/** Days ahead; 0: at the end or after it. */
export const reminderDays = [30, 14, 7, 1, 0] as const;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Stages that went out, by item: days ahead and when. */
export type Reminded = ReadonlyMap<string, readonly (readonly [days: number, at: Instant])[]>;

export interface Due {
  readonly item: AgeingItem;
  readonly days: number;
}

/**
 * One reminder for each item at most: where several stages have passed meanwhile (the relay stood still, the item is new),
 * the last of them stands for all. Silence has no time before it, so only its end counts.
 */
export function dueReminders(items: readonly AgeingItem[], reminded: Reminded, now: Instant): readonly Due[] {
  return items.flatMap((item) => {
    const stage = stageOf(item, now);
    if (stage === undefined) return [];
    const done = reminded.get(itemId(item)) ?? [];
    return done.some(([days]) => days <= stage) ? [] : [{ item, days: stage }];
  });
}

/** With what goes out now, and without what is no longer in the calendar. */
export function remindedAfter(
  reminded: Reminded,
  due: readonly Due[],
  items: readonly AgeingItem[],
  now: Instant,
): Reminded {
  const next = new Map<string, readonly (readonly [number, Instant])[]>();
  for (const id of items.map(itemId)) {
    const done = reminded.get(id);
    if (done !== undefined) next.set(id, done);
  }
  for (const { item, days } of due) {
    const id = itemId(item);
    next.set(id, [...(next.get(id) ?? []), [days, now]]);
  }
  return next;
}

function stageOf(item: AgeingItem, now: Instant): number | undefined {
  return reminderDays.findLast((days) => item.at - now <= days * dayMs);
}

/** Letters by address: the owner gets his own, administrators get all. */
export function audienceOf(
  due: readonly Due[],
  { administrators, owners }: { readonly administrators: readonly string[]; readonly owners: boolean },
): ReadonlyMap<string, readonly AgeingItem[]> {
  const letters = new Map<string, AgeingItem[]>();
  for (const { item } of due) {
    const to = new Map(administrators.map((address) => [address.toLowerCase(), address]));
    if (owners && item.owner !== undefined && isAddress(item.owner))
      to.set(item.owner.toLowerCase(), item.owner);
    for (const key of to.keys()) letters.set(key, [...(letters.get(key) ?? []), item]);
  }
  return letters;
}

const digestHour = 6;
const weekdayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Begin of the digest's hour on its day in the week of `now` that has come last. */
export function lastDigestTime(weekday: string, now: Instant): Instant | undefined {
  const wanted = weekdayNames.indexOf(weekday);
  if (wanted < 0) return undefined;
  const midnight = Math.floor(now / dayMs) * dayMs;
  // 1 January 1970 was a Thursday.
  const today = (Math.floor(now / dayMs) + 4) % 7;
  const at = midnight - ((today - wanted + 7) % 7) * dayMs + digestHour * hourMs;
  return instant(at <= now ? at : at - 7 * dayMs);
}

function isAddress(text: string): boolean {
  return /^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,255}$/.test(text);
}
