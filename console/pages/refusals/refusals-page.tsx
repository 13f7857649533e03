/** Who was refused, and why: what never became a message. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { EventView } from '../../../contract/schemas/events.ts';
import { useList } from '../../api/list.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment, useNow, useZoneName } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { ReplyBlock } from '../../parts/reply-block.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { since } from '../messages/message-filters.ts';
import { refusalWords, textOf, whyWords } from './refusal-words.ts';

const filters = {
  text: textFilter,
  source: textFilter,
  last: oneOf('hour', 'day', 'month'),
  open: textFilter,
};
const lasts = [
  ['hour', 'Last hour'],
  ['day', 'Last 24 hours'],
  ['month', 'Last 30 days'],
] as const;
const everyMs = 5_000;

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: tokens.spacingHorizontalM },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ text, source, last, open }, change] = useFilters(filters);
  const zone = useZoneName();
  const now = useNow();
  const from = last && since(last, now);
  const query = {
    ...(text !== undefined && { text }),
    ...(source !== undefined && { source }),
    ...(from !== undefined && { from }),
  };
  const list = useList('events', { query }, everyMs);
  const sources = useRead('sources', {}).data?.items.map(({ name }) => name) ?? [];
  // One that is gone from the policy has refusals still.
  const named = source === undefined || sources.includes(source) ? sources : [...sources, source];
  const columns: readonly Column<EventView>[] = [
    {
      key: 'why',
      title: 'What happened',
      cell: (event) => <span title={whyWords(event)}>{whyWords(event)}</span>,
    },
    { key: 'kind', title: 'Kind', width: '132px', cell: ({ kind }) => <Kind kind={kind} /> },
    { key: 'address', title: 'Client', width: '140px', cell: (event) => event.source ?? event.address },
    {
      key: 'sender',
      title: 'Sender',
      width: '15%',
      only: 'wide',
      cell: (event) => textOf(event, 'sender') ?? '',
    },
    {
      key: 'recipient',
      title: 'Recipient',
      width: '15%',
      only: 'wide',
      cell: (event) => textOf(event, 'recipient') ?? '',
    },
    { key: 'at', title: `Time (${zone})`, width: '120px', cell: ({ at }) => <Moment at={at} /> },
  ];
  return (
    <PageFrame
      title="Refusals"
      lead="Clients that were answered with no, and logins that failed."
      actions={<CopyLink />}
    >
      <div className={styles.bar}>
        <SearchField
          label="Search"
          hint="Reference, address, sender, recipient, source"
          text={text}
          onChange={(next) => change({ text: next })}
        />
        <ChoiceField
          label="When"
          any="Any time"
          value={last}
          choices={lasts}
          onChange={(next) => change({ last: next })}
        />
        <ChoiceField
          label="Source"
          any="Any"
          value={source}
          choices={named.map((name) => [name, name] as const)}
          onChange={(next) => change({ source: next })}
        />
      </div>
      <Card flush>
        <DataList
          label="Refusals"
          noun="refusal"
          list={list}
          columns={columns}
          keyOf={({ ref }) => ref}
          nameOf={refusalWords}
          openKey={open}
          onOpen={({ ref }) => change({ open: ref })}
          empty={
            <EmptyState
              title={
                [text, source, last].every((one) => one === undefined)
                  ? 'Nobody was refused'
                  : 'No refusal fits'
              }
            >
              When a printer cannot send, it appears here with the reason and the rule that refused it. The
              reference in the answer that the printer shows leads straight to its line.
            </EmptyState>
          }
        />
      </Card>
      {open !== undefined && <Refusal reference={open} onClose={() => change({ open: undefined })} />}
    </PageFrame>
  );
}

function Kind({ kind }: { readonly kind: string }): ReactNode {
  if (kind === 'login-failed') return <StatusBadge tone="warning">Failed login</StatusBadge>;
  return <StatusBadge tone="bad">Refused</StatusBadge>;
}

function Refusal({
  reference,
  onClose,
}: {
  readonly reference: string;
  readonly onClose: () => void;
}): ReactNode {
  const { data, error, refetch } = useRead('event', { params: { ref: reference } });
  if (!data || data.ref !== reference) {
    return (
      <Flyout title={reference} onClose={onClose}>
        {error ? <ErrorState problem={error} retry={() => void refetch()} /> : <PagePending />}
      </Flyout>
    );
  }
  const reply = textOf(data, 'reply');
  const known = new Set(['reply', 'explanation', 'ref', 'kind', 'address', 'source']);
  const others = Object.entries(data.fields).filter(
    ([name, value]) => !known.has(name) && typeof value !== 'object',
  );
  return (
    <Flyout title={data.kind === 'login-failed' ? 'A login failed' : 'Refused'} onClose={onClose}>
      <p>{refusalWords(data)}</p>
      {reply !== undefined && <ReplyBlock reply={reply} />}
      <Facts
        facts={[
          ['Reference', data.ref],
          ['Time', <Moment key="at" at={data.at} show="full" />],
          ['Client', data.address],
          ['Source', data.source],
          ...others.map(([name, value]) => [titleOf(name), String(value)] as const),
        ]}
      />
    </Flyout>
  );
}

/** `clientName` as `Client name`. */
function titleOf(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
