/** The queue of one relay, with its troubles told as events. */
import type { LoadedNodeConfig } from '../config/load.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { Queue } from '../queue/queue.ts';
import { createQueue } from '../queue/relay-queue.ts';
import type { Store } from '../store/store.ts';

export function openQueue(
  node: LoadedNodeConfig,
  store: Store,
  clock: Clock,
  events: Events,
): Promise<Queue> {
  return createQueue({
    store,
    clock,
    owner: node.hostname,
    onEvent(event) {
      const about = event.id ? ` of ${event.id}` : '';
      const texts = {
        'lease-lost': `the lease${about} was lost to another node while it was worked on`,
        disowned: `the store had kept a message that it reported as failed; it was closed${about}`,
        'store-failed': `a write${about} failed and is repeated`,
      };
      events.emit({ kind: 'store-trouble', text: texts[event.kind] });
    },
  });
}
