/** What a listener or a next hop says, step by step, and the proof that a connector works. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { ConversationPanel } from './conversation-panel.tsx';
import { Past } from './past.tsx';
import { ValidationPanel } from './validation-panel.tsx';

const filters = { tab: oneOf('conversation', 'validation', 'past'), open: textFilter };

export function Page(): ReactNode {
  const [{ tab = 'conversation' }, change] = useFilters(filters);
  return (
    <PageFrame
      title="Test bench"
      lead="Talk to a server as the relay does, see each step with its time, and take it along as text for a ticket."
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to test"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), open: undefined })}
      >
        <Tab value="conversation">Conversation</Tab>
        <Tab value="validation">Connector validation</Tab>
        <Tab value="past">Last conversations</Tab>
      </TabList>
      {tab === 'conversation' && <ConversationPanel />}
      {tab === 'validation' && <ValidationPanel />}
      {tab === 'past' && <Past />}
    </PageFrame>
  );
}
