/** Each message that the files tell of, with what became of it; narrowed by that. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { MailCheckmarkRegular } from '@fluentui/react-icons/svg/mail-checkmark';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ArrivalTableView } from '../../../contract/schemas/microsoft365.ts';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf, number } from '../../parts/words.ts';
import { listOf } from '../security/logins.tsx';
import type { Arrival, ArrivalVerdict } from './arrival-words.ts';
import { countIn, verdicts, worstFirst } from './arrival-words.ts';

const useStyles = makeStyles({
  counts: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
  whole: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
  note: { padding: `0 ${tokens.spacingHorizontalL}`, color: tokens.colorNeutralForeground2 },
});

const columns: readonly Column<Arrival>[] = [
  {
    key: 'subject',
    title: 'Message',
    cell: ({ id, subject }) => (
      <Link to="/messages/$id" params={{ id }}>
        {subject ?? id}
      </Link>
    ),
  },
  {
    key: 'verdict',
    title: 'Did it arrive?',
    width: '150px',
    cell: ({ verdict }) => <StatusBadge tone={verdicts[verdict][0]}>{verdicts[verdict][1]}</StatusBadge>,
  },
  {
    key: 'recipient',
    title: 'Recipient',
    width: '20%',
    cell: ({ recipient }) => <span title={recipient}>{recipient}</span>,
  },
  {
    key: 'text',
    title: 'What is known',
    width: '30%',
    cell: ({ text }) => <Whole text={asSentence(text)} />,
  },
  {
    key: 'relayed',
    title: 'Handed over',
    width: '120px',
    cell: ({ relayedAt }) => (relayedAt === undefined ? 'Not yet' : <Moment at={relayedAt} />),
  },
  {
    key: 'exchange',
    title: 'At Exchange',
    width: '120px',
    only: 'wide',
    cell: ({ exchangeAt, exchangeStatus }) =>
      exchangeAt === undefined ? (exchangeStatus ?? '') : <Moment at={exchangeAt} />,
  },
];

/** A sentence that is not cut at the end of its cell. */
function Whole({ text }: { readonly text: string }): ReactNode {
  return <span className={useStyles().whole}>{text}</span>;
}

export interface ShownArrivals {
  readonly show: ArrivalVerdict | undefined;
  readonly onShow: (show: ArrivalVerdict | undefined) => void;
}

interface ArrivalTableProps extends ShownArrivals {
  readonly table: ArrivalTableView;
}

export function ArrivalTable({ table, show, onShow }: ArrivalTableProps): ReactNode {
  const styles = useStyles();
  const { arrivals, counts, notOurs, isCut } = table;
  const fitting = worstFirst(
    show === undefined ? arrivals : arrivals.filter(({ verdict }) => verdict === show),
  );
  const words = [
    notOurs > 0 && `${countOf(notOurs, 'message')} of the trace did not come from this relay.`,
    isCut && 'There was more than one answer holds: give a shorter time.',
  ].filter((one) => one !== false);
  return (
    <Card title="Did it arrive?" flush>
      <div className={styles.counts} role="group" aria-label="Narrow by what became of them">
        <Choice
          words={`All ${number(arrivals.length)}`}
          isChosen={show === undefined}
          onChoose={() => onShow(undefined)}
        />
        {Object.keys(verdicts).map((key) => {
          const verdict = key as ArrivalVerdict;
          const count = countIn(counts, verdict);
          return (
            count > 0 && (
              <Choice
                key={verdict}
                words={`${verdicts[verdict][1]} ${number(count)}`}
                isChosen={show === verdict}
                onChoose={() => onShow(verdict)}
              />
            )
          );
        })}
      </div>
      {words.length > 0 && <p className={styles.note}>{words.join(' ')}</p>}
      <DataList
        label="Arrivals"
        noun="recipient"
        list={listOf(fitting)}
        columns={columns}
        keyOf={({ id, recipient }) => `${id} ${recipient}`}
        nameOf={({ subject, id, recipient }) => `${subject ?? id} to ${recipient}`}
        empty={
          <EmptyState title="None of our messages is in these files" icon={MailCheckmarkRegular}>
            They are compared by Message-ID and recipient. A trace covers the time that was asked for: export
            it again with an earlier start.
          </EmptyState>
        }
      />
    </Card>
  );
}

function Choice(props: {
  readonly words: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): ReactNode {
  return (
    <Button
      size="small"
      shape="circular"
      appearance={props.isChosen ? 'primary' : 'outline'}
      aria-pressed={props.isChosen}
      onClick={props.onChoose}
    >
      {props.words}
    </Button>
  );
}
