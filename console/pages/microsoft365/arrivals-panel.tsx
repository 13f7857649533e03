/** "Did it really arrive?": exports of the message trace and returned messages, joined to what this relay handed over. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { MailCheckmarkRegular } from '@fluentui/react-icons/svg/mail-checkmark';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ArrivalTableView } from '../../../contract/schemas/microsoft365.ts';
import { useChange } from '../../api/queries.ts';
import { Card } from '../../parts/card.tsx';
import { CodeView } from '../../parts/code-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { OpenFiles } from '../../parts/open-files.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf, number } from '../../parts/words.ts';
import { listOf } from '../security/logins.tsx';
import type { Arrival, ArrivalVerdict } from './arrival-words.ts';
import { countIn, verdicts, worstFirst } from './arrival-words.ts';

// learn.microsoft.com/powershell/module/exchange/get-messagetracev2: ten days at a time, 5000 rows an answer.
const traceScript =
  'Get-MessageTraceV2 -StartDate (Get-Date).AddDays(-2) -EndDate (Get-Date) -ResultSize 5000 |\n  Export-Csv -NoTypeInformation -Encoding utf8 trace.csv';

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
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

export interface ArrivalsPanelProps {
  readonly show: ArrivalVerdict | undefined;
  readonly onShow: (show: ArrivalVerdict | undefined) => void;
}

export function ArrivalsPanel({ show, onShow }: ArrivalsPanelProps): ReactNode {
  const styles = useStyles();
  const join = useChange('arrivals', ['message', 'messages']);
  return (
    <>
      <Card
        title="A message trace, or messages that came back"
        actions={<CopyButton what="Lines" text={`${traceScript}\n`} />}
      >
        <p>
          250 of Exchange Online means that it took a message, not that a mailbox has it. Export the trace
          with these lines, or save returned messages as files (.eml), and open them here.
        </p>
        <CodeView wrap label="Lines that export the trace" text={traceScript} />
        <div className={styles.tools}>
          <OpenFiles
            words="Open files"
            label="Message traces and returned messages"
            accept=".csv,.json,.eml,text/csv,application/json,message/rfc822"
            multiple
            primary
            disabled={join.isPending}
            onFiles={(files) => join.mutate({ body: { files: [...files] } })}
          />
          <span>What they tell is kept with the messages; the files are not.</span>
        </div>
        {join.error && <ErrorState problem={join.error} />}
      </Card>
      {join.data ? (
        <Table table={join.data} show={show} onShow={onShow} />
      ) : (
        <Card title="Did it arrive?">
          <EmptyState title="No file was opened yet" icon={MailCheckmarkRegular}>
            Each message of this relay that the files tell of is listed with what became of it, and its page
            says so too.
          </EmptyState>
        </Card>
      )}
    </>
  );
}

interface TableProps extends ArrivalsPanelProps {
  readonly table: ArrivalTableView;
}

function Table({ table, show, onShow }: TableProps): ReactNode {
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
