/** The wizard for a new way out. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { stringify } from 'yaml';
import { ManagedNote, Snippet, useMayEditPolicy } from '../../parts/managed-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PagePending } from '../../shell/page-pending.tsx';
import { ConnectorEditor } from './connector-editor.tsx';

const start = { name: '', route: { type: 'exchange-online' } };
const example = {
  connectors: [
    {
      name: 'microsoft-365',
      route: { type: 'exchange-online', certificate: './tls/relay.pem', key: './tls/relay.key' },
    },
  ],
};

export function Page(): ReactNode {
  const mayEdit = useMayEditPolicy();
  return (
    <PageFrame
      title="New connector"
      above={<Link to="/connectors">Connectors</Link>}
      lead="A further way for mail to leave. Nothing is saved before the last step."
    >
      <ManagedNote at="connectors" />
      {mayEdit === undefined && <PagePending />}
      {mayEdit === true && <ConnectorEditor before={start} />}
      {mayEdit === false && <Snippet label="An entry of connectors" yaml={stringify(example)} />}
    </PageFrame>
  );
}
