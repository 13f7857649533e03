/** What can be done to messages, one or many, in the words of buttons and questions. Pure. */
import type { BulkBody } from '../../../contract/schemas/message-actions.ts';
import type { RouteName } from '../../api/types.ts';

export type Action = BulkBody['action'];

/** Answers that an action makes stale. */
export const touchedByAction: readonly RouteName[] = [
  'messages',
  'message',
  'queueGroups',
  'status',
  'connectors',
];

interface ActionWords {
  readonly title: string;
  /** On the button that carries it out, before the number. */
  readonly verb: string;
  readonly done: string;
  readonly consequence: string;
}

export const actionWords: Readonly<Record<Action, ActionWords>> = {
  retry: {
    title: 'Retry now',
    verb: 'Retry',
    done: 'tried again now',
    consequence: 'The next attempt is made at once.',
  },
  hold: {
    title: 'Hold',
    verb: 'Hold',
    done: 'held',
    consequence: 'Nothing more is delivered until the release; what is held does not expire.',
  },
  release: {
    title: 'Release',
    verb: 'Release',
    done: 'released',
    consequence: 'Delivery goes on as before; the next attempt is made at once.',
  },
  reroute: {
    title: 'Re-route',
    verb: 'Re-route',
    done: 're-routed',
    consequence: 'The connector chosen here is used, whatever the policy says.',
  },
  delete: {
    title: 'Delete',
    verb: 'Delete',
    done: 'deleted',
    consequence: 'Recipients that have not got it yet never will. This cannot be undone.',
  },
};
