/** How mail leaves: each way out with its target, who it is there, its limits and how it does. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { PlugConnectedAddRegular } from '@fluentui/react-icons/svg/plug-connected-add';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ConnectorView } from '../../../contract/schemas/connectors.ts';
import { useList } from '../../api/list.ts';
import { textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Lines } from '../../parts/lines.tsx';
import { ManagedNote, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { identityWords, limitsWords, routeWords, stateOf } from './connector-words.ts';

const filters = { text: textFilter };
const everyMs = 5_000;

const columns: readonly Column<ConnectorView>[] = [
  { key: 'name', title: 'Name', width: '172px', cell: ({ name }) => <span title={name}>{name}</span> },
  { key: 'state', title: 'State', width: '124px', cell: (connector) => <State connector={connector} /> },
  {
    key: 'route',
    title: 'Type and target',
    width: '16%',
    cell: ({ route, hosts }) => <Lines first={routeWords(route)} second={hosts.join(', ')} />,
  },
  {
    key: 'identity',
    title: 'Identity and tenant',
    width: '18%',
    cell: ({ identity, tenant }) => <Lines first={identityWords(identity)} second={tenant} />,
  },
  {
    key: 'limits',
    title: 'Limits',
    width: '13%',
    only: 'wide',
    cell: (connector) => <Cut text={limitsWords(connector).join(', ') || 'None'} />,
  },
  { key: 'success', title: 'Last success', width: '112px', cell: LastSuccess },
  { key: 'failure', title: 'Last failure', only: 'wide', cell: LastFailure },
];

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [{ text = '' }, change] = useFilters(filters);
  const list = useList('connectors', {}, everyMs);
  const navigate = useNavigate();
  const mayEdit = useMayEditPolicy();
  const wanted = text.toLowerCase();
  const items = list.items.filter(({ name, route, hosts, identity, tenant = '' }) =>
    [name, routeWords(route), ...hosts, identityWords(identity), tenant].some((word) =>
      word.toLowerCase().includes(wanted),
    ),
  );
  return (
    <PageFrame
      title="Connectors"
      lead="The ways by which mail leaves this relay. The one whose domains fit the recipient best is used; of equals the cheapest."
      actions={
        <div className={styles.actions}>
          <CopyLink />
          {mayEdit === true && (
            <Button
              appearance="primary"
              icon={<PlugConnectedAddRegular />}
              onClick={() => void navigate({ to: '/connectors/new' })}
            >
              Add a connector
            </Button>
          )}
        </div>
      }
    >
      <ManagedNote at="connectors" />
      {list.items.length > 5 && (
        <SearchField label="Search" text={text} onChange={(next) => change({ text: next })} />
      )}
      <Card flush>
        <DataList
          label="Connectors"
          noun="connector"
          list={{ ...list, items }}
          columns={columns}
          keyOf={({ name }) => name}
          nameOf={({ name }) => name}
          onOpen={({ name }) => void navigate({ to: '/connectors/$name', params: { name } })}
          empty={<Nothing isFiltered={text !== ''} />}
        />
      </Card>
    </PageFrame>
  );
}

function State({ connector }: { readonly connector: ConnectorView }): ReactNode {
  const { tone, words } = stateOf(connector);
  return <StatusBadge tone={tone}>{words}</StatusBadge>;
}

/** Cut off where it does not fit, whole where one points at it. */
function Cut({ text }: { readonly text: string }): ReactNode {
  return <span title={text}>{text}</span>;
}

function LastSuccess({ lastSuccessAt }: ConnectorView): ReactNode {
  return lastSuccessAt === undefined ? 'None yet' : <Moment at={lastSuccessAt} show="relative" />;
}

function LastFailure({ lastFailure }: ConnectorView): ReactNode {
  if (!lastFailure) return 'None';
  return <Cut text={lastFailure.explanation?.meaning ?? lastFailure.text} />;
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) return <EmptyState title="No connector fits">Try another word.</EmptyState>;
  return (
    <EmptyState title="No connector yet">
      Mail that is accepted waits here until there is a way out. A connector into Microsoft 365 needs nothing
      but a certificate or an application that the tenant knows; the wizard compares the ways.
    </EmptyState>
  );
}
