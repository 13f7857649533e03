/** Who did what: the audit log with filters, its proof that nothing is missing, and its export. */
import {
  Button,
  makeStyles,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  tokens,
} from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons/svg/shield-checkmark';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AuditEntryView, AuditVerdict } from '../../../contract/schemas/audit.ts';
import { call, urlOf } from '../../api/client.ts';
import { useList } from '../../api/list.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { asProblem } from '../../api/problem.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton, CopyLink } from '../../parts/copy-button.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment, useZoneName } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, number, sentence } from '../../parts/words.ts';
import { AuditFilters } from './audit-filters.tsx';
import { actionWords, viaWords } from './audit-words.ts';
import { changedFields } from './changed-fields.ts';

const filters = {
  by: textFilter,
  action: textFilter,
  object: textFilter,
  from: textFilter,
  before: textFilter,
  open: textFilter,
};
const everyMs = 15_000;

export type AuditSearch = { readonly [K in Exclude<keyof typeof filters, 'open'>]?: string | undefined };

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center' },
  hash: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  table: { width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed' },
  cell: {
    padding: '6px 8px',
    textAlign: 'left',
    verticalAlign: 'top',
    overflowWrap: 'anywhere',
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontWeight: tokens.fontWeightRegular,
  },
  heading: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground2 },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ open, ...search }, change] = useFilters(filters);
  const { from, before, ...rest } = search;
  const query = {
    ...rest,
    ...(from !== undefined && { from: dayStart(from) }),
    ...(before !== undefined && { before: dayStart(before, 1) }),
  };
  const list = useList('audit', { query }, everyMs);
  const zone = useZoneName();
  const opened = list.items.find(({ seq }) => String(seq) === open);
  return (
    <PageFrame
      title="Audit log"
      lead="Every change to this relay and every look at the content of a message. Each entry holds the hash of the one before, so that a gap or a change shows."
      actions={
        <div className={styles.tools}>
          <CopyLink />
          <ExportMenu
            choices={[
              {
                title: 'The whole log, JSON, one entry a line',
                href: urlOf('exportAudit', {}),
                file: 'audit.ndjson',
              },
            ]}
          />
        </div>
      }
    >
      <Proof />
      <AuditFilters search={search} onChange={change} />
      <Card flush>
        <DataList
          label="Audit log"
          noun="record"
          list={list}
          columns={[
            { key: 'action', title: 'What', cell: ({ action }) => actionWords(action) },
            {
              key: 'object',
              title: 'Object',
              width: '18%',
              cell: ({ object }) => object !== undefined && <span title={object}>{object}</span>,
            },
            { key: 'by', title: 'By', width: '16%', cell: ({ by, via }) => `${by}, ${viaWords(via)}` },
            { key: 'result', title: 'Result', width: '26%', cell: (entry) => <Result entry={entry} /> },
            { key: 'at', title: `When (${zone})`, width: '132px', cell: ({ at }) => <Moment at={at} /> },
          ]}
          keyOf={({ seq }) => String(seq)}
          nameOf={({ seq, action }) => `entry ${seq}: ${actionWords(action)}`}
          openKey={open}
          onOpen={({ seq }) => change({ open: String(seq) })}
          empty={<Nothing isFiltered={Object.keys(query).length > 0} />}
        />
      </Card>
      {opened && (
        <Flyout title={`Entry ${opened.seq}`} onClose={() => change({ open: undefined })}>
          <Entry entry={opened} />
        </Flyout>
      )}
    </PageFrame>
  );
}

function Proof(): ReactNode {
  const [verdict, setVerdict] = useState<AuditVerdict>();
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const verify = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setVerdict(await call('verifyAudit', {}));
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div aria-live="polite">
      <Button icon={<ShieldCheckmarkRegular />} disabled={busy} onClick={() => void verify()}>
        {busy ? 'Reading the whole log …' : 'Verify the log'}
      </Button>
      {problem && <ErrorState problem={problem} />}
      {verdict && !busy && <Verdict verdict={verdict} />}
    </div>
  );
}

function Verdict({
  verdict: { whole, entries, head, faults },
}: {
  readonly verdict: AuditVerdict;
}): ReactNode {
  const styles = useStyles();
  return (
    <MessageBar intent={whole ? 'success' : 'error'} layout="multiline" style={{ marginTop: '12px' }}>
      <MessageBarBody>
        <MessageBarTitle>
          {whole
            ? `The log is whole: ${countOf(entries, 'entry', 'entries')} read, each fits the one before.`
            : `The log is damaged: ${countOf(faults.length, 'fault')} in ${number(entries)} entries.`}
        </MessageBarTitle>
        {faults.map(({ seq, text }) => (
          <div key={`${seq} ${text}`}>{seq === undefined ? text : `Entry ${seq}: ${text}`}</div>
        ))}
        {head !== undefined && (
          <div>
            Hash of the newest entry <span className={styles.hash}>{head}</span>{' '}
            <CopyButton small what="Hash" text={head} />
          </div>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}

function Result({ entry: { result } }: { readonly entry: AuditEntryView }): ReactNode {
  return (
    <StatusBadge tone={result === 'ok' ? 'good' : 'bad'}>
      {result === 'ok' ? 'Done' : sentence(result)}
    </StatusBadge>
  );
}

function Entry({ entry }: { readonly entry: AuditEntryView }): ReactNode {
  const styles = useStyles();
  const fields = changedFields(entry.before, entry.after);
  return (
    <>
      <Result entry={entry} />
      <Facts
        facts={[
          ['What', `${actionWords(entry.action)} (${entry.action})`],
          ['Object', entry.object],
          ['By', `${entry.by}, ${viaWords(entry.via)}`],
          ['From', entry.address],
          ['When', <Moment key="at" at={entry.at} show="full" />],
        ]}
      />
      {fields.length > 0 && (
        <table className={styles.table} aria-label="What was changed">
          <thead>
            <tr>
              {['Field', 'Before', 'After'].map((title) => (
                <th key={title} scope="col" className={`${styles.cell} ${styles.heading}`}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map(({ name, before, after }) => (
              <tr key={name}>
                <th scope="row" className={styles.cell}>
                  {name}
                </th>
                <td className={styles.cell}>{before}</td>
                <td className={styles.cell}>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Facts
        facts={[
          [
            'Hash',
            <span key="hash" className={styles.hash}>
              {entry.hash}
            </span>,
          ],
          [
            'Of the one before',
            <span key="previous" className={styles.hash}>
              {entry.previous}
            </span>,
          ],
        ]}
      />
    </>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState title="No entry fits">Try fewer filters or a longer time.</EmptyState>;
  return (
    <EmptyState title="Nothing was changed yet">
      Sign-ins, changes of the policy, actions on messages and looks at content appear here, refused ones as
      well.
    </EmptyState>
  );
}

/** Midnight of a day in the viewer's zone, so many days later, in UTC. */
function dayStart(day: string, later = 0): string | undefined {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
