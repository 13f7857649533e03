/** Fields of a form that are seldom needed: folded away until somebody opens them or one of them is filled in. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';

const useStyles = makeStyles({
  summary: {
    width: 'fit-content',
    padding: `${tokens.spacingVerticalXS} 0`,
    color: tokens.colorBrandForegroundLink,
    cursor: 'pointer',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  fields: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingTop: tokens.spacingVerticalS,
  },
});

export interface MoreFieldsProps {
  readonly title: string;
  /** One of them says something, so they are open from the start. */
  readonly isFilled: boolean;
  readonly children: ReactNode;
}

export function MoreFields({ title, isFilled, children }: MoreFieldsProps): ReactNode {
  const styles = useStyles();
  const [isOpen, setIsOpen] = useState(isFilled);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary className={styles.summary}>{title}</summary>
      <div className={styles.fields}>{children}</div>
    </details>
  );
}
