/** The relay's own checks, the worst first, each with what was seen, what to do, and its last day. */
import { makeStyles, mergeClasses, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { HealthCheckView } from '../../../contract/schemas/health.ts';
import { useRead } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import { Prose, Told } from '../../parts/prose.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { slotsOf, stripInWords } from './history-strip.ts';

const everyMs = 10_000;

const states: Readonly<Record<HealthCheckView['state'], readonly [Tone, string]>> = {
  ok: ['good', 'Well'],
  warn: ['warning', 'Warning'],
  fail: ['bad', 'Failed'],
};
const order = { fail: 0, warn: 1, ok: 2 } as const;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'grid',
    gridTemplateColumns: '120px minmax(0, 3fr) minmax(0, 2fr)',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    alignItems: 'start',
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  words: { minWidth: 0, overflowWrap: 'anywhere' },
  title: { fontWeight: tokens.fontWeightSemibold },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  strip: { display: 'flex', alignItems: 'flex-end', gap: '1px', height: '24px' },
  slot: {
    flex: '1 1 0',
    height: '8px',
    backgroundColor: tokens.colorStatusSuccessBackground3,
    '@media (forced-colors: active)': { backgroundColor: 'CanvasText' },
  },
  unknown: {
    height: '2px',
    backgroundColor: tokens.colorNeutralStroke1,
    '@media (forced-colors: active)': { backgroundColor: 'GrayText' },
  },
  warn: { height: '16px', backgroundColor: tokens.colorStatusWarningBackground3 },
  fail: { height: '24px', backgroundColor: tokens.colorStatusDangerBackground3 },
});

export function HealthPanel(): ReactNode {
  const styles = useStyles();
  const { data, error, refetch } = useRead('healthChecks', {}, { every: everyMs });
  if (error) return <ErrorState problem={error} retry={() => void refetch()} />;
  if (!data) return <PagePending />;
  const because = data.checks.filter(({ id }) => data.notReadyBecause.includes(id));
  const checks = data.checks.toSorted((a, b) => order[a.state] - order[b.state]);
  return (
    <>
      <MessageBar intent={data.ready ? 'success' : 'error'} layout="multiline">
        <MessageBarBody>
          {data.ready
            ? 'Mail is accepted: /readyz answers 200.'
            : `No mail is accepted: /readyz answers 503.${because.length > 0 ? ` Because of: ${because.map(({ title }) => title).join(', ')}.` : ''}`}
        </MessageBarBody>
      </MessageBar>
      <Card
        title="Checks of the relay itself"
        flush
        actions={
          data.checkedAt !== undefined && (
            <span className={styles.quiet}>
              Checked <Moment at={data.checkedAt} show="relative" />
            </span>
          )
        }
      >
        {checks.length === 0 ? (
          <EmptyState title="Not checked yet">The first round comes within seconds of the start.</EmptyState>
        ) : (
          <ul className={styles.list} aria-label="Checks">
            {checks.map((check) => (
              <Check key={check.id} check={check} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function Check({ check }: { readonly check: HealthCheckView }): ReactNode {
  const styles = useStyles();
  const [tone, word] = states[check.state];
  return (
    <li className={styles.item}>
      <StatusBadge tone={tone}>{word}</StatusBadge>
      <div className={styles.words}>
        <p className={styles.title}>{check.title}</p>
        <p>
          <Told text={check.evidence} />
        </p>
        {check.advice !== undefined && (
          <p>
            <Prose text={check.advice} />
          </p>
        )}
        <p className={styles.quiet}>
          {word} since <Moment at={check.since} show="full" />
          {check.decides && '. Where it fails, no mail is accepted.'}
        </p>
      </div>
      <Strip check={check} />
    </li>
  );
}

function Strip({ check }: { readonly check: HealthCheckView }): ReactNode {
  const styles = useStyles();
  const slots = slotsOf(check.history, useNow());
  const words = stripInWords(slots);
  return (
    <div className={styles.words}>
      <div className={styles.strip} aria-hidden="true">
        {slots.map(({ from, state }, index) => (
          <span
            // oxlint-disable-next-line react/no-array-index-key -- A slot is its place.
            key={index}
            title={`${from.toISOString().slice(11, 16)} UTC: ${state === 'unknown' ? 'not looked at' : states[state][1].toLowerCase()}`}
            className={mergeClasses(styles.slot, state !== 'ok' && styles[state])}
          />
        ))}
      </div>
      <p className={styles.quiet}>{words}</p>
    </div>
  );
}
