/** A source from nothing, for a device whose address is known before it sends. */
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ErrorState } from '../../parts/error-state.tsx';
import { ManagedNote, Snippet, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useRead } from '../../api/queries.ts';
import { PagePending } from '../../shell/page-pending.tsx';
import { SourceEditor } from './source-editor.tsx';

const example = `sources:
  - name: warehouse-printer
    owner: warehouse@contoso.com
    location: Hall 2
    networks: [192.0.2.17]
    senders: [scanner@contoso.com]
    recipients: ['*@contoso.com']
`;

export function Page(): ReactNode {
  const navigate = useNavigate();
  const mayEdit = useMayEditPolicy();
  const policy = useRead('policy', {});
  const above = <Link to="/sources">Sources</Link>;
  return (
    <PageFrame
      title="New source"
      above={above}
      lead="A device that already tries to send is added sooner from Unknown senders: what it needs is filled in there."
    >
      <ManagedNote at="sources" />
      {policy.error && <ErrorState problem={policy.error} retry={() => void policy.refetch()} />}
      {mayEdit === undefined && !policy.error && <PagePending />}
      {mayEdit === true && (
        <SourceEditor
          entry={{ networks: [''] }}
          onSaved={(name) => void navigate({ to: '/sources/$name', params: { name } })}
          onCancel={() => void navigate({ to: '/sources' })}
        />
      )}
      {mayEdit === false && <Snippet label="Example of an entry" yaml={example} />}
    </PageFrame>
  );
}
