/** The Microsoft 365 side: what the tenant must be set up with, where it differs, and whether mail really arrived. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { ArrivalsPanel } from './arrivals-panel.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { SetUpPanel } from './set-up-panel.tsx';

const filters = {
  tab: oneOf('set-up', 'drift', 'arrivals'),
  egress: textFilter,
  tenant: textFilter,
  way: oneOf('do', 'undo'),
  show: oneOf('returned', 'not-delivered', 'not-seen', 'not-handed-over', 'on-its-way', 'arrived'),
};

export function Page(): ReactNode {
  const [{ tab = 'set-up', egress, tenant, way = 'do', show }, change] = useFilters(filters);
  const mayTrace = useMay('help-desk');
  return (
    <PageFrame
      title="Microsoft 365 set-up"
      lead="What the tenant needs for the connectors of the policy, with its own values; where it differs; and whether mail really arrived. This relay has no access to the tenant: you run the lines and open the files."
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to show"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)) })}
      >
        <Tab value="set-up">Checklist</Tab>
        <Tab value="drift">Drift</Tab>
        {mayTrace && <Tab value="arrivals">Did it arrive?</Tab>}
      </TabList>
      {tab === 'set-up' && (
        <SetUpPanel
          egress={egress}
          tenant={tenant}
          way={way}
          onChange={(next) => change(next, { replace: true })}
        />
      )}
      {tab === 'drift' && <DriftPanel egress={egress} />}
      {tab === 'arrivals' && mayTrace && (
        <ArrivalsPanel show={show} onShow={(next) => change({ show: next }, { replace: true })} />
      )}
    </PageFrame>
  );
}
