/** Sizes, times and dates as administrators write them. */
import { z } from 'zod';
import type { Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';

const sizeUnits = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
]);

const timeUnits = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `36 MiB`, `10 MB` or a number of bytes; `undefined` when it is none of these. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, sizeUnits);
}

/** `90s`, `5m`, `4h`, `2d`, `250ms`, in milliseconds; a unit is needed. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(text, timeUnits);
}

function parseQuantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-z]*)$/i.exec(text.trim());
  const unit = match && units.get((match[2] ?? '').toLowerCase());
  if (!match || unit === undefined || unit === null) return undefined;
  const value = Number(match[1]) * unit;
  return Number.isSafeInteger(Math.round(value)) ? Math.round(value) : undefined;
}

/** Octets, above zero: a limit of nothing or less than nothing would be read as "no limit" by somebody. */
export const size = z
  .union([z.number(), z.string()], 'expected a size above zero such as 36 MiB, 10 MB or a number of bytes')
  .transform((given, context) => {
    const value = typeof given === 'number' ? given : parseSize(given);
    if (value !== undefined && Number.isSafeInteger(value) && value > 0) return value;
    context.addIssue({
      code: 'custom',
      message: 'expected a size above zero such as 36 MiB, 10 MB or a number of bytes',
    });
    return z.NEVER;
  })
  .meta({
    id: 'size',
    description: 'A size: `36 MiB`, `10 MB`, or a number of bytes.',
    // For the JSON Schema, which cannot see into the transformation.
    pattern: String.raw`^\s*\d{1,15}(\.\d{1,6})? ?([Bb]|[KkMmGg]([Ii]?[Bb]))?\s*$`,
    exclusiveMinimum: 0,
  });

/** Milliseconds, above zero. */
export const duration = z
  .string('expected a time above zero such as 90s, 5m, 4h or 2d')
  .transform((given, context) => {
    const value = parseDuration(given);
    if (value !== undefined && value > 0) return value;
    context.addIssue({ code: 'custom', message: 'expected a time above zero such as 90s, 5m, 4h or 2d' });
    return z.NEVER;
  })
  .meta({
    id: 'duration',
    description: 'A time: `90s`, `5m`, `4h`, `2d`.',
    pattern: String.raw`^\s*\d{1,15}(\.\d{1,6})? ?([Mm]?[Ss]|[MmHhDd])\s*$`,
  });

/** A whole number of at least one. */
export const count = z
  .int('expected a whole number of at least 1')
  .min(1, 'expected a whole number of at least 1');

/** A whole number within bounds; `what` names it with its article. */
export function between(least: number, most: number, what: string): z.ZodInt {
  const message = `expected ${what} between ${least} and ${most}`;
  return z.int(message).min(least, message).max(most, message);
}

/** A TCP port, or 0 for one that the system chooses. */
export const port = between(0, 65_535, 'a port');

/** 32473 is for documents alone (RFC 5612): in a message it would say that somebody copied an example. */
export const enterpriseNumber = between(1, 4_294_967_295, 'an enterprise number')
  .refine(
    (number) => number !== 32_473,
    'expected a number that IANA gave you; 32473 is for examples (RFC 5612)',
  )
  .optional()
  .describe(
    'Private enterprise number of your organisation, as IANA gave it: the fields become the structured element `relay365@NUMBER` (RFC 5424 6.3.2). Absent: they are JSON in the text.',
  );

/**
 * The moment from which a date or time of `expires` no longer holds: a date is valid through the end of that
 * day, UTC.
 */
export function endOfValidity(written: string): Instant {
  const start = Date.parse(written);
  // What cannot be read as a time must not mean "for ever".
  if (Number.isNaN(start)) return instant(0);
  return instant(/^\d{4}-\d{2}-\d{2}$/.test(written) ? start + 86_400_000 : start);
}
