/** What a look found, put together with what was found and decided before. Pure. */
import type { Instant } from '../platform/clock.ts';
import type { Finding, Found } from './finding.ts';
import { keyOf } from './finding.ts';

/** Found again so long after it was taken up: nothing came of it. */
export const takenUpMs = 7 * 86_400_000;
/** More at once are the same event from many sides; the graver ones are kept. */
export const foundMax = 200;

export interface Merged {
  /** New ones and those that changed. */
  readonly changed: readonly Finding[];
  /** Of them: nobody was told of it, or it is open again. */
  readonly opened: readonly Finding[];
}

export function merge(
  found: readonly Found[],
  known: (key: string) => Finding | undefined,
  { now, newId }: { readonly now: Instant; readonly newId: () => string },
): Merged {
  const changed: Finding[] = [];
  const opened: Finding[] = [];
  for (const one of bounded(found)) {
    const key = keyOf(one);
    const before = known(key);
    const after = before === undefined ? made(one, key, newId()) : again(before, one, now);
    if (JSON.stringify(after) === JSON.stringify(before)) continue;
    changed.push(after);
    if (after.state === 'open' && before?.state !== 'open') opened.push(after);
  }
  return { changed, opened };
}

function made(found: Found, key: string, id: string): Finding {
  return { ...found, key, id, state: 'open' };
}

/** What was dismissed stays dismissed; that it is still so is remembered, so that it is not forgotten meanwhile. */
function again(before: Finding, found: Found, now: Instant): Finding {
  const { key, id, state, decided } = before;
  const firstAt = before.firstAt < found.firstAt ? before.firstAt : found.firstAt;
  const isOverdue = state === 'accepted' && decided !== undefined && now - decided.at > takenUpMs;
  if (isOverdue) return { ...found, firstAt, key, id, state: 'open' };
  return { ...found, firstAt, key, id, state, ...(decided ? { decided } : {}) };
}

function bounded(found: readonly Found[]): readonly Found[] {
  if (found.length <= foundMax) return found;
  const rank = { serious: 0, warning: 1, note: 2 } as const;
  return found.toSorted((a, b) => rank[a.severity] - rank[b.severity]).slice(0, foundMax);
}
