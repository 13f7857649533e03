/** A text with numbered lines, some of them marked; longer than its place, it scrolls by itself. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

const useStyles = makeStyles({
  view: {
    maxHeight: '70vh',
    overflow: 'auto',
    margin: 0,
    padding: `${tokens.spacingVerticalS} 0`,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  lines: { display: 'table', minWidth: '100%', counterReset: 'line' },
  line: { display: 'table-row', counterIncrement: 'line' },
  marked: { backgroundColor: tokens.colorStatusWarningBackground2, color: tokens.colorNeutralForeground1 },
  number: {
    display: 'table-cell',
    width: '1%',
    padding: `0 ${tokens.spacingHorizontalM}`,
    textAlign: 'right',
    color: tokens.colorNeutralForeground3,
    userSelect: 'none',
    '::before': { content: 'counter(line)' },
  },
  text: { display: 'table-cell', whiteSpace: 'pre', paddingRight: tokens.spacingHorizontalL },
  wrapped: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
});

export interface CodeViewProps {
  readonly label: string;
  readonly text: string;
  /** First and last line, from 1; brought into view. */
  readonly marked?: readonly [first: number, last: number] | undefined;
  /** Long lines go on beneath instead of out of sight: for what is read and copied, not edited. */
  readonly wrap?: boolean;
}

export function CodeView({ label, text, marked, wrap = false }: CodeViewProps): ReactNode {
  const styles = useStyles();
  const place = useRef<HTMLDivElement>(null);
  const first = marked?.[0];
  useEffect(() => {
    if (first === undefined) return;
    place.current?.querySelector(`[data-line="${first}"]`)?.scrollIntoView({ block: 'center' });
  }, [first, text]);
  const isMarked = (line: number): boolean => marked !== undefined && line >= marked[0] && line <= marked[1];
  return (
    <div ref={place} className={styles.view} role="region" aria-label={label} tabIndex={0}>
      <code className={styles.lines}>
        {text
          .trimEnd()
          .split('\n')
          .map((line, index) => (
            <span
              // oxlint-disable-next-line react/no-array-index-key -- A line has no other name than its number.
              key={index}
              data-line={index + 1}
              className={mergeClasses(styles.line, isMarked(index + 1) && styles.marked)}
            >
              <span className={styles.number} aria-hidden="true" />
              <span className={mergeClasses(styles.text, wrap && styles.wrapped)}>{`${line}\n`}</span>
            </span>
          ))}
      </code>
    </div>
  );
}
