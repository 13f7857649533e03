/** The calendar: everything that ends or falls due, from every part of the program, in one order. Pure. */
import type { Instant, Milliseconds } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { AgeingItem } from './item.ts';
import type { EndingSecret, EndingToken } from './of-certificates.ts';
import { itemsOfSecrets, itemsOfTokens } from './of-certificates.ts';
import { itemsOfMicrosoft365 } from './of-microsoft365.ts';
import { itemsOfBlocks, itemsOfSources } from './of-sources.ts';

export interface CalendarFacts {
  readonly policy: Policy;
  readonly secrets: readonly EndingSecret[];
  readonly tokens: readonly EndingToken[];
  readonly silentAfterMs: Milliseconds;
  readonly lastSeenAt: (source: string) => Instant | undefined;
}

/** The next to fall due first. */
export function calendarItems(facts: CalendarFacts, now: Instant): readonly AgeingItem[] {
  const items = [
    ...itemsOfSources(facts),
    ...itemsOfBlocks(facts.policy).filter(({ at }) => at > now),
    ...itemsOfSecrets(facts.secrets),
    ...itemsOfTokens(facts.tokens),
    ...itemsOfMicrosoft365(facts.policy, now),
  ];
  return items
    .filter((item) => item.kind !== 'silent-source' || item.at <= now)
    .toSorted((a, b) => a.at - b.at || (a.title < b.title ? -1 : 1));
}
