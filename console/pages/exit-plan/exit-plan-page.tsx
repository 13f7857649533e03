/** The way out of old TLS and plaintext: what each step would do to whom, from what was really seen. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import type { Filter } from '../../app/filters.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { SourceList } from './source-list.tsx';
import { StepsPanel } from './steps-panel.tsx';

const dateFilter: Filter<string> = (text) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
const filters = {
  tab: oneOf('steps', 'sources'),
  step: textFilter,
  on: dateFilter,
  show: oneOf('plain', 'clear', 'old'),
  cipher: textFilter,
  open: textFilter,
};
const everyMs = 30_000;

export function Page(): ReactNode {
  const [{ tab = 'steps', step, on, show, cipher, open }, change] = useFilters(filters);
  const { data, error, refetch } = useRead('exitPlan', {}, { every: everyMs });
  const since = data?.since === undefined ? '' : ` since ${data.since.slice(0, 10)}`;
  return (
    <PageFrame
      title="Plaintext exit plan"
      lead={`What closing old TLS, plaintext or a kind of certificate would do to each source, from the handshakes and logins that were seen${since}.`}
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to show"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), open: undefined })}
      >
        <Tab value="steps">Steps</Tab>
        <Tab value="sources">Sources</Tab>
      </TabList>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && tab === 'steps' && (
        <StepsPanel
          steps={data.steps}
          step={step}
          on={on}
          onChange={(next) => change(next, { replace: true })}
        />
      )}
      {data && tab === 'sources' && (
        <SourceList
          sources={data.sources}
          unseen={data.unseen}
          show={show}
          ciphers={data.ciphers}
          cipher={cipher}
          open={open}
          onChange={(next) => change(next)}
        />
      )}
    </PageFrame>
  );
}
