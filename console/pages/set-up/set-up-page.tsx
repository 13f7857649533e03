/** From an empty relay to mail that arrives: each step with its state as it is found, why it matters and how it is done. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowSyncRegular } from '@fluentui/react-icons/svg/arrow-sync';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SetupStep, SetupView } from '../../../contract/schemas/setup.ts';
import { useRead } from '../../api/queries.ts';
import { useSession, mayActAs } from '../../app/session.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Bar } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { pages } from '../table.ts';

const everyMs = 15_000;

const states: Readonly<Record<SetupStep['state'], readonly [Tone, string]>> = {
  done: ['good', 'Done'],
  open: ['waiting', 'To do'],
  attention: ['warning', 'Needs a look'],
  unknown: ['plain', 'Cannot be told'],
};

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column' },
  item: {
    display: 'grid',
    alignItems: 'start',
    gridTemplateColumns: '140px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    padding: `${tokens.spacingVerticalM} 0`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    ':first-child': { borderTop: 'none', paddingTop: 0 },
    '@media (max-width: 719px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  words: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  title: { fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  why: { color: tokens.colorNeutralForeground2 },
  how: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalXS,
    paddingTop: tokens.spacingVerticalXS,
  },
  line: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, overflowWrap: 'anywhere' },
});

export function Page(): ReactNode {
  const { data, error, refetch, isFetching } = useRead('setup', {}, { every: everyMs });
  const announce = useAnnounce();
  const check = async (): Promise<void> => {
    const { data: found } = await refetch();
    if (found) announce({ intent: 'info', title: `${found.done} of ${found.total} steps are done` });
  };
  return (
    <PageFrame
      title="Set-up"
      lead="What it takes until mail flows, and until it flows well. Nothing here is ticked by hand: each state is what the relay finds."
      actions={
        <Button icon={<ArrowSyncRegular />} disabled={isFetching} onClick={() => void check()}>
          Check again
        </Button>
      }
    >
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && <Found setup={data} />}
    </PageFrame>
  );
}

function Found({ setup: { steps, done, total, canSend } }: { readonly setup: SetupView }): ReactNode {
  return (
    <>
      <Card>
        <p aria-live="polite">
          {`${done} of ${total} steps are done. ${canSend ? 'Mail can be sent.' : 'Mail cannot be sent yet.'}`}
        </p>
        <Bar label="Steps that are done" value={done} max={total} />
      </Card>
      <Tier title="Mail can be sent" steps={steps.filter(({ tier }) => tier === 'can-send')} />
      <Tier title="Mail arrives well" steps={steps.filter(({ tier }) => tier === 'delivers-well')} />
    </>
  );
}

function Tier({ title, steps }: { readonly title: string; readonly steps: readonly SetupStep[] }): ReactNode {
  const styles = useStyles();
  return (
    <Card title={title}>
      <ol className={styles.list}>
        {steps.map((step) => (
          <Step key={step.id} step={step} />
        ))}
      </ol>
    </Card>
  );
}

function Step({ step }: { readonly step: SetupStep }): ReactNode {
  const styles = useStyles();
  const [tone, word] = states[step.state];
  const isDone = step.state === 'done';
  return (
    <li className={styles.item}>
      <StatusBadge tone={tone}>{word}</StatusBadge>
      <div className={styles.words}>
        <h3 className={styles.title}>{step.title}</h3>
        <p>{step.detail}</p>
        <p className={styles.why}>{step.why}</p>
        <PageLink path={step.page} />
        {step.how.length > 0 && (
          <details open={!isDone}>
            <summary>How</summary>
            <div className={styles.how}>
              {step.how.map((line) => (
                <How key={line} line={line} />
              ))}
            </div>
          </details>
        )}
      </div>
    </li>
  );
}

/** A command can be copied; a sentence is read. */
function How({ line }: { readonly line: string }): ReactNode {
  const styles = useStyles();
  if (!line.startsWith('relay365 ')) return <p>{line}</p>;
  return (
    <div className={styles.line}>
      <code>{line}</code>
      <CopyButton small what="Command" text={line} />
    </div>
  );
}

/** To the page where it is done, for who may see it. */
function PageLink({ path }: { readonly path: string }): ReactNode {
  const role = useSession().data?.role;
  const page = pages.find((one) => one.path === path);
  if (!page || !mayActAs(role, page.role)) return null;
  return (
    <p>
      <Link to={path}>{`Open ${page.title}`}</Link>
    </p>
  );
}
