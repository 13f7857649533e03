/** One source: what it is recognised by, what it may do, what was seen of it; and its entry to change. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SourceDetail } from '../../../contract/schemas/sources.ts';
import { etagOf } from '../../api/client.ts';
import { useRead } from '../../api/queries.ts';
import { oneOf, useFilters } from '../../app/filters.ts';
import { CopyLink } from '../../parts/copy-button.tsx';
import { ErrorState } from '../../parts/error-state.tsx';
import { ManagedNote, Snippet, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { statesOf } from '../sources/source-words.ts';
import { draftOf } from './draft.ts';
import { SourceActions } from './source-actions.tsx';
import { SourceEditor } from './source-editor.tsx';
import { Overview } from './overview.tsx';

const filters = { tab: oneOf('overview', 'edit') };

const useStyles = makeStyles({
  lead: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
});

export function Page(): ReactNode {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  const source = useRead('source', { params: { name } });
  const above = <Link to="/sources">Sources</Link>;
  if (source.error) {
    return (
      <PageFrame title={name} above={above}>
        <ErrorState problem={source.error} retry={() => void source.refetch()} />
      </PageFrame>
    );
  }
  if (source.data?.source.name !== name) return <PagePending />;
  return <Found detail={source.data} above={above} />;
}

function Found({ detail, above }: { readonly detail: SourceDetail; readonly above: ReactNode }): ReactNode {
  const styles = useStyles();
  const { source } = detail;
  const [{ tab = 'overview' }, change] = useFilters(filters);
  const mayEdit = useMayEditPolicy() === true;
  const navigate = useNavigate();
  const lead = (
    <span className={styles.lead}>
      {statesOf(source).map(({ tone, title }) => (
        <StatusBadge key={title} tone={tone}>
          {title}
        </StatusBadge>
      ))}
      {source.description !== undefined && <span>{source.description}</span>}
      <CopyLink />
    </span>
  );
  const saved = (name: string): void => void navigate({ to: '/sources/$name', params: { name }, search: {} });
  return (
    <PageFrame title={source.name} above={above} lead={lead}>
      <SourceActions detail={detail} mayEdit={mayEdit} />
      <ManagedNote at={detail.path} />
      <TabList
        selectedValue={tab}
        onTabSelect={(_event, { value }) => change({ tab: value === 'edit' ? 'edit' : undefined })}
      >
        <Tab value="overview">Overview</Tab>
        <Tab value="edit">{mayEdit ? 'Edit' : 'Entry of the policy'}</Tab>
      </TabList>
      {tab === 'overview' && <Overview detail={detail} />}
      {tab === 'edit' && mayEdit && (
        <SourceEditor
          key={source.name}
          entry={detail.document}
          replaces={source.name}
          {...etagProp(detail)}
          onSaved={saved}
          onCancel={() => change({ tab: undefined })}
        />
      )}
      {tab === 'edit' && !mayEdit && <Snippet label="Entry as YAML" yaml={draftOf(detail.document).yaml} />}
    </PageFrame>
  );
}

function etagProp(detail: SourceDetail): { readonly etag?: string } {
  const etag = etagOf(detail);
  return etag === undefined ? {} : { etag };
}
