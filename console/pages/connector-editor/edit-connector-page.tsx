import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { stringify } from 'yaml';
import { etagOf } from '../../api/client.ts';
import { useRead } from '../../api/queries.ts';
import { ErrorState } from '../../parts/error-state.tsx';
import { ManagedNote, Snippet, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { ConnectorEditor } from './connector-editor.tsx';

export function Page(): ReactNode {
  const { name = '' } = useParams({ strict: false }) as { readonly name?: string };
  const { data, error } = useRead('connector', { params: { name } });
  const mayEdit = useMayEditPolicy();
  const detail = data?.connector.name === name ? data : undefined;
  return (
    <PageFrame
      title={`Edit ${name}`}
      above={
        <Link to="/connectors/$name" params={{ name }}>
          {name}
        </Link>
      }
      lead="Nothing is saved before the last step. Mail under way is finished with the settings it began with."
    >
      <ManagedNote at={detail?.path ?? 'connectors'} />
      {error && <ErrorState problem={error} />}
      {!error && (!detail || mayEdit === undefined) && <PagePending />}
      {detail && mayEdit === true && (
        <ConnectorEditor before={detail.document} replaces={name} etag={etagOf(detail)} />
      )}
      {detail && mayEdit === false && (
        <Snippet label={`Entry of ${name}`} yaml={stringify({ connectors: [detail.document] })} />
      )}
    </PageFrame>
  );
}
