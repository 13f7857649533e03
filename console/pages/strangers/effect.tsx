/** Which of the recorded attempts would pass. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Proposal } from '../../../contract/schemas/strangers-decisions.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, senderOf } from '../../parts/words.ts';

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  item: {
    display: 'grid',
    gridTemplateColumns: '120px minmax(0, 1fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalM,
  },
  words: { overflowWrap: 'anywhere' },
  why: { color: tokens.colorNeutralForeground2 },
});

export function Effect({ proposal: { effect, passing } }: { readonly proposal: Proposal }): ReactNode {
  const styles = useStyles();
  if (effect.length === 0) {
    return <p>It never came as far as naming a recipient, so there is nothing to try the entry with.</p>;
  }
  return (
    <>
      <p aria-live="polite">
        {passing === effect.length
          ? 'Everything that it tried, as far as it was recorded, would pass.'
          : `${passing} of ${countOf(effect.length, 'kind of attempt', 'kinds of attempts')} would pass.`}
      </p>
      <ul className={styles.list}>
        {effect.map(({ sender, recipient, listener, tls, count, passes, explanation }) => (
          <li key={`${sender} ${recipient} ${listener} ${tls}`} className={styles.item}>
            <StatusBadge tone={passes ? 'good' : 'bad'}>{passes ? 'Would pass' : 'Refused'}</StatusBadge>
            <span className={styles.words}>
              {`${senderOf(sender)} to ${recipient}, ${countOf(count, 'time')}`}
              {!passes && <span className={styles.why}>{`: ${explanation}`}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
