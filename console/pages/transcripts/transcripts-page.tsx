/** Whose sessions are kept, who failed and what would have helped, and captures that are on. */
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple';
import { Link, useNavigate } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { TranscriptKeys } from '../../../contract/schemas/transcripts.ts';
import type { List } from '../../api/list.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, number } from '../../parts/words.ts';
import { CaptureBar } from './capture.tsx';

type Item = TranscriptKeys['items'][number];

const filters = { show: oneOf('failed', 'helped'), text: textFilter };
const shows = [
  ['failed', 'With a failed session'],
  ['helped', 'That a switch would help'],
] as const;
const everyMs = 5_000;

const useStyles = makeStyles({
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingHorizontalL,
  },
  go: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalM },
  search: { flex: '1 1 200px', maxWidth: '320px' },
});

const columns: readonly Column<Item>[] = [
  {
    key: 'key',
    title: 'Who',
    cell: ({ key }) => (
      <Link to="/transcripts/$key" params={{ key }}>
        {key}
      </Link>
    ),
  },
  {
    key: 'kind',
    title: 'Kind',
    width: '150px',
    cell: ({ kind }) => (kind === 'source' ? 'Source' : 'Unknown address'),
  },
  {
    key: 'last',
    title: 'Last session',
    width: '130px',
    cell: ({ lastAt }) => <Moment at={lastAt} show="relative" />,
  },
  {
    key: 'sessions',
    title: 'Sessions',
    width: '100px',
    align: 'end',
    cell: ({ sessions }) => number(sessions),
  },
  {
    key: 'failed',
    title: 'Failed',
    width: '120px',
    cell: ({ failedSessions }) =>
      failedSessions === 0 ? (
        <StatusBadge tone="good">None</StatusBadge>
      ) : (
        <StatusBadge tone="bad">{number(failedSessions)}</StatusBadge>
      ),
  },
  {
    key: 'helped',
    title: 'Would have helped',
    width: '30%',
    cell: ({ suggested }) => <span title={suggested.join(', ')}>{suggested.join(', ') || 'No switch'}</span>,
  },
];

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ show, text }, change] = useFilters(filters);
  const { data, error, isPending, isFetching, refetch } = useRead('transcripts', {}, { every: everyMs });
  const fitting = (data?.items ?? []).filter(
    ({ key, failedSessions, suggested }) =>
      (show === undefined || (show === 'failed' ? failedSessions > 0 : suggested.length > 0)) &&
      (text === undefined || key.toLowerCase().includes(text.toLowerCase())),
  );
  const list: List<Item> = {
    items: fitting,
    isFirst: isPending,
    isBusy: isFetching,
    problem: error,
    again: () => void refetch(),
  };
  return (
    <PageFrame
      title="Device transcripts"
      lead="What devices and this relay said to each other in their last sessions, without passwords and contents. A failed session says what would have helped."
      actions={<CopyLink />}
    >
      {data?.captures.map((capture) => (
        <CaptureBar key={capture.key} capture={capture} />
      ))}
      <Card flush>
        <div className={styles.tools}>
          <Field label="Who" className={styles.search}>
            <Input
              type="search"
              value={text ?? ''}
              onChange={(_event, { value }) =>
                change({ text: value === '' ? undefined : value }, { replace: true })
              }
            />
          </Field>
          <ChoiceField
            label="Show"
            any="All"
            value={show}
            choices={shows}
            onChange={(next) => change({ show: next })}
          />
        </div>
        <DataList
          label="Transcripts"
          noun="client"
          list={list}
          columns={columns}
          keyOf={({ key }) => key}
          nameOf={({ key }) => key}
          empty={
            <EmptyState
              title={data?.items.length === 0 ? 'No session was kept yet' : 'Nobody fits this filter'}
              icon={ChatMultipleRegular}
            >
              {data?.items.length === 0
                ? 'Point a device at this relay: its first session appears here, whether it went well or not.'
                : `Sessions of ${countOf(data?.items.length ?? 0, 'client')} are kept.`}
            </EmptyState>
          }
        />
      </Card>
      <Card title="A device that is not in the list">
        <GoTo />
      </Card>
    </PageFrame>
  );
}

/** A capture may begin before anything was seen of a device. */
function GoTo(): ReactNode {
  const styles = useStyles();
  const [key, setKey] = useState('');
  const navigate = useNavigate();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '') void navigate({ to: '/transcripts/$key', params: { key: key.trim() } });
  };
  return (
    <form className={styles.go} onSubmit={submit}>
      <Field label="Name of a source, or address of a device" className={styles.search}>
        <Input value={key} autoComplete="off" onChange={(_event, { value }) => setKey(value)} />
      </Field>
      <Button type="submit" disabled={key.trim() === ''}>
        Show it
      </Button>
    </form>
  );
}
