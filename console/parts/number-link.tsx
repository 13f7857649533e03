/** A number that leads to the list behind it. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { rowColours } from '../app/theme.ts';
import type { Tone } from './status-badge.tsx';
import { number } from './words.ts';

const useStyles = makeStyles({
  tile: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: 'none',
  },
  link: {
    ':hover': { backgroundColor: rowColours.hover },
    ':hover .value': { textDecorationLine: 'underline' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  label: { color: tokens.colorNeutralForeground2 },
  value: {
    fontSize: tokens.fontSizeHero700,
    lineHeight: tokens.lineHeightHero800,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    // Numbers beside one another stand in one line, however long what is over them is.
    marginTop: 'auto',
  },
  bad: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  note: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    minHeight: tokens.lineHeightBase200,
    '@media (max-width: 719px)': { display: 'none' },
  },
});

export interface NumberLinkProps {
  readonly label: string;
  readonly value: number | string | undefined;
  /** What the number is of, in small letters beneath. */
  readonly note?: ReactNode;
  readonly tone?: Extract<Tone, 'bad' | 'warning'> | undefined;
  /** Absent: the role may not see the list, so it is a number alone. */
  readonly to?: string | undefined;
  readonly search?: Readonly<Record<string, string>>;
}

export function NumberLink({ label, value, note, tone, to, search }: NumberLinkProps): ReactNode {
  const styles = useStyles();
  const shown = typeof value === 'number' ? number(value) : (value ?? '–');
  const content = (
    <>
      <span className={styles.label}>{label}</span>
      <span className={mergeClasses('value', styles.value, tone && styles[tone])}>{shown}</span>
      <span className={styles.note}>{note}</span>
    </>
  );
  if (to === undefined) return <div className={styles.tile}>{content}</div>;
  return (
    <Link to={to} search={search ?? {}} className={mergeClasses(styles.tile, styles.link)}>
      {content}
    </Link>
  );
}
