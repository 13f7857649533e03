/** Lines that go and lines that come: sign and word for screen readers, colour only repeats them. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { countOf } from './words.ts';

const useStyles = makeStyles({
  view: {
    maxHeight: '50vh',
    overflow: 'auto',
    padding: `${tokens.spacingVerticalS} 0`,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  lines: { minWidth: 'max-content' },
  line: { display: 'block', whiteSpace: 'pre', padding: `0 ${tokens.spacingHorizontalM}` },
  added: { backgroundColor: tokens.colorStatusSuccessBackground1, color: tokens.colorNeutralForeground1 },
  removed: { backgroundColor: tokens.colorStatusDangerBackground1, color: tokens.colorNeutralForeground1 },
  sum: { color: tokens.colorNeutralForeground2, marginBottom: tokens.spacingVerticalXS },
});

export interface DiffViewProps {
  readonly label: string;
  /** With `+` or `-` in front. */
  readonly lines: readonly string[];
}

export function DiffView({ label, lines }: DiffViewProps): ReactNode {
  const styles = useStyles();
  const added = lines.filter((line) => line.startsWith('+')).length;
  if (lines.length === 0) return <p className={styles.sum}>No line of the policy changes.</p>;
  return (
    <div>
      <p className={styles.sum}>
        {`${countOf(added, 'line')} added, ${countOf(lines.length - added, 'line')} removed`}
      </p>
      <div className={styles.view} role="region" aria-label={label} tabIndex={0}>
        <div className={styles.lines}>
          {lines.map((line, index) => {
            const isAdded = line.startsWith('+');
            const Kind = isAdded ? 'ins' : 'del';
            return (
              <Kind
                // oxlint-disable-next-line react/no-array-index-key -- The same line may come twice.
                key={index}
                className={mergeClasses(styles.line, isAdded ? styles.added : styles.removed)}
                style={{ textDecoration: 'none' }}
              >
                {line}
              </Kind>
            );
          })}
        </div>
      </div>
    </div>
  );
}
