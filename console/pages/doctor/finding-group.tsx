/** Findings of one state: what was seen and what to do in full; what is well in a line each, behind its count. */
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { rowColours } from '../../app/theme.ts';
import type { DoctorFinding, DoctorState } from '../../../contract/schemas/doctor.ts';
import { Card } from '../../parts/card.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf } from '../../parts/words.ts';
import { states } from './doctor-words.ts';

const titles: Readonly<Record<DoctorState, (count: number) => string>> = {
  fail: (count) => `${countOf(count, 'thing')} to put right`,
  warn: (count) => `${countOf(count, 'thing')} to look at`,
  unknown: (count) => `${countOf(count, 'thing')} that could not be found out`,
  ok: (count) => `${countOf(count, 'thing')} found well`,
};

const useStyles = makeStyles({
  item: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: '132px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    cursor: 'pointer',
    ':hover': { backgroundColor: rowColours.hover },
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  well: { padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}` },
  words: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXXS,
    minWidth: 0,
    maxWidth: '110ch',
    overflowWrap: 'anywhere',
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: tokens.spacingHorizontalM },
  open: {
    padding: 0,
    border: 'none',
    background: 'none',
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    fontWeight: tokens.fontWeightSemibold,
    textAlign: 'left',
    cursor: 'pointer',
    ':hover': { textDecorationLine: 'underline' },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '2px' },
  },
  folded: { paddingBottom: tokens.spacingVerticalM },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  advice: { whiteSpace: 'pre-wrap' },
});

export interface FindingGroupProps {
  readonly state: DoctorState;
  readonly findings: readonly DoctorFinding[];
  /** Only the count is shown until somebody asks for more. */
  readonly isFolded: boolean;
  readonly onOpen: (id: string) => void;
}

export function FindingGroup({ state, findings, isFolded, onOpen }: FindingGroupProps): ReactNode {
  const styles = useStyles();
  const [isAsked, setAsked] = useState(false);
  if (findings.length === 0) return null;
  const isShown = !isFolded || isAsked;
  const title = titles[state](findings.length);
  return (
    <Card
      title={title}
      flush
      {...(!isShown && { className: styles.folded })}
      {...(isFolded && {
        actions: (
          <Button size="small" aria-expanded={isShown} onClick={() => setAsked(!isShown)}>
            {isShown ? 'Hide' : 'Show'}
          </Button>
        ),
      })}
    >
      {isShown && (
        <ul aria-label={title}>
          {findings.map((finding) => (
            <Item key={finding.id} finding={finding} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ItemProps {
  readonly finding: DoctorFinding;
  readonly onOpen: (id: string) => void;
}

function Item({ finding, onOpen }: ItemProps): ReactNode {
  const styles = useStyles();
  const { id, title, state, input, evidence, advice, since } = finding;
  const isWell = state === 'ok';
  const click = ({ target }: { readonly target: EventTarget }): void => {
    if ((target as Element).closest('button, a')) return;
    // Marked text is about to be copied.
    if ((getSelection()?.toString() ?? '') === '') onOpen(id);
  };
  return (
    <li className={mergeClasses(styles.item, isWell && styles.well)} onClick={click}>
      <StatusBadge tone={states[state][0]}>{states[state][1]}</StatusBadge>
      <div className={styles.words}>
        <div className={styles.head}>
          <button type="button" className={styles.open} onClick={() => onOpen(id)}>
            {title}
          </button>
          <span className={styles.quiet}>
            <Prose text={input} />
          </span>
        </div>
        <p>
          <Prose text={asSentence(evidence)} />
        </p>
        {!isWell && advice !== undefined && (
          <p className={styles.advice}>
            <strong>To do: </strong>
            <Prose text={advice} />
          </p>
        )}
        {!isWell && since !== undefined && (
          <span className={styles.quiet}>
            {'So since '}
            <Moment at={since} show="full" />
          </span>
        )}
      </div>
    </li>
  );
}
