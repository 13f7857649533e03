/** Who may use console and API: accounts, their sessions, API tokens, and the organisation's own sign-in. */
import { Tab, TabList } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { AccountList } from './account-list.tsx';
import { SessionList } from './session-list.tsx';
import { SignOn } from './sign-on.tsx';
import { TokenList } from './token-list.tsx';

const filters = {
  tab: oneOf('accounts', 'sessions', 'tokens', 'sign-on'),
  open: textFilter,
};

export function Page(): ReactNode {
  const [{ tab = 'accounts', open }, change] = useFilters(filters);
  return (
    <PageFrame
      title="Users and tokens"
      lead="Who may use this console and the API, and what each may do. A role holds what the roles before it hold: viewer, help desk, operator, administrator."
      actions={<CopyLink />}
    >
      <TabList
        aria-label="What to show"
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: filters.tab(String(value)), open: undefined })}
      >
        <Tab value="accounts">Accounts</Tab>
        <Tab value="sessions">Sessions</Tab>
        <Tab value="tokens">API tokens</Tab>
        <Tab value="sign-on">Single sign-on</Tab>
      </TabList>
      {tab === 'accounts' && <AccountList open={open} onOpen={(name) => change({ open: name })} />}
      {tab === 'sessions' && <SessionList />}
      {tab === 'tokens' && <TokenList />}
      {tab === 'sign-on' && <SignOn />}
    </PageFrame>
  );
}
