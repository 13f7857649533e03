/** How permissions end: reminder, grace, quarantine, refusal. Pure. */
import type { AgeingConfig } from '../config/ageing-schema.ts';
import { endOfValidity } from '../config/units.ts';
import type { Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Ends, NetworkRule, Policy, Source } from './policy.ts';
import { ended, lastDay } from './validity.ts';

/** A permission that has ended and still holds. */
export interface Overdue {
  /** `quarantine`: its mail is accepted and held. */
  readonly kind: 'grace' | 'quarantine';
  /** In words, with the day of its end and what comes next. */
  readonly text: string;
}

export type AgeState = 'lasting' | 'valid' | 'remind' | 'grace' | 'quarantine' | 'ended';

/** Without `ageing` the end is the end. */
export function endOf(
  expires: string | undefined,
  ageing: AgeingConfig | undefined,
): { readonly expiresAt?: Instant; readonly ends?: Ends } {
  if (expires === undefined) return {};
  const at = endOfValidity(expires);
  const heldFrom = plus(at, ageing?.grace ?? 0);
  const refusedFrom = plus(heldFrom, ageing?.quarantine ?? 0);
  return { expiresAt: refusedFrom, ends: { at, heldFrom, refusedFrom } };
}

/** The stage of the network entry or of the source as a whole, whichever is further on. */
export function overdue(source: Source, network: NetworkRule | undefined, at: Instant): Overdue | undefined {
  const about: Overdue[] = [];
  for (const [ends, what] of [
    [source.ends, `the permission of ${source.name}`],
    [network?.ends, `the permission of ${source.name} for ${network?.range}`],
  ] as const) {
    if (!ends || !ended(ends.at, at)) continue;
    const kind = ended(ends.heldFrom, at) ? 'quarantine' : 'grace';
    about.push({ kind, text: `${what} ended on ${lastDay(ends.at)}: ${nextOf(kind, ends)}` });
  }
  return about.find(({ kind }) => kind === 'quarantine') ?? about[0];
}

function nextOf(kind: Overdue['kind'], ends: Ends): string {
  if (kind === 'quarantine') return `its mail is held, and is refused after ${lastDay(ends.refusedFrom)}`;
  const next = ends.refusedFrom > ends.heldFrom ? 'is held' : 'is refused';
  return `by grace it holds until ${lastDay(ends.heldFrom)}, then its mail ${next}`;
}

/** Permissions whose end is near, or that have ended and are not refused yet: for reminders. */
export function endsToRemind(
  policy: Policy,
  now: Instant,
): readonly { readonly what: string; readonly at: Instant }[] {
  const about: { what: string; at: Instant }[] = [];
  const look = (ends: Ends | undefined, what: string): void => {
    const state = ageState(ends, policy.ageing, now);
    if (ends && (state === 'remind' || state === 'grace' || state === 'quarantine'))
      about.push({ what, at: ends.at });
  };
  for (const { name, ends, config } of policy.sources.values()) {
    look(ends, `the permission of ${name}`);
    for (const entry of config.networks) {
      if (typeof entry === 'string' || entry.expires === undefined) continue;
      look(endOf(entry.expires, policy.ageing).ends, `the permission of ${name} for ${entry.range}`);
    }
  }
  return about;
}

export function ageState(ends: Ends | undefined, ageing: AgeingConfig, at: Instant): AgeState {
  if (!ends) return 'lasting';
  if (at >= ends.refusedFrom) return 'ended';
  if (at >= ends.heldFrom) return 'quarantine';
  if (at >= ends.at) return 'grace';
  return ends.at - at <= ageing.remind ? 'remind' : 'valid';
}
