/** How much mail waits for a connector now, in words. */
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { countOf } from '../../parts/words.ts';

export function Affected({ name, fate }: { readonly name: string; readonly fate: string }): ReactNode {
  const { data } = useRead('queueGroups', { query: { by: 'connector' } });
  if (!data) return <p>Counting what waits for it …</p>;
  const count = data.groups
    .filter(({ connector }) => connector === name)
    .reduce((sum, { messages }) => sum + messages, 0);
  return (
    <p>
      {count === 0
        ? 'No message waits for it now.'
        : `${countOf(count, 'message')} ${count === 1 ? 'waits' : 'wait'} for it now: ${fate}`}
    </p>
  );
}
