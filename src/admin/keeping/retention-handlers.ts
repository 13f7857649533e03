/** How long what is kept, and what the last sweep removed. */
import type { RetentionView } from '../../../contract/schemas/backup.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';

export interface RetentionControl {
  readonly last: { readonly at: Instant; readonly removed: Readonly<Record<string, number>> } | undefined;
}

const sweepMs = 3_600_000;

export function retentionHandlers(context: AdminContext): Pick<Handlers, 'retention'> {
  return {
    async retention() {
      const { retention } = context.node;
      const { last } = context.keeping.retention;
      const stats = await context.queue.store.stats();
      const { statistics } = retention;
      const rows: readonly (readonly [string, string, number, string, string | undefined, number?])[] = [
        [
          'trace',
          'Trace of settled messages',
          retention.trace,
          'Who wrote to whom, when, and what came of it.',
          'trace',
          stats.settled,
        ],
        [
          'content',
          'Content after settlement',
          retention.content,
          'What was in a message, after its last recipient is final.',
          'content',
        ],
        ['events', 'Refusals and failed logins', retention.events, 'Found by their reference.', 'events'],
        [
          'statistics.minutes',
          'Counts by minute',
          statistics.minutes,
          'The chart of the last hour.',
          undefined,
        ],
        [
          'statistics.quarters',
          'Counts by quarter of an hour',
          statistics.quarters,
          'The chart of the last day.',
          undefined,
        ],
        ['statistics.hours', 'Counts by hour', statistics.hours, 'The chart of the last 30 days.', undefined],
        ['statistics.days', 'Counts by day', statistics.days, 'Reports, and what is usual.', 'days'],
        ['audit', 'Audit log', retention.audit, 'Who changed what; 90 days at least.', 'audit'],
        [
          'sightings',
          'What sources were seen doing',
          retention.sightings,
          'After they were seen last.',
          'sightings',
        ],
        [
          'alerts',
          'Closed alerts',
          retention.alerts,
          'What was wrong, and for how long.',
          undefined,
          context.watch.alerts.state.alerts.length,
        ],
        [
          'review',
          'Findings of the review of the log',
          retention.review,
          'After they were last seen.',
          'review',
          context.keeping.review.all().length,
        ],
        ['strangers', 'Unknown senders', retention.strangers, 'After their last attempt.', 'strangers'],
      ];
      const view: RetentionView = {
        items: rows.map(([kind, title, keptMs, means, swept, count]) => ({
          kind,
          title,
          keptMs,
          means,
          ...present({ count, removed: swept === undefined ? undefined : last?.removed[swept] }),
        })),
        secureDelete: context.storeName === 'sqlite',
        ...present({
          sweptAt: last && formatInstant(last.at),
          nextSweepAt: last && formatInstant(plus(last.at, sweepMs)),
        }),
      };
      return view;
    },
  };
}
