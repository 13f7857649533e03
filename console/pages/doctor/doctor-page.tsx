/** What stands between this relay and its mail arriving: named checks with evidence, advice and the page they rest on. */
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  Spinner,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { DoctorView } from '../../../contract/schemas/doctor.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { number } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { Checks } from './checks.tsx';
import { countsInWords } from './doctor-words.ts';
import { Findings } from './findings.tsx';
import { History } from './history.tsx';

const filters = {
  tab: oneOf('findings', 'history', 'checks'),
  state: oneOf('fail', 'warn', 'unknown', 'ok'),
  open: textFilter,
};
/** While the doctor is under way, and else. */
const everyMs = 15_000;

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ tab = 'findings', state, open }, change] = useFilters(filters);
  const { data, error, refetch } = useRead('doctor', {}, { every: everyMs });
  const mayRun = useMay('operator');
  const run = useChange('runDoctor', ['doctor']);
  const isBusy = run.isPending || data?.running === true;
  return (
    <PageFrame
      title="Doctor"
      lead="Names, ways, certificates, tokens and the policy: what stands between this relay and its mail arriving."
      actions={
        <div className={styles.buttons}>
          <CopyLink />
          {mayRun && (
            <Button appearance="primary" disabled={isBusy} onClick={() => run.mutate({ body: {} })}>
              {data?.last ? 'Run again' : 'Run all checks'}
            </Button>
          )}
        </div>
      }
    >
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {run.error && <ErrorState problem={run.error} />}
      {!data && !error && <PagePending />}
      {data && (
        <>
          <Verdict view={data} isBusy={isBusy} />
          <TabList
            aria-label="What to show"
            selectedValue={tab}
            onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), open: undefined })}
          >
            <Tab value="findings">Findings</Tab>
            <Tab value="history">History</Tab>
            <Tab value="checks">{`All checks (${data.checks.length})`}</Tab>
          </TabList>
          {tab === 'findings' && (
            <Findings
              last={data.last}
              state={state}
              open={open}
              isBusy={isBusy}
              onState={(next) => change({ state: next })}
              onOpen={(id) => change({ open: id })}
              {...(mayRun && { onRun: (check: string) => run.mutate({ body: { checks: [check] } }) })}
            />
          )}
          {tab === 'history' && (
            <History history={data.history} open={open} onOpen={(at) => change({ open: at })} />
          )}
          {tab === 'checks' && <Checks checks={data.checks} />}
        </>
      )}
    </PageFrame>
  );
}

const intents = { ok: 'success', warn: 'warning', fail: 'error', unknown: 'info' } as const;

function Verdict({ view, isBusy }: { readonly view: DoctorView; readonly isBusy: boolean }): ReactNode {
  const { last, nextAt } = view;
  return (
    <div aria-live="polite">
      {isBusy && <Spinner size="tiny" label="The checks are under way" labelPosition="after" />}
      {last && (
        <MessageBar intent={intents[last.state]} layout="multiline">
          <MessageBarBody>
            {`${countsInWords(last.counts)}, in ${number(last.ms)} ms. `}
            Run <Moment at={last.at} show="full" /> {last.by === 'daily' ? 'as every day' : `by ${last.by}`}
            {nextAt !== undefined && (
              <>
                {'; the next run comes '}
                <Moment at={nextAt} show="due" />
              </>
            )}
            .
          </MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
