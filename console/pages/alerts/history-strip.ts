/** The last day of a health check in equal slots, from the points that the relay keeps. Pure. */
import type { HealthCheckView } from '../../../contract/schemas/health.ts';

type State = HealthCheckView['state'];
export type SlotState = State | 'unknown';

export interface Slot {
  readonly from: Date;
  readonly before: Date;
  /** The worst that was seen in it. */
  readonly state: SlotState;
}

const dayMs = 86_400_000;
/** The relay keeps a point every five minutes while it runs: longer without one, it did not run. */
const silenceMs = 11 * 60_000;
const badness: Readonly<Record<SlotState, number>> = { unknown: -1, ok: 0, warn: 1, fail: 2 };

/** `slots` of equal length up to `now`. What nobody looked at is `unknown`. */
export function slotsOf(history: HealthCheckView['history'], now: Date, slots = 48): readonly Slot[] {
  const length = dayMs / slots;
  const begin = now.getTime() - dayMs;
  const points = history.map(({ at, state }) => ({ at: Date.parse(at), state }));
  return Array.from({ length: slots }, (_none, index) => {
    const from = begin + index * length;
    const before = from + length;
    const seen = points.filter(({ at }, place) => {
      const next = points[place + 1]?.at ?? now.getTime();
      return at < before && Math.min(next, at + silenceMs) > from;
    });
    const state = seen.reduce<SlotState>(
      (worst, point) => (badness[point.state] > badness[worst] ? point.state : worst),
      'unknown',
    );
    return { from: new Date(from), before: new Date(before), state };
  });
}

const minutesOf = (slots: readonly Slot[]): number =>
  slots.reduce((sum, { from, before }) => sum + (before.getTime() - from.getTime()) / 60_000, 0);

/** The strip in words: `Last 24 h: well 21 h, not looked at 3 h.` */
export function stripInWords(slots: readonly Slot[]): string {
  const parts = (
    [
      ['fail', 'failed'],
      ['warn', 'warned'],
      ['ok', 'well'],
      ['unknown', 'not looked at'],
    ] as const
  ).flatMap(([state, word]) => {
    const minutes = minutesOf(slots.filter((slot) => slot.state === state));
    return minutes === 0 ? [] : [`${word} ${inHours(minutes)}`];
  });
  return `Last 24 h: ${parts.join(', ')}.`;
}

function inHours(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])].join(' ');
}
