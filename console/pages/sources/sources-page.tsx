/** Devices and applications that may send: what is known of them, and what needs a look. */
import { Button, makeStyles, ToggleButton, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { PrintRegular } from '@fluentui/react-icons/svg/print';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import type { SourceView } from '../../../contract/schemas/sources.ts';
import { urlOf } from '../../api/client.ts';
import { useList } from '../../api/list.ts';
import { flagFilter, textFilter, useFilters } from '../../app/filters.ts';
import { Card } from '../../parts/card.tsx';
import { CopyLink } from '../../parts/copy-button.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { ManagedNote, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { useZoneName } from '../../parts/moment.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { countOf } from '../../parts/words.ts';
import { MergeDialog } from './merge-dialog.tsx';
import { sourceColumns } from './source-columns.tsx';

const filters = {
  text: textFilter,
  tag: textFilter,
  silent: flagFilter,
  review: flagFilter,
  firmware: flagFilter,
  ending: flagFilter,
  unencrypted: flagFilter,
};
const everyMs = 10_000;
/** "Soon", in days. */
const soonDays = 30;

const flags = [
  ['silent', 'Silent for 30 days'],
  ['firmware', 'Firmware review due'],
  ['review', 'Review due'],
  ['ending', 'Expires soon'],
  ['unencrypted', 'Unencrypted'],
] as const;

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: tokens.spacingHorizontalM },
  flags: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  tools: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  chosen: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

export function Page(): ReactNode {
  const styles = useStyles();
  const [values, change] = useFilters(filters);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const navigate = useNavigate();
  const mayEdit = useMayEditPolicy() === true;
  const { text, tag, silent, review, firmware, ending, unencrypted } = values;
  const query = {
    ...(text !== undefined && { text }),
    ...(tag !== undefined && { tag }),
    ...(silent && { silentDays: '30' }),
    ...(review && { reviewDue: 'true' as const }),
    ...(firmware && { firmwareDue: 'true' as const }),
    ...(ending && { expiresWithin: String(soonDays) }),
    ...(unencrypted && { unencrypted: 'true' as const }),
  };
  const list = useList('sources', { query }, everyMs);
  const zone = useZoneName();
  const columns = useMemo(() => sourceColumns(zone), [zone]);
  const open = ({ name }: SourceView): void => void navigate({ to: '/sources/$name', params: { name } });
  return (
    <PageFrame
      title="Sources"
      lead="Devices and applications that may send. Who is not among them is refused, and listed under Unknown senders."
      actions={<Tools mayEdit={mayEdit} />}
    >
      <ManagedNote at="sources" />
      <div className={styles.bar} role="search" aria-label="Sources">
        <SearchField
          label="Search"
          hint="Name, owner, location, model, address, sender, tag"
          text={text}
          onChange={(next) => change({ text: next })}
        />
      </div>
      <div className={styles.flags} role="group" aria-label="Filters">
        {flags.map(([key, title]) => (
          <ToggleButton
            key={key}
            size="small"
            shape="circular"
            checked={values[key] === true}
            onClick={() => change({ [key]: values[key] ? undefined : true })}
          >
            {title}
          </ToggleButton>
        ))}
        {tag !== undefined && (
          <ToggleButton size="small" shape="circular" checked onClick={() => change({ tag: undefined })}>
            {`Tag ${tag}`}
          </ToggleButton>
        )}
      </div>
      <Card flush>
        {mayEdit && chosen.size > 0 && <Chosen chosen={chosen} onClear={() => setChosen(new Set())} />}
        <DataList
          label="Sources"
          noun="source"
          list={list}
          columns={columns}
          keyOf={({ name }) => name}
          nameOf={({ name }) => name}
          onOpen={open}
          {...(mayEdit && { choice: { chosen, onChange: setChosen } })}
          empty={<Nothing isFiltered={Object.keys(query).length > 0} />}
        />
      </Card>
    </PageFrame>
  );
}

function Tools({ mayEdit }: { readonly mayEdit: boolean }): ReactNode {
  const styles = useStyles();
  const navigate = useNavigate();
  return (
    <div className={styles.tools}>
      <CopyLink />
      <ExportMenu choices={[{ title: 'CSV', href: urlOf('exportSources', {}), file: 'sources.csv' }]} />
      {mayEdit && (
        <>
          <Button appearance="subtle" onClick={() => void navigate({ to: '/sources/-/import' })}>
            Import
          </Button>
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => void navigate({ to: '/sources/-/new' })}
          >
            New source
          </Button>
        </>
      )}
    </div>
  );
}

function Chosen(props: { readonly chosen: ReadonlySet<string>; readonly onClear: () => void }): ReactNode {
  const styles = useStyles();
  const { chosen, onClear } = props;
  const [merging, setMerging] = useState(false);
  return (
    <div className={styles.chosen}>
      <strong aria-live="polite">{`${countOf(chosen.size, 'source')} chosen`}</strong>
      <Button size="small" disabled={chosen.size < 2} onClick={() => setMerging(true)}>
        Merge
      </Button>
      <Button size="small" appearance="subtle" onClick={onClear}>
        Choose none
      </Button>
      {merging && <MergeDialog names={[...chosen]} onDone={onClear} onClose={() => setMerging(false)} />}
    </div>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): ReactNode {
  if (isFiltered) {
    return (
      <EmptyState title="No source fits" icon={PrintRegular}>
        Try fewer filters, or part of a name or an address.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No source yet" icon={PrintRegular}>
      Point a printer or an application at this relay: it is refused at first and appears under{' '}
      <Link to="/unknown-senders">Unknown senders</Link>, where you allow it with one click.
    </EmptyState>
  );
}
