/** Who tries to get in, who sends in clear, who may send for too long or from too many addresses, and whether the relay is open. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { AllowListReview } from './allow-list-review.tsx';
import { Logins } from './logins.tsx';
import { SelfTestPanel } from './self-test-panel.tsx';
import { TlsBoard } from './tls-board.tsx';

const filters = {
  tab: oneOf('logins', 'tls', 'allow-list', 'self-test'),
  show: oneOf('attention', 'all'),
  text: textFilter,
};
const everyMs = 10_000;

export function Page(): ReactNode {
  const [{ tab = 'logins', show = 'attention', text }, change] = useFilters(filters);
  const { data, error, refetch } = useRead('securityOverview', {}, { every: everyMs });
  const mayTest = useMay('operator');
  return (
    <PageFrame
      title="Security"
      lead="Failed logins, mail that crosses the network in clear, permissions that have grown old, and a test that the relay sends for nobody else."
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to show"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), text: undefined })}
      >
        <Tab value="logins">Logins</Tab>
        <Tab value="tls">TLS</Tab>
        <Tab value="allow-list">Allow-list</Tab>
        {mayTest && <Tab value="self-test">Open-relay test</Tab>}
      </TabList>
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && tab === 'logins' && <Logins overview={data} />}
      {data && tab === 'tls' && <TlsBoard tls={data.tls} />}
      {tab === 'allow-list' && <AllowListReview show={show} text={text} onChange={(next) => change(next)} />}
      {tab === 'self-test' && mayTest && <SelfTestPanel />}
    </PageFrame>
  );
}
