/** How each source speaks: TLS versions and cipher suites that were agreed, sessions without TLS, logins in clear, and which way it goes. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ExitPlanView } from '../../../contract/schemas/exit-plan.ts';
import { Card } from '../../parts/card.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Moment } from '../../parts/moment.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { asSentence, countOf, number } from '../../parts/words.ts';
import { listOf } from '../security/logins.tsx';
import type { PlannedSource } from './plan-words.ts';
import { hasOldTls, stateOf, versionsOf } from './plan-words.ts';
import { SourceDetails } from './source-details.tsx';
import { WeeksStrip } from './weeks-strip.tsx';

export const shows = [
  ['plain', 'Without TLS'],
  ['clear', 'Login in clear'],
  ['old', 'TLS 1.0 or 1.1'],
] as const;
export type Show = (typeof shows)[number][0];

const tests: Readonly<Record<Show, (source: PlannedSource) => boolean>> = {
  plain: ({ plainSessions }) => plainSessions > 0,
  clear: ({ clearLogins }) => clearLogins > 0,
  old: hasOldTls,
};

function speakers(ciphers: ExitPlanView['ciphers'], cipher: string): ReadonlySet<string> {
  const chosen = ciphers.filter((one) =>
    cipher === 'weak' ? one.weakness !== undefined : one.cipher === cipher,
  );
  return new Set(chosen.flatMap(({ sources }) => sources));
}

function cipherChoices(ciphers: ExitPlanView['ciphers']): (readonly [string, string])[] {
  const each = ciphers.map(
    ({ cipher, sources }) => [cipher, `${cipher} (${countOf(sources.length, 'source')})`] as const,
  );
  return [['weak', 'Any with a weakness'], ...each];
}

const columns: readonly Column<PlannedSource>[] = [
  { key: 'source', title: 'Source', cell: ({ source }) => source },
  {
    key: 'state',
    title: 'State',
    width: '160px',
    cell: (source) => <StatusBadge tone={stateOf(source)[0]}>{stateOf(source)[1]}</StatusBadge>,
  },
  { key: 'tls', title: 'TLS agreed', width: '104px', cell: (source) => versionsOf(source) || 'None' },
  {
    key: 'plain',
    title: 'Without TLS',
    width: '116px',
    align: 'end',
    cell: ({ plainSessions }) => number(plainSessions),
  },
  {
    key: 'clear',
    title: 'Clear logins',
    width: '116px',
    align: 'end',
    cell: ({ clearLogins }) => number(clearLogins),
  },
  {
    key: 'trend',
    title: 'Without TLS, 12 weeks',
    width: '224px',
    cell: (source) => <WeeksStrip source={source} />,
  },
  { key: 'owner', title: 'Owner', width: '12%', only: 'wide', cell: ({ owner }) => owner ?? 'No owner' },
  {
    key: 'last',
    title: 'Last seen',
    width: '110px',
    cell: ({ lastAt }) => <Moment at={lastAt} show="relative" />,
  },
];

const useStyles = makeStyles({
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    padding: tokens.spacingHorizontalL,
  },
  unseen: { overflowWrap: 'anywhere' },
  // Names of suites are long.
  suite: { flex: '0 1 440px', minWidth: 0 },
  weakness: { alignSelf: 'end', color: tokens.colorNeutralForeground2 },
});

export interface SourceListProps {
  readonly sources: readonly PlannedSource[];
  readonly unseen: readonly string[];
  readonly show: Show | undefined;
  readonly ciphers: ExitPlanView['ciphers'];
  /** Name of a suite, or `weak` for all with a weakness. */
  readonly cipher: string | undefined;
  readonly open: string | undefined;
  readonly onChange: (change: {
    readonly show?: Show | undefined;
    readonly cipher?: string | undefined;
    readonly open?: string | undefined;
  }) => void;
}

export function SourceList(props: SourceListProps): ReactNode {
  const styles = useStyles();
  const { sources, unseen, show, ciphers, cipher, open, onChange } = props;
  const speaking = cipher === undefined ? undefined : speakers(ciphers, cipher);
  const fitting = sources.filter(
    (one) => (show === undefined || tests[show](one)) && (speaking === undefined || speaking.has(one.source)),
  );
  const isNarrow = show !== undefined || cipher !== undefined;
  const weakness = ciphers.find((one) => one.cipher === cipher)?.weakness;
  const worstFirst = fitting.toSorted(
    (a, b) =>
      b.clearLogins - a.clearLogins || b.plainSessions - a.plainSessions || a.source.localeCompare(b.source),
  );
  const opened = sources.find(({ source }) => source === open);
  return (
    <>
      <Card flush>
        <div className={styles.tools}>
          <ChoiceField
            label="Show"
            any="All seen"
            value={show}
            choices={shows}
            onChange={(next) => onChange({ show: next })}
          />
          <div className={styles.suite}>
            <ChoiceField
              wide
              label="Cipher suite"
              any="All suites"
              value={cipher}
              choices={cipherChoices(ciphers)}
              onChange={(next) => onChange({ cipher: next })}
            />
          </div>
          {weakness !== undefined && <p className={styles.weakness}>{asSentence(weakness)}</p>}
        </div>
        <DataList
          label="Sources and how they speak"
          noun="source"
          list={listOf(worstFirst)}
          columns={columns}
          keyOf={({ source }) => source}
          nameOf={({ source }) => source}
          openKey={open}
          onOpen={({ source }) => onChange({ open: source })}
          empty={
            <EmptyState
              title={isNarrow ? 'None of them does' : 'No source was seen yet'}
              icon={LockClosedRegular}
            >
              {isNarrow
                ? 'No source that was seen in the last twelve weeks fits this filter.'
                : 'With its first session a source appears here, with the TLS version and the cipher suite that it agreed on.'}
            </EmptyState>
          }
        />
      </Card>
      {unseen.length > 0 && (
        <Card title={`Never seen: ${countOf(unseen.length, 'source')}`}>
          <p>
            The policy lets them send, and no session of them was seen. What a step would do to them is not
            known; perhaps they are gone.
          </p>
          <p className={styles.unseen}>
            {unseen.slice(0, 50).map((name, index) => (
              <span key={name}>
                {index > 0 && ', '}
                <Link to="/sources/$name" params={{ name }}>
                  {name}
                </Link>
              </span>
            ))}
            {unseen.length > 50 && ` and ${unseen.length - 50} more`}
          </p>
        </Card>
      )}
      {opened && <SourceDetails source={opened} onClose={() => onChange({ open: undefined })} />}
    </>
  );
}
