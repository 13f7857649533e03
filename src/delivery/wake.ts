/**
 * Mail that waits because of the configuration (no route, a suspended connector) is due at once when the configuration
 * changes, and not a back-off later.
 */
import type { RecipientState } from '../message/message.ts';
import type { Instant } from '../platform/clock.ts';
import type { Queue } from '../queue/queue.ts';

const pageSize = 500;
/** Messages woken at a time: one commit of the store serves them all, and intake is not kept waiting behind more. */
const atATime = 64;

/** A changed policy may help: the last thing that happened concerns the way and not the message. */
export function waitsForTheWay(state: RecipientState, now: Instant): boolean {
  return state.kind === 'pending' && state.notBefore > now && state.last?.scope === 'connector';
}

/** Goes through the queue page by page; returns how many messages it woke. Stops when the signal is aborted. */
export async function wakeWaiting(
  queue: Queue,
  now: Instant,
  by: string,
  signal: AbortSignal,
): Promise<number> {
  let woken = 0;
  let cursor: string | undefined;
  do {
    const page = await queue.store.list({
      state: 'active',
      order: 'oldest',
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    const waiting = page.items.filter(
      ({ progress, lease }) =>
        !(lease && lease.until > now) && progress.recipients.some((state) => waitsForTheWay(state, now)),
    );
    for (let from = 0; from < waiting.length && !signal.aborted; from += atATime) {
      const results = await Promise.all(
        waiting
          .slice(from, from + atATime)
          .map(({ accepted }) => queue.operate(accepted.id, { kind: 'retry' }, by)),
      );
      woken += results.filter(({ kind }) => kind === 'done').length;
    }
    ({ cursor } = page);
  } while (cursor !== undefined && !signal.aborted);
  return woken;
}
