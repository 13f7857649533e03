/** What is unusual in the log of connections, with evidence and a proposal. People decide. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { ClipboardSearchRegular } from '@fluentui/react-icons/svg/clipboard-search';
import type { ReactNode } from 'react';
import type { ReviewFinding, ReviewView } from '../../../contract/schemas/review.ts';
import { useList } from '../../api/list.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { FindingDetails } from './finding-details.tsx';
import { OwnBlocks } from './own-blocks.tsx';
import { actions, kinds, severities } from './review-words.ts';

const kindList = Object.keys(kinds) as readonly ReviewFinding['kind'][];
const filters = {
  state: oneOf('accepted', 'dismissed', 'all'),
  kind: oneOf(...kindList),
  source: textFilter,
  text: textFilter,
  open: textFilter,
};
const everyMs = 30_000;

const columns: readonly Column<ReviewFinding>[] = [
  { key: 'title', title: 'What', width: '24%', cell: ({ title }) => <span title={title}>{title}</span> },
  {
    key: 'severity',
    title: 'Severity',
    width: '110px',
    cell: ({ severity }) => (
      <StatusBadge tone={severities[severity][0]}>{severities[severity][1]}</StatusBadge>
    ),
  },
  { key: 'text', title: 'Unusual', cell: ({ text }) => <span title={text}>{text}</span> },
  { key: 'proposal', title: 'Proposal', width: '160px', cell: ({ proposal }) => actions[proposal.action] },
  { key: 'last', title: 'Last', width: '120px', cell: ({ lastAt }) => <Moment at={lastAt} /> },
];

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalL },
  quiet: { color: tokens.colorNeutralForeground2 },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ open, state = 'open', kind, source, text }, change] = useFilters(filters);
  const list = useList('review', { query: { state, kind, source, text } }, everyMs);
  // The counts do not hang on the filters.
  const about = useRead('review', { query: { state: 'all', limit: 1 } }, { every: everyMs }).data;
  const opened = list.items.find(({ id }) => id === open);
  return (
    <PageFrame
      title="Review"
      lead="What is unusual in the log of connections, with its evidence and what could be done."
      actions={<CopyLink />}
    >
      <OwnBlocks />
      <TabList
        aria-label="What to show"
        selectedValue={state}
        onTabSelect={(_event, { value }) => change({ state: filters.state(String(value)), open: undefined })}
      >
        <Tab value="open">{titleOf('Open', about?.counts.open)}</Tab>
        <Tab value="accepted">{titleOf('Taken up', about?.counts.accepted)}</Tab>
        <Tab value="dismissed">{titleOf('Dismissed', about?.counts.dismissed)}</Tab>
        <Tab value="all">All</Tab>
      </TabList>
      <div className={styles.tools}>
        <SearchField label="Search" text={text} onChange={(next) => change({ text: next })} />
        <ChoiceField
          label="Kind"
          any="Every kind"
          value={kind}
          choices={kindList.map((one) => [one, kinds[one]] as const)}
          onChange={(next) => change({ kind: next })}
        />
      </div>
      <Card flush>
        <DataList
          label="Findings"
          noun="finding"
          list={list}
          columns={columns}
          keyOf={({ id }) => id}
          nameOf={({ title }) => title}
          openKey={open}
          onOpen={({ id }) => change({ open: id })}
          empty={
            <EmptyState title="Nothing unusual is listed here" icon={ClipboardSearchRegular}>
              The relay compares each day with the weeks before: new addresses, senders and hours of a source,
              unusual volume, TLS that got worse, and clients that were refused. What it finds appears under
              Open.
            </EmptyState>
          }
        />
      </Card>
      {about && <About about={about} />}
      {opened && (
        <Flyout title={opened.title} onClose={() => change({ open: undefined })}>
          <FindingDetails key={opened.id} finding={opened} onDone={() => change({ open: undefined })} />
        </Flyout>
      )}
    </PageFrame>
  );
}

const titleOf = (word: string, count: number | undefined): string =>
  count === undefined ? word : `${word} (${count})`;

function About({ about: { reviewedAt } }: { readonly about: ReviewView }): ReactNode {
  const styles = useStyles();
  return (
    <p className={styles.quiet}>
      People decide about findings; the review changes no policy.
      {reviewedAt !== undefined && (
        <>
          {' The log was last looked at '}
          <Moment at={reviewedAt} show="relative" />.
        </>
      )}
    </p>
  );
}
