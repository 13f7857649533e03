/** What a command of an operator would do, from the same rule that the command follows. */
import type { Instant } from '../platform/clock.ts';
import type { StoredMessage } from '../store/store.ts';
import type { OperatorAction, OperatorResult } from './queue.ts';
import { operated } from './transitions.ts';

/**
 * Judges by what is on record and writes nothing. An attempt that is under way does not count: it is over before a
 * person has read the answer.
 */
export async function judged(
  message: StoredMessage,
  action: OperatorAction,
  by: string,
  now: Instant,
): Promise<OperatorResult> {
  const transition = operated(message.progress, action, by, now);
  if (transition.kind === 'refused') return transition;
  const notices = 'notices' in action ? await action.notices(message) : [];
  return { kind: 'done', message, notices: notices.length };
}
