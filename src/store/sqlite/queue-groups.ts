/** Groups of what waits, from the database: row by row, so that a long queue takes no memory. */
import type { StatementSync } from 'node:sqlite';
import type { Progress } from '../../message/message.ts';
import type { Instant } from '../../platform/clock.ts';
import type { QueueGrouping, QueueGroups } from '../queue-groups.ts';
import { QueueGrouper } from '../queue-groups.ts';

/** Messages that are looked at, the oldest first: some 3 s of work in the thread of searches. */
const messagesMax = 500_000;

export function queueGroups(
  statement: (text: string) => StatementSync,
  by: QueueGrouping,
  now: Instant,
): QueueGroups {
  const grouper = new QueueGrouper(by, now);
  const rows = statement(
    `SELECT s.accepted_at, s.recipients, m.progress FROM queue q CROSS JOIN search s ON s.seq = q.seq
     CROSS JOIN messages m ON m.seq = q.seq ORDER BY q.seq LIMIT ?`,
  ).iterate(messagesMax + 1);
  let count = 0;
  for (const row of rows) {
    count += 1;
    if (count > messagesMax) {
      grouper.cut();
      break;
    }
    grouper.add({
      at: Number(row['accepted_at']) as Instant,
      recipients: String(row['recipients']).slice(1, -1).split('\n'),
      progress: JSON.parse(String(row['progress'])) as Progress,
    });
  }
  return grouper.result();
}
