/** Everything that ends or falls due, the next first: whose it is, what breaks, what to do. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { CalendarLtrRegular } from '@fluentui/react-icons/svg/calendar-ltr';
import type { ReactNode } from 'react';
import type { CalendarItem, CalendarKind, CalendarView } from '../../../contract/schemas/calendar.ts';
import { urlOf } from '../../api/client.ts';
import { useRead } from '../../api/queries.ts';
import { numberFilter, oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { dateOf, daysInWords, kinds, states } from './calendar-words.ts';
import { ItemDetails } from './item-details.tsx';

const kindList = Object.keys(kinds) as readonly CalendarKind[];
const filters = {
  text: textFilter,
  kind: oneOf(...kindList),
  owner: textFilter,
  state: oneOf('overdue', 'due', 'soon', 'later'),
  within: numberFilter,
  open: textFilter,
};
const everyMs = 60_000;

const columns: readonly Column<CalendarItem>[] = [
  { key: 'title', title: 'What', cell: ({ title }) => <span title={title}>{title}</span> },
  {
    key: 'due',
    title: 'Due (UTC)',
    width: '210px',
    cell: (item) => `${dateOf(item)} (${daysInWords(item.days)})`,
  },
  {
    key: 'state',
    title: 'State',
    width: '150px',
    cell: ({ state }) => <StatusBadge tone={states[state][0]}>{states[state][1]}</StatusBadge>,
  },
  {
    key: 'owner',
    title: 'Owner',
    width: '15%',
    cell: ({ owner }) => <span title={owner}>{owner ?? 'No owner'}</span>,
  },
  {
    key: 'breaks',
    title: 'What breaks',
    width: '28%',
    only: 'wide',
    cell: ({ breaks }) => <span title={breaks}>{breaks}</span>,
  },
];

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalL },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ open, ...query }, change] = useFilters(filters);
  const { data, error, isFetching, refetch } = useRead('calendar', { query }, { every: everyMs });
  const opened = data?.items.find(({ id }) => id === open);
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  return (
    <PageFrame
      title="Calendar"
      lead="What ends or falls due: permissions, reviews, certificates, secrets, tokens, and dates of Microsoft 365 that touch a connector of yours."
      actions={
        <div className={styles.buttons}>
          <CopyLink />
          <ExportMenu
            choices={[
              {
                title: 'Calendar file (.ics)',
                href: urlOf('calendarExport', { query }),
                file: 'relay365.ics',
              },
            ]}
          />
        </div>
      }
    >
      <TabList
        aria-label="What to show"
        selectedValue={query.kind === 'microsoft-365' ? 'microsoft-365' : 'all'}
        onTabSelect={(_event, { value }) => change({ kind: filters.kind(String(value)), open: undefined })}
      >
        <Tab value="all">Everything</Tab>
        <Tab value="microsoft-365">Microsoft 365 dates</Tab>
      </TabList>
      <div className={styles.tools}>
        <SearchField label="Search" text={query.text} onChange={(text) => change({ text })} />
        {query.kind !== 'microsoft-365' && (
          <ChoiceField
            label="Kind"
            any="Every kind"
            value={query.kind}
            choices={kindList.map((kind) => [kind, kinds[kind]] as const)}
            onChange={(kind) => change({ kind })}
          />
        )}
        <ChoiceField
          label="When"
          any="Any time"
          value={query.state}
          choices={(['overdue', 'due', 'soon', 'later'] as const).map(
            (state) => [state, `${states[state][1]}${data ? ` (${data.counts[state]})` : ''}`] as const,
          )}
          onChange={(state) => change({ state })}
        />
      </div>
      <Card flush>
        <DataList
          label="What falls due"
          noun="date"
          list={{
            items: data?.items ?? [],
            isFirst: !data && !error,
            isBusy: isFetching,
            problem: error,
            again: () => void refetch(),
          }}
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ title }) => title}
          openKey={open}
          onOpen={({ id }) => change({ open: id })}
          empty={<Nothing isFiltered={isFiltered} />}
        />
      </Card>
      {data && <Reminders reminders={data.reminders} />}
      {opened && (
        <Flyout title={opened.title} onClose={() => change({ open: undefined })}>
          <ItemDetails item={opened} />
        </Flyout>
      )}
    </PageFrame>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState title="None fits">Choose fewer filters.</EmptyState>;
  return (
    <EmptyState title="Nothing falls due" icon={CalendarLtrRegular}>
      A source or permission with an end, a review date, a certificate, a secret whose end the policy names (
      <code>secretExpires</code>) and an API token appear here.
    </EmptyState>
  );
}

function Reminders({ reminders }: Pick<CalendarView, 'reminders'>): ReactNode {
  const styles = useStyles();
  const { days, mail, administrators, nextDigestAt } = reminders;
  const when = days.length === 0 ? 'No reminder goes out' : `Reminders go out ${days.join(', ')} days ahead`;
  return (
    <p className={styles.quiet}>
      {mail
        ? `${when}, by mail${administrators.length > 0 ? ` to ${administrators.join(', ')} and` : ' to'} owners of sources.`
        : `${when}, as events of the log alone.`}{' '}
      {nextDigestAt !== undefined && (
        <>
          {'The next weekly digest comes '}
          <Moment at={nextDigestAt} show="due" />.{' '}
        </>
      )}
      Both stand under <code>reminders</code> of relay365.yaml.
    </p>
  );
}
