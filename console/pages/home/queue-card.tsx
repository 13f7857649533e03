import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Status } from '../../../contract/schemas/system.ts';
import type { StatisticsView } from '../../../contract/schemas/traffic.ts';
import { useMay } from '../../app/session.ts';
import { ageBars } from '../../parts/ages.ts';
import { barsFor, Histogram } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import { bytes, countOf } from '../../parts/words.ts';

export interface QueueCardProps {
  readonly status: Status;
  readonly ages: StatisticsView['queueAge'] | undefined;
}

export function QueueCard({ status: { queue }, ages }: QueueCardProps): ReactNode {
  const mayTrace = useMay('help-desk');
  const now = useNow();
  const linked = (words: ReactNode, search: Readonly<Record<string, string>>): ReactNode =>
    mayTrace ? (
      <Link to="/messages" search={search}>
        {words}
      </Link>
    ) : (
      words
    );
  return (
    <Card title="Queue" actions={<Link to="/queue">What waits for what</Link>}>
      <Facts
        facts={[
          ['In work', linked(countOf(queue.active, 'message'), { status: 'waiting' })],
          ['Held', linked(countOf(queue.held, 'message'), { status: 'held' })],
          [
            'Oldest',
            queue.oldestActiveAt &&
              linked(<Moment key="oldest" at={queue.oldestActiveAt} show="relative" />, {
                status: 'waiting',
                order: 'oldest',
              }),
          ],
          [
            'On disk',
            `${bytes(queue.bytesOnDisk)}${queue.bytesFree === undefined ? '' : `, ${bytes(queue.bytesFree)} free`}`,
          ],
        ]}
      />
      {ages && queue.active > 0 && <Histogram bars={barsFor(ageBars(ages, now), mayTrace)} />}
    </Card>
  );
}
