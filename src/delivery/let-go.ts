/** Gives a message that only waits in hand back to the queue, so that an operator can act on it. */
import type { Instant } from '../platform/clock.ts';
import { plus } from '../platform/clock.ts';
import type { Connectors } from './connectors.ts';
import type { HandItem } from './part.ts';

/** How long a message that was let go is not taken again. */
const operatorWindowMs = 10_000;

/** `false`: something of it is under way or being written. After `true` the item is to be settled; nobody takes it for ten seconds. */
export function letGo(item: HandItem, connectors: Connectors, now: Instant): boolean {
  if (item.writing || [...item.parts].some(({ begun }) => begun)) return false;
  const until = plus(now, operatorWindowMs);
  for (const part of item.parts) {
    const runtime = connectors.get(part.connector);
    if (!runtime?.waiting.remove(part)) continue;
    const { retry } = runtime.rule.config;
    for (const index of part.recipients) {
      item.round.results.set(index, { kind: 'waits', until, retry, mayExpire: false });
    }
    item.withdraw(part);
  }
  return true;
}
