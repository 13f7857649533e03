/** Whether the organisation's own sign-in is set up; where it is not, what to write where. */
import type { ReactNode } from 'react';
import { useRead } from '../../api/queries.ts';
import { useSession } from '../../app/session.ts';
import { Card } from '../../parts/card.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Snippet } from '../../parts/managed-note.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

const example = `console:
  url: https://relay.contoso.com
  oidc:
    issuer: https://login.microsoftonline.com/DIRECTORY-ID/v2.0
    clientId: APPLICATION-ID
    clientSecret: { file: ./secrets/console-oidc }
    label: Microsoft
    roles:
      administrator: [Relay.Administrator]
      operator: [Relay.Operator]
      viewer: [Relay.Viewer]`;

export function SignOn(): ReactNode {
  const session = useSession().data;
  const users = useRead('users', {});
  const oidc = session?.methods.oidc;
  const known = users.data?.items.filter(({ kind }) => kind === 'oidc').length;
  return (
    <Card title="Single sign-on">
      <StatusBadge tone={oidc ? 'good' : 'plain'}>{oidc ? 'Set up' : 'Not set up'}</StatusBadge>
      <Facts
        facts={[
          ['Button', oidc?.label],
          ['Accounts known by it', known],
          [
            'Passkeys',
            session?.methods.passkey === true
              ? 'can be used under this address'
              : 'cannot be used under this address: a browser wants a host name, not an IP address',
          ],
        ]}
      />
      {!oidc && (
        <>
          <p>
            The relay signs people in through any OpenID Connect provider, such as Microsoft Entra ID:
            register an application there with the redirect address <code>/api/v1/session/oidc/callback</code>{' '}
            of this console, give it application roles, write this into <code>relay365.yaml</code>, and start
            the relay again.
          </p>
          <Snippet label="relay365.yaml" yaml={example} />
        </>
      )}
    </Card>
  );
}
