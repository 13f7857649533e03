/** Puts the command of a person to the queue, and on record. */
import type { OperatorAction, OperatorResult } from '../../queue/queue.ts';
import type { QueueId } from '../../message/message.ts';
import type { Milliseconds } from '../../platform/clock.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';

/**
 * Who holds, moves or gives up a message means also one that is being tried right now: most attempts end within this, and
 * no browser or command line gives up that early.
 */
const patienceMs: Milliseconds = 10_000;

export type Operate = (id: string, action: OperatorAction, caller: Caller) => Promise<OperatorResult>;

export function operator({ queue, delivery, events }: AdminContext): Operate {
  return async (id, action, caller) => {
    // What delivery only has waiting in hand goes back first; the queue acts on what nobody works on.
    await delivery.letGo(id as QueueId);
    // An attempt under way is the retry that is asked for.
    const patience = action.kind === 'retry' ? 0 : patienceMs;
    const result = await queue.operate(id as QueueId, action, caller.name, patience);
    const words = result.kind === 'refused' ? result.reason : result.kind;
    events.emit({ kind: 'operator', id, action: action.kind, by: caller.name, result: words });
    return result;
  };
}
