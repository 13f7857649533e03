/** Moments in the viewer's zone. The relay speaks UTC; what is shown always names its zone. Pure. */

export const localZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  // Year first and 24 hours, whatever the browser's language: a ticket is read by others than its writer.
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone === 'local' ? localZone : zone,
    ...options,
  });
  formats.set(key, made);
  return made;
}

const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const clock = { hour: '2-digit', minute: '2-digit' } as const;

/** `2026-11-23 09:15:02`. */
export const fullTime = (at: Date, zone: string): string =>
  format(zone, { ...date, ...clock, second: '2-digit' }).format(at);

/** `09:15` on the same day as `now`, else `11-23 09:15`, with the year where it is another. */
export function shortTime(at: Date, now: Date, zone: string): string {
  const day = format(zone, date).format(at);
  const today = format(zone, date).format(now);
  const time = format(zone, { ...clock, second: '2-digit' }).format(at);
  if (day === today) return time;
  const hourMinute = time.slice(0, 5);
  return day.slice(0, 4) === today.slice(0, 4) ? `${day.slice(5)} ${hourMinute}` : `${day} ${hourMinute}`;
}

/** `UTC`, `CET`, `GMT+2`: what the zone is called at that moment. */
export function zoneName(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone === 'local' ? localZone : zone,
    timeZoneName: 'short',
  }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

const steps = [
  { from: 86_400_000 * 2, unit: 86_400_000, word: 'd' },
  { from: 3_600_000, unit: 3_600_000, word: 'h' },
  { from: 60_000, unit: 60_000, word: 'min' },
  { from: 1_000, unit: 1_000, word: 's' },
] as const;

/** `3 min`, `2 d`; from milliseconds. */
export function lengthOfTime(ms: number): string {
  const length = Math.abs(ms);
  const step = steps.find(({ from }) => length >= from);
  if (!step) return `${Math.round(length)} ms`;
  const whole = Math.floor(length / step.unit);
  return `${whole} ${step.word}`;
}

/** `3 min ago`, `in 2 d`, `now`. */
export function fromNow(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  if (Math.abs(ms) < 1_500) return 'now';
  return ms < 0 ? `${lengthOfTime(ms)} ago` : `in ${lengthOfTime(ms)}`;
}

/** `2026-11-23T09:15`, as a field for date and time holds it. */
export const wallTime = (at: Date, zone: string): string =>
  format(zone, { ...date, ...clock })
    .format(at)
    .replace(' ', 'T');

/** The moment at which clocks of the zone show this; `undefined` where the text is none. */
export function momentOf(wall: string, zone: string): Date | undefined {
  const asUtc = Date.parse(`${wall}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  let guess = asUtc;
  // The second look is for guesses on the other side of a change of the clocks.
  for (let look = 0; look < 2; look += 1) {
    const shown = Date.parse(`${wallTime(new Date(guess), zone)}Z`);
    guess += asUtc - shown;
  }
  return new Date(guess);
}

/** Words of the relay in parts: those at odd places are moments as it writes them (RFC 3339 in UTC), the others what is between. */
export const momentsApart = (text: string): readonly string[] =>
  text.split(/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/);
