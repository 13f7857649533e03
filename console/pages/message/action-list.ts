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
    consequence: 'The relay tries them at once instead of at their next time.',
  },
  hold: {
    title: 'Hold',
    verb: 'Hold',
    done: 'held',
    consequence: 'Nothing more is delivered of them until they are released; they do not expire while held.',
  },
  release: {
    title: 'Release',
    verb: 'Release',
    done: 'released',
    consequence: 'They go on as before; the next attempt is made at once.',
  },
  reroute: {
    title: 'Re-route',
    verb: 'Re-route',
    done: 're-routed',
    consequence: 'They go by the connector chosen here, whatever the policy says.',
  },
  delete: {
    title: 'Delete',
    verb: 'Delete',
    done: 'deleted',
    consequence:
      'They are never delivered to the recipients that have not got them yet. This cannot be undone.',
  },
};
