/** Each step out of old TLS and plaintext at the left, what it does to whom at the right. */
import { Field, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { rowColours } from '../../app/theme.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf } from '../../parts/words.ts';
import type { PlannedStep } from './plan-words.ts';
import { asText, fates, headline, sumOf } from './plan-words.ts';

const useStyles = makeStyles({
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    alignItems: 'start',
    gap: tokens.spacingHorizontalL,
    '@media (max-width: 1099px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  choice: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    width: '100%',
    minHeight: '48px',
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    border: 'none',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground1,
    font: 'inherit',
    textAlign: 'left',
    cursor: 'pointer',
    ':hover': { backgroundColor: rowColours.hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  title: { flex: '1 1 200px', minWidth: 0 },
  chosen: {
    backgroundColor: rowColours.selected,
    fontWeight: tokens.fontWeightSemibold,
    boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}`,
    '@media (forced-colors: active)': { outline: '2px solid Highlight', outlineOffset: '-2px' },
  },
  date: { '& .fui-Input': { maxWidth: '220px' } },
  headline: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: '128px minmax(0, 1fr)',
    gap: `${tokens.spacingVerticalXXS} ${tokens.spacingHorizontalM}`,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  words: { display: 'flex', flexDirection: 'column', gap: '2px', minWidth: 0, overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export interface StepsPanelProps {
  readonly steps: readonly PlannedStep[];
  readonly step: string | undefined;
  readonly on: string | undefined;
  readonly onChange: (change: { readonly step?: string; readonly on?: string | undefined }) => void;
}

export function StepsPanel({ steps, step, on, onChange }: StepsPanelProps): ReactNode {
  const styles = useStyles();
  // The first that would hurt somebody is where one begins.
  const shown = steps.find(({ id }) => id === step) ?? steps.find(({ affected }) => affected > 0) ?? steps[0];
  return (
    <div className={styles.columns}>
      <Card title="What to close" flush>
        <ul aria-label="Steps">
          {steps.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className={mergeClasses(styles.choice, one.id === shown?.id && styles.chosen)}
                aria-pressed={one.id === shown?.id}
                onClick={() => onChange({ step: one.id })}
              >
                <span className={styles.title}>{one.title}</span>
                <StatusBadge tone={sumOf(one)[0]}>{sumOf(one)[1]}</StatusBadge>
              </button>
            </li>
          ))}
        </ul>
      </Card>
      {shown && <Effect step={shown} on={on} onDate={(date) => onChange({ on: date })} />}
    </div>
  );
}

interface EffectProps {
  readonly step: PlannedStep;
  readonly on: string | undefined;
  readonly onDate: (date: string | undefined) => void;
}

function Effect({ step, on, onDate }: EffectProps): ReactNode {
  const styles = useStyles();
  const told = step.sources.filter(({ fate }) => fate !== 'unaffected');
  const others = step.sources.length - told.length;
  return (
    <Card title={step.title} actions={<CopyButton what="Plan" text={() => asText(step, on)} />}>
      <Field className={styles.date} label="On" hint="For the text; nothing is closed by itself">
        <Input
          type="date"
          value={on ?? ''}
          onChange={(_event, { value }) => onDate(value === '' ? undefined : value)}
        />
      </Field>
      <p className={styles.headline} role="status">
        {headline(step, on)}
      </p>
      {step.sources.length === 0 && (
        <EmptyState title="No session was seen yet">
          With its first session each source appears here, with what the step would do to it.
        </EmptyState>
      )}
      {told.length > 0 && (
        <ul className={styles.list} aria-label="Sources that are affected or not known">
          {told.map(({ source, owner, fate, text, lastAt }) => (
            <li key={source} className={styles.item}>
              <StatusBadge tone={fates[fate][0]}>{fates[fate][1]}</StatusBadge>
              <div className={styles.words}>
                <Link to="/sources/$name" params={{ name: source }}>
                  {source}
                </Link>
                <span>{asSentence(text)}</span>
                <span className={styles.quiet}>
                  {owner ?? 'No owner is named'}
                  {lastAt !== undefined && (
                    <>
                      {', last '}
                      <Moment at={lastAt} show="relative" />
                    </>
                  )}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
      {others > 0 && <p className={styles.quiet}>{`${countOf(others, 'source')} not affected.`}</p>}
      <div className={styles.words}>
        <span className={styles.quiet}>Where it is closed</span>
        <code>{step.setting}</code>
      </div>
    </Card>
  );
}
