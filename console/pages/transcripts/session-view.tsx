/** One session: what was said line by line, how it ended, and which switches would have helped. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { rowColours } from '../../app/theme.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import type { Session } from './transcript-words.ts';
import { asText, countOfSwitches, endingOf, markOf, sinceStart } from './transcript-words.ts';

const useStyles = makeStyles({
  session: { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  summary: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    minHeight: '44px',
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXS} 40px`,
    cursor: 'pointer',
    ':hover': { backgroundColor: rowColours.hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
    // The sign of a summary goes with display: flex; this one takes its place.
    position: 'relative',
    '::before': {
      content: '"▸"',
      position: 'absolute',
      left: tokens.spacingHorizontalL,
      top: '12px',
      color: tokens.colorNeutralForeground3,
    },
  },
  open: { '::before': { content: '"▾"' } },
  ending: { flex: '1 1 200px', minWidth: 0, overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
  body: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
  lines: {
    maxHeight: '60vh',
    overflow: 'auto',
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  line: {
    display: 'grid',
    gridTemplateColumns: '64px 20px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    '@media (max-width: 719px)': { gridTemplateColumns: '48px 16px minmax(0, 1fr)' },
  },
  time: { textAlign: 'right', color: tokens.colorNeutralForeground3, userSelect: 'none' },
  mark: { fontWeight: tokens.fontWeightSemibold },
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  note: { color: tokens.colorNeutralForeground2, fontStyle: 'italic' },
  refused: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightSemibold },
  foot: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalL },
});

export interface SessionViewProps {
  readonly session: Session;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}

export function SessionView({ session, isOpen, onToggle }: SessionViewProps): ReactNode {
  const styles = useStyles();
  const helping = countOfSwitches(session.suggested);
  return (
    <details
      className={styles.session}
      open={isOpen}
      onToggle={({ currentTarget }) => currentTarget.open !== isOpen && onToggle(currentTarget.open)}
    >
      <summary className={mergeClasses(styles.summary, isOpen && styles.open)}>
        <Moment at={session.startedAt} show="full" />
        <StatusBadge tone={session.failed ? 'bad' : 'good'}>{session.failed ? 'Failed' : 'Well'}</StatusBadge>
        <span className={styles.ending}>{endingOf(session)}</span>
        <span className={styles.quiet}>{`${session.address}, listener ${session.listener}`}</span>
        {helping > 0 && (
          <StatusBadge tone="plain">{`${countOf(helping, 'switch', 'switches')} would have helped`}</StatusBadge>
        )}
      </summary>
      {isOpen && <Body session={session} />}
    </details>
  );
}

function Body({ session }: { readonly session: Session }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.body}>
      <div className={styles.lines} role="region" aria-label="What was said" tabIndex={0}>
        {session.lines.map((line, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- Lines keep their order, and the same may come twice.
          <div key={index} className={styles.line}>
            <span className={styles.time}>{sinceStart(line, session)}</span>
            <span className={styles.mark}>{markOf(line)}</span>
            <span
              className={mergeClasses(
                styles.text,
                line.from === 'note' && styles.note,
                line.from === 'relay' && /^[45]\d\d/.test(line.text) && styles.refused,
              )}
            >
              {line.text}
            </span>
          </div>
        ))}
        {session.dropped > 0 && (
          <p className={styles.note}>{`${countOf(session.dropped, 'more line')} not kept.`}</p>
        )}
      </div>
      <div className={styles.foot}>
        <span className={styles.quiet}>C: client, S: this relay. Passwords and contents are left out.</span>
        <CopyButton what="Text" text={() => asText(session)} />
        {session.failed && (
          <Link to="/refusals" search={{ text: session.ref }}>
            Its refusals
          </Link>
        )}
      </div>
    </div>
  );
}
