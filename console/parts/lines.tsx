/** Two lines of a cell: what it is, and what belongs to it in small letters; each cut off where it does not fit. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  line: { display: 'block', overflow: 'hidden', textOverflow: 'ellipsis' },
  second: {
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightRegular,
  },
});

export interface LinesProps {
  readonly first: ReactNode;
  readonly second?: string | undefined;
}

export function Lines({ first, second }: LinesProps): ReactNode {
  const styles = useStyles();
  return (
    <>
      <span className={styles.line} {...(typeof first === 'string' && { title: first })}>
        {first}
      </span>
      {second !== undefined && second !== '' && (
        <span className={`${styles.line} ${styles.second}`} title={second}>
          {second}
        </span>
      )}
    </>
  );
}
