/** What is the matter with the relay, who is told of it, and how it does. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { AlertList } from './alert-list.tsx';
import { ChannelList } from './channel-list.tsx';
import { HealthPanel } from './health-panel.tsx';
import { RuleList } from './rule-list.tsx';

const filters = { tab: oneOf('open', 'closed', 'health', 'rules', 'channels'), open: textFilter };

export function Page(): ReactNode {
  const [{ tab = 'open', open }, change] = useFilters(filters);
  const show = (id: string | undefined): void => change({ open: id });
  return (
    <PageFrame
      title="Alerts and health"
      lead="What is the matter, since when and what to do; how the relay itself does, and who hears of it."
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to show"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), open: undefined })}
      >
        <Tab value="open">Open</Tab>
        <Tab value="closed">Closed</Tab>
        <Tab value="health">Health</Tab>
        <Tab value="rules">Rules</Tab>
        <Tab value="channels">Channels</Tab>
      </TabList>
      {(tab === 'open' || tab === 'closed') && <AlertList key={tab} state={tab} open={open} onOpen={show} />}
      {tab === 'health' && <HealthPanel />}
      {tab === 'rules' && <RuleList open={open} onOpen={show} />}
      {tab === 'channels' && <ChannelList />}
    </PageFrame>
  );
}
