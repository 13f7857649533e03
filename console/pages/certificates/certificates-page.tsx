/** Everything that identifies somebody and ends by itself: whose it is, where it is used, when it ends. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CertificateItem } from '../../../contract/schemas/setup.ts';
import { useList } from '../../api/list.ts';
import { oneOf, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyButton, CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import type { Tone } from '../../parts/status-badge.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';
import { kinds } from './kinds.ts';
import { renewal } from './renewal.ts';

const filters = { show: oneOf('all', 'expiring', 'unknown'), text: textFilter, open: textFilter };
const everyMs = 60_000;

const states: Readonly<Record<CertificateItem['state'], { readonly tone: Tone; readonly words: string }>> = {
  good: { tone: 'good', words: 'Valid' },
  'ends-soon': { tone: 'warning', words: 'Ends soon' },
  ended: { tone: 'bad', words: 'Ended' },
  'not-yet': { tone: 'bad', words: 'Not valid yet' },
  'self-signed': { tone: 'warning', words: 'Self-signed' },
  unknown: { tone: 'plain', words: 'End not known' },
};

const keyOf = (item: CertificateItem): string =>
  [item.kind, item.name, item.fingerprint ?? item.subject ?? ''].join(' ');
const nameOf = ({ kind, name }: CertificateItem): string => `${kinds[kind]} ${name}`;
const isExpiring = ({ state }: CertificateItem): boolean =>
  state === 'ends-soon' || state === 'ended' || state === 'not-yet';

const columns: readonly Column<CertificateItem>[] = [
  { key: 'kind', title: 'What', cell: ({ kind }) => kinds[kind] },
  { key: 'name', title: 'Name', width: '15%', cell: ({ name }) => <span title={name}>{name}</span> },
  {
    key: 'used',
    title: 'Used by',
    width: '20%',
    only: 'wide',
    cell: ({ usedBy }) => <span title={usedBy}>{usedBy}</span>,
  },
  { key: 'owner', title: 'Owner', width: '15%', cell: ({ owner }) => owner ?? 'No owner' },
  {
    key: 'end',
    title: 'Ends',
    width: '196px',
    cell: ({ notAfter, days }) =>
      notAfter === undefined ? (
        'Not known'
      ) : (
        <span title={notAfter}>{`${notAfter.slice(0, 10)} (${daysInWords(days ?? 0)})`}</span>
      ),
  },
  { key: 'state', title: 'State', width: '156px', cell: ({ state }) => <State state={state} /> },
];

const useStyles = makeStyles({
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalL },
  snippet: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  steps: { paddingLeft: '20px', listStyleType: 'decimal' },
  subtitle: { fontWeight: tokens.fontWeightSemibold },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ show = 'all', text = '', open }, change] = useFilters(filters);
  const list = useList('certificates', {}, everyMs);
  const fitting = list.items.filter((item) => fits(item, show, text));
  const opened = list.items.find((item) => keyOf(item) === open);
  const expiring = list.items.filter(isExpiring).length;
  return (
    <PageFrame
      title="Certificates and secrets"
      lead="What proves who this relay is, and who its devices are. The relay warns 30, 14, 7 and 1 days before an end that it knows."
      actions={<CopyLink />}
    >
      <div className={styles.tools}>
        <SearchField label="Search" text={text} onChange={(next) => change({ text: next })} />
        <TabList
          size="small"
          aria-label="Shown"
          selectedValue={show}
          onTabSelect={(_event, { value }) =>
            change({ show: filters.show(value === 'all' ? '' : String(value)) })
          }
        >
          <Tab value="all">All</Tab>
          <Tab value="expiring">{`Ending or ended (${expiring})`}</Tab>
          <Tab value="unknown">End not known</Tab>
        </TabList>
      </div>
      <Card flush>
        <DataList
          label="Certificates and secrets"
          noun="item"
          list={{ ...list, items: fitting }}
          columns={columns}
          keyOf={keyOf}
          nameOf={nameOf}
          openKey={open}
          onOpen={(item) => change({ open: keyOf(item) })}
          empty={<Nothing isExpiring={show === 'expiring'} />}
        />
      </Card>
      {opened && (
        <Flyout title={`${kinds[opened.kind]}: ${opened.name}`} onClose={() => change({ open: undefined })}>
          <Details item={opened} />
        </Flyout>
      )}
    </PageFrame>
  );
}

function State({ state }: Pick<CertificateItem, 'state'>): ReactNode {
  return <StatusBadge tone={states[state].tone}>{states[state].words}</StatusBadge>;
}

function Details({ item }: { readonly item: CertificateItem }): ReactNode {
  const styles = useStyles();
  const { steps, snippet } = renewal(item);
  return (
    <>
      <State state={item.state} />
      <p>{item.detail}</p>
      <Facts
        facts={[
          ['Used by', <UsedBy key="used" item={item} />],
          ['Owner', item.owner ?? 'No owner'],
          ['Subject', item.subject],
          ['Issuer', item.issuer],
          ['Valid from', item.notBefore && <Moment key="from" at={item.notBefore} show="full" />],
          ['Ends', item.notAfter && <Moment key="to" at={item.notAfter} show="full" />],
          [
            'Fingerprint',
            item.fingerprint && (
              <span key="print">
                {item.fingerprint} <CopyButton small what="Fingerprint" text={item.fingerprint} />
              </span>
            ),
          ],
        ]}
      />
      <div>
        <p className={styles.subtitle}>To renew it</p>
        <ol className={styles.steps}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      {snippet !== undefined && (
        <div>
          <pre className={styles.snippet}>{snippet}</pre>
          <CopyButton what="Snippet" text={snippet} />
        </div>
      )}
    </>
  );
}

function UsedBy({ item: { usedBy } }: { readonly item: CertificateItem }): ReactNode {
  const [, kind, name] = /^(connector|source) (\S+)$/.exec(usedBy) ?? [];
  if (kind === 'connector' && name !== undefined) {
    return (
      <Link to="/connectors/$name" params={{ name }}>
        {usedBy}
      </Link>
    );
  }
  return usedBy;
}

function fits(item: CertificateItem, show: string, text: string): boolean {
  if (show === 'expiring' && !isExpiring(item)) return false;
  if (show === 'unknown' && item.notAfter !== undefined) return false;
  const words = [nameOf(item), item.usedBy, item.owner, item.subject, item.issuer, item.fingerprint];
  return words.some((word) => word?.toLowerCase().includes(text.toLowerCase()));
}

function daysInWords(days: number): string {
  return days < 0 ? `${countOf(-days, 'day')} ago` : countOf(days, 'day');
}

function Nothing({ isExpiring: onlyExpiring }: { readonly isExpiring: boolean }): ReactNode {
  if (onlyExpiring) {
    return (
      <EmptyState title="Nothing ends within 30 days">
        Ends of secrets are known only where the policy says them (<code>secretExpires</code>); the list “End
        not known” shows the others.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="None fits">
      A listener with TLS, a connector with a certificate or a secret, and a device that shows a certificate
      appear here.
    </EmptyState>
  );
}
