/** "Where is my scan?": every message, waiting and settled, with search, filters, flyout and actions on many. */
import { Button, makeStyles, tokens, Toolbar, ToolbarButton } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useCallback, useMemo, useState } from 'react';
import type { MessageSummary } from '../../../contract/schemas/messages.ts';
import { urlOf } from '../../api/client.ts';
import { useList } from '../../api/list.ts';
import { useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { useNow, useZoneName } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { countOf } from '../../parts/words.ts';
import type { Action } from '../message/action-list.ts';
import { actionWords } from '../message/action-list.ts';
import type { Target } from '../message/bulk-dialog.tsx';
import { BulkDialog } from '../message/bulk-dialog.tsx';
import { ActOnAll } from './act-on-all.tsx';
import { FilterBar } from './filter-bar.tsx';
import { messageColumns } from './message-columns.tsx';
import type { MessageFilters } from './message-filters.ts';
import { messageFilters, toQuery } from './message-filters.ts';
import { MessageFlyout } from './message-flyout.tsx';
import { SearchMenu } from './search-menu.tsx';

const everyMs = 5_000;
const actions: readonly Action[] = ['retry', 'hold', 'release', 'reroute', 'delete'];
const formatTitles = { csv: 'CSV', json: 'JSON, one array', ndjson: 'JSON lines (NDJSON)' } as const;
const keyOf = ({ id }: MessageSummary): string => id;
const nameOf = ({ subject, sender }: MessageSummary): string => `${subject ?? '(no subject)'} from ${sender}`;

const useStyles = makeStyles({
  tools: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  count: { fontWeight: tokens.fontWeightSemibold },
});

export function Page(): ReactNode {
  const [filters, change] = useFilters(messageFilters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const query = toQuery(filters, useNow());
  const list = useList('messages', { query: { ...query, order: filters.order ?? 'newest' } }, everyMs);
  const mayAct = useMay('operator');
  const zone = useZoneName();
  const columns = useMemo(() => messageColumns(zone), [zone]);
  const set = useCallback(
    (next: MessageFilters) => {
      setChosen(new Set());
      change(next);
    },
    [change],
  );
  return (
    <PageFrame
      title="Messages"
      lead="Every message that the relay accepted, from the moment it took it."
      actions={<Tools query={query} filters={filters} mayAct={mayAct} />}
    >
      <FilterBar filters={filters} onChange={set} />
      <Card flush>
        {mayAct && chosen.size > 0 && <Chosen chosen={chosen} onClear={() => setChosen(new Set())} />}
        <DataList
          label="Messages"
          noun="message"
          list={list}
          columns={columns}
          keyOf={keyOf}
          nameOf={nameOf}
          openKey={filters.open}
          onOpen={({ id }) => change({ open: id })}
          order={filters.order ?? 'newest'}
          onOrder={(order) => set({ order: messageFilters.order(order) })}
          {...(mayAct && { choice: { chosen, onChange: setChosen } })}
          empty={<Nothing isFiltered={Object.keys(query).length > 0} />}
        />
      </Card>
      {filters.open !== undefined && (
        <MessageFlyout id={filters.open} onClose={() => change({ open: undefined })} />
      )}
    </PageFrame>
  );
}

interface ToolsProps {
  readonly query: ReturnType<typeof toQuery>;
  readonly filters: MessageFilters;
  readonly mayAct: boolean;
}

function Tools({ query, filters, mayAct }: ToolsProps): ReactNode {
  const choices = (['csv', 'json', 'ndjson'] as const).map((format) => ({
    title: formatTitles[format],
    href: urlOf('exportMessages', { query: { ...query, format } }),
    file: `messages.${format}`,
  }));
  return (
    <div>
      <SearchMenu filters={filters} />
      {mayAct && <ActOnAll query={query} />}
      <CopyLink />
      <ExportMenu choices={choices} />
    </div>
  );
}

function Chosen({
  chosen,
  onClear,
}: {
  readonly chosen: ReadonlySet<string>;
  readonly onClear: () => void;
}): ReactNode {
  const styles = useStyles();
  const [doing, setDoing] = useState<{ readonly action: Action; readonly target: Target }>();
  return (
    <div className={styles.tools}>
      <span className={styles.count} aria-live="polite">
        {`${countOf(chosen.size, 'message')} chosen`}
      </span>
      <Toolbar aria-label="Actions on the chosen messages" size="small">
        {actions.map((action) => (
          <ToolbarButton key={action} onClick={() => setDoing({ action, target: { ids: [...chosen] } })}>
            {actionWords[action].title}
          </ToolbarButton>
        ))}
      </Toolbar>
      <Button appearance="subtle" size="small" onClick={onClear}>
        Choose none
      </Button>
      {doing && <BulkDialog {...doing} onDone={onClear} onClose={() => setDoing(undefined)} />}
    </div>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) {
    return (
      <EmptyState title="No message fits">
        Try fewer filters or a longer time. What was refused never became a message: look for it under
        Refusals.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No message yet">
      Point a printer or an application at a listener of this relay. If nothing appears here, it was refused:
      Refusals and Unknown senders say why.
    </EmptyState>
  );
}
