/** What waits, grouped by what it waits for, with the age of each group and actions on all of it. */
import {
  makeStyles,
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { QueueView } from '../../../contract/schemas/queue.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { ageBars } from '../../parts/ages.ts';
import { barsFor, Histogram } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Moment, useNow } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Told } from '../../parts/prose.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import type { Action } from '../message/action-list.ts';
import { actionWords } from '../message/action-list.ts';
import type { Target } from '../message/bulk-dialog.tsx';
import { BulkDialog } from '../message/bulk-dialog.tsx';

type Group = QueueView['groups'][number];

const filters = { by: oneOf('all', 'connector', 'domain', 'reason') };
const everyMs = 5_000;
const actions: readonly Action[] = ['retry', 'hold', 'release', 'reroute', 'delete'];

const useStyles = makeStyles({
  top: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  group: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 260px',
    gap: tokens.spacingHorizontalXXL,
    '@media (max-width: 899px)': { gridTemplateColumns: 'minmax(0, 1fr)', gap: tokens.spacingVerticalM },
  },
  words: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  line: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalXS,
    color: tokens.colorNeutralForeground2,
  },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ by = 'all' }, change] = useFilters(filters);
  const { data, error, refetch } = useRead('queueGroups', { query: { by } }, { every: everyMs });
  return (
    <PageFrame
      title="Queue"
      lead="Messages that are not delivered yet, grouped by what they wait for."
      actions={<CopyLink />}
    >
      {error && <ErrorState problem={error} retry={() => void refetch()} />}
      {!data && !error && <PagePending />}
      {data && (
        <>
          <Overview queue={data} />
          <TabList
            selectedValue={by}
            aria-label="Grouped by"
            onTabSelect={(_event, { value }) =>
              change({ by: value === 'all' ? undefined : (value as typeof by) })
            }
          >
            <Tab value="all">All</Tab>
            <Tab value="connector">Connector</Tab>
            <Tab value="domain">Domain</Tab>
            <Tab value="reason">Reason</Tab>
          </TabList>
          {data.isCut && (
            <MessageBar intent="info">
              <MessageBarBody>There are more groups than are shown; the largest are here.</MessageBarBody>
            </MessageBar>
          )}
          {data.groups.length === 0 ? (
            <Card>
              <EmptyState title="Nothing waits">
                Every message that was accepted is settled. When Microsoft 365 asks for patience or a
                connector is suspended, mail gathers here with the reason, and goes on by itself.
              </EmptyState>
            </Card>
          ) : (
            <ul className={styles.list} aria-label="Groups">
              {data.groups.map((group) => (
                <li key={`${group.connector} ${group.domain} ${group.code} ${group.reason}`}>
                  <GroupCard group={group} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </PageFrame>
  );
}

function Overview({ queue }: { readonly queue: QueueView }): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  const now = useNow();
  const count = (value: number, status: string): ReactNode =>
    mayTrace && value > 0 ? (
      <Link to="/messages" search={{ status, order: 'oldest' }}>
        {countOf(value, 'message')}
      </Link>
    ) : (
      countOf(value, 'message')
    );
  return (
    <div className={styles.top}>
      <Card title="In work">
        <Facts
          facts={[
            ['In the queue', count(queue.active, 'waiting')],
            ['Of them held', count(queue.held, 'held')],
            [
              'Oldest',
              queue.oldestAt === undefined ? 'None' : <Oldest at={queue.oldestAt} mayTrace={mayTrace} />,
            ],
          ]}
        />
      </Card>
      <Card title="By age">
        <Histogram bars={barsFor(ageBars(queue.ages, now), mayTrace)} />
      </Card>
    </div>
  );
}

function Oldest({ at, mayTrace }: { readonly at: string; readonly mayTrace: boolean }): ReactNode {
  const moment = <Moment at={at} show="relative" />;
  if (!mayTrace) return moment;
  return (
    <Link to="/messages" search={{ status: 'waiting', order: 'oldest' }}>
      {moment}
    </Link>
  );
}

function GroupCard({ group }: { readonly group: Group }): ReactNode {
  const styles = useStyles();
  const mayTrace = useMay('help-desk');
  const now = useNow();
  const filter = filterOf(group);
  const title = [group.connector ?? 'Not tried yet', group.domain]
    .filter((part) => part !== undefined)
    .join(' · ');
  return (
    <Card title={title} actions={<GroupActions group={group} filter={filter} />}>
      <div className={styles.group}>
        <div className={styles.words}>
          <Reason group={group} />
          <div className={styles.line}>
            {mayTrace ? (
              <Link to="/messages" search={{ ...filter.link }}>
                {countOf(group.messages, 'message')}
              </Link>
            ) : (
              <span>{countOf(group.messages, 'message')}</span>
            )}
            <span>{countOf(group.recipients, 'recipient')}</span>
            {group.held > 0 && <StatusBadge tone="paused">{`${group.held} held`}</StatusBadge>}
            <span>
              oldest <Moment at={group.oldestAt} show="relative" />
            </span>
            {group.nextAttemptAt !== undefined && (
              <span>
                next attempt <Moment at={group.nextAttemptAt} show="due" />
              </span>
            )}
          </div>
        </div>
        <Histogram
          bars={barsFor(ageBars(group.ages, now), mayTrace, filter.link).filter(({ count }) => count > 0)}
        />
      </div>
    </Card>
  );
}

function Reason({ group: { reason, explanation, held, messages } }: { readonly group: Group }): ReactNode {
  if (reason === undefined) return <p>Nothing went wrong: it waits for its turn.</p>;
  if (!explanation) {
    return (
      <p style={{ overflowWrap: 'anywhere' }}>
        {held === messages && 'Held: '}
        <Told text={reason} />
      </p>
    );
  }
  return (
    <>
      <p>{explanation.meaning}</p>
      <details>
        <summary>{`What the other side said and what helps (${explanation.code})`}</summary>
        <ReplyBlock reply={reason} explanation={explanation} />
      </details>
    </>
  );
}

interface GroupFilter {
  readonly target: Target;
  readonly link: Readonly<Record<string, string>>;
}

/** The messages of a group, as a filter of the list of messages. */
function filterOf({ connector, domain, code }: Group): GroupFilter {
  const common = {
    ...(connector !== undefined && { connector }),
    ...(domain !== undefined && { recipient: `*@${domain}` }),
    ...(code !== undefined && { waitingFor: code }),
  };
  return { target: { filter: common }, link: { ...common, order: 'oldest' } };
}

function GroupActions({ group, filter }: { readonly group: Group; readonly filter: GroupFilter }): ReactNode {
  const mayAct = useMay('operator');
  const [action, setAction] = useState<Action>();
  if (!mayAct) return null;
  const offered = actions.filter((one) => one !== 'release' || group.held > 0);
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton size="small">{`Act on ${countOf(group.messages, 'message')}`}</MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {offered.map((one) => (
              <MenuItem key={one} onClick={() => setAction(one)}>
                {actionWords[one].title}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      {action !== undefined && (
        <BulkDialog action={action} target={filter.target} onClose={() => setAction(undefined)} />
      )}
    </>
  );
}
