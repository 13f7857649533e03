/** Permissions to send that are too wide, doubled, old or about to end, and one button that says: looked at, still right. */
import { Button, makeStyles, Switch, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AllowList } from '../../../contract/schemas/setup.ts';
import { useList } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ManagedNote, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { touchedByPolicy } from '../../parts/policy-change.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { concernsOf } from './concerns.ts';

type Item = AllowList['items'][number];

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalL },
  concerns: { display: 'flex', flexDirection: 'column', gap: '2px', padding: '4px 0', whiteSpace: 'normal' },
});

export interface AllowListReviewProps {
  readonly show: 'attention' | 'all';
  readonly text: string | undefined;
  readonly onChange: (change: {
    readonly show?: 'all' | undefined;
    readonly text?: string | undefined;
  }) => void;
}

export function AllowListReview({ show, text = '', onChange }: AllowListReviewProps): ReactNode {
  const styles = useStyles();
  const list = useList('allowList', {}, 30_000);
  const mayEdit = useMayEditPolicy();
  const wanted = text.toLowerCase();
  const items = list.items.filter(
    (item) =>
      (show === 'all' || concernsOf(item).length > 0) &&
      [item.source, item.range, item.owner, item.note].some((word) => word?.toLowerCase().includes(wanted)),
  );
  const columns: readonly Column<Item>[] = [
    {
      key: 'source',
      title: 'Permission',
      cell: ({ source, range }) => (
        <Link to="/sources/$name" params={{ name: source }}>
          {range === undefined ? source : `${source}: ${range}`}
        </Link>
      ),
    },
    {
      key: 'concerns',
      title: 'What to look at',
      width: '40%',
      cell: (item) => <Concerns item={item} />,
    },
    { key: 'owner', title: 'Owner', width: '15%', only: 'wide', cell: ({ owner }) => owner ?? 'No owner' },
    {
      key: 'seen',
      title: 'Last seen',
      width: '110px',
      cell: ({ lastSeenAt }) =>
        lastSeenAt === undefined ? 'Not yet' : <Moment at={lastSeenAt} show="relative" />,
    },
    ...(mayEdit === true
      ? [
          {
            key: 'action',
            title: 'Action',
            width: '140px',
            // A review is of the source with all its addresses.
            cell: ({ source, range }: Item) => (range === undefined ? <Reviewed source={source} /> : ''),
          },
        ]
      : []),
  ];
  return (
    <>
      <ManagedNote at="sources" />
      <div className={styles.tools}>
        <SearchField label="Search" text={text} onChange={(next) => onChange({ text: next })} />
        <Switch
          label="Show what needs no look as well"
          checked={show === 'all'}
          onChange={(_event, { checked }) => onChange({ show: checked ? 'all' : undefined })}
        />
      </div>
      <Card flush>
        <DataList
          label="Allow-list"
          noun="permission"
          list={{ ...list, items }}
          columns={columns}
          keyOf={({ path }) => path}
          nameOf={({ source, range }) => (range === undefined ? source : `${source} ${range}`)}
          empty={
            <EmptyState title={show === 'all' ? 'No permission fits' : 'Nothing needs a look'}>
              {show === 'all'
                ? 'A source that is added appears here with its addresses.'
                : 'No permission overlaps another, is very wide, has ended or ends soon. Give sources an end or a review date, and they come up here in time.'}
            </EmptyState>
          }
        />
      </Card>
    </>
  );
}

function Concerns({ item }: { readonly item: Item }): ReactNode {
  const styles = useStyles();
  const concerns = concernsOf(item);
  if (concerns.length === 0) return <StatusBadge tone="good">Nothing</StatusBadge>;
  return (
    <ul className={styles.concerns}>
      {concerns.map(({ tone, words }) => (
        <li key={words} title={words}>
          <StatusBadge tone={tone}>{words}</StatusBadge>
        </li>
      ))}
    </ul>
  );
}

function Reviewed({ source }: { readonly source: string }): ReactNode {
  const review = useChange('reviewSource', touchedByPolicy);
  const announce = useAnnounce();
  const note = (): void =>
    review.mutate(
      { params: { name: source } },
      {
        onSuccess: () =>
          announce({
            intent: 'success',
            title: `${source} was reviewed today`,
            detail: 'The next review is due in a year.',
          }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <Button size="small" disabled={review.isPending} onClick={note} aria-label={`Review of ${source} done`}>
      Review done
    </Button>
  );
}
