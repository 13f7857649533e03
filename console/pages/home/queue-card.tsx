import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Status } from '../../../contract/schemas/system.ts';
import type { StatisticsView } from '../../../contract/schemas/traffic.ts';
import { ageBars } from '../../parts/ages.ts';
import { Histogram } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment } from '../../parts/moment.tsx';
import { bytes, countOf } from '../../parts/words.ts';

export interface QueueCardProps {
  readonly status: Status;
  readonly ages: StatisticsView['queueAge'] | undefined;
}

export function QueueCard({ status: { queue }, ages }: QueueCardProps): ReactNode {
  return (
    <Card title="Queue" actions={<Link to="/queue">What waits for what</Link>}>
      <Facts
        facts={[
          ['In work', countOf(queue.active, 'message')],
          ['Held', countOf(queue.held, 'message')],
          [
            'Oldest',
            queue.oldestActiveAt && <Moment key="oldest" at={queue.oldestActiveAt} show="relative" />,
          ],
          [
            'On disk',
            `${bytes(queue.bytesOnDisk)}${queue.bytesFree === undefined ? '' : `, ${bytes(queue.bytesFree)} free`}`,
          ],
        ]}
      />
      {ages && queue.active > 0 && <Histogram bars={ageBars(ages)} />}
    </Card>
  );
}
