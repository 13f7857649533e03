/** Target and identity, by the way chosen. Certificates and keys are files on the machine of the relay: the console takes none. */
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { textAt, valueAt } from '../source/draft.ts';
import { FlagAt, Group, ListAt, Pair, TextAt, useEditing } from '../source/fields.tsx';
import { ChoiceAt } from './choice-at.tsx';
import { SecretAt } from './secret-at.tsx';

const files = 'Path on the machine of the relay, PEM';

export function IdentityStep(): ReactNode {
  const { entry } = useEditing();
  switch (textAt(entry, ['route', 'type'])) {
    case 'exchange-online':
      return <Exchange />;
    case 'smtp-submission':
      return <Submission />;
    case 'graph':
      return <Graph />;
    case 'smart-host':
      return <SmartHost />;
    case 'mx':
      return <Mx />;
    default:
      return <p>Choose a way first.</p>;
  }
}

function Exchange(): ReactNode {
  return (
    <>
      <Group title="Target">
        <Pair>
          <TextAt
            at={['route', 'host']}
            label="MX host of the tenant"
            hint="contoso-com.mail.protection.outlook.com; empty: as DNS says"
          />
          <TextAt at={['route', 'port']} label="Port" kind="number" hint="25" />
        </Pair>
      </Group>
      <Group title="Identity">
        <Note>
          The inbound connector of the tenant knows the relay by the subject name of this certificate. Without
          one it knows it by the public address.
        </Note>
        <Pair>
          <TextAt at={['route', 'certificate']} label="Certificate with its chain" hint={files} />
          <TextAt at={['route', 'key']} label="Key" hint={files} />
        </Pair>
      </Group>
    </>
  );
}

function Submission(): ReactNode {
  const { entry } = useEditing();
  const isPassword = textAt(entry, ['route', 'credential', 'type']) === 'password';
  return (
    <>
      <Group title="Target">
        <Pair>
          <ChoiceAt
            at={['route', 'service']}
            label="Service"
            choices={[
              ['exchange-online', 'Exchange Online'],
              ['high-volume-email', 'High Volume Email'],
              ['azure-communication-services', 'Azure Communication Services'],
            ]}
          />
          <TextAt at={['route', 'mailbox']} label="Mailbox that sends" hint="Needed with OAuth" />
        </Pair>
      </Group>
      <Group title="Identity">
        <ChoiceAt
          at={['route', 'credential', 'type']}
          label="Proves itself by"
          choices={[
            ['oauth', 'Application (OAuth)'],
            ['password', 'User name and password'],
          ]}
        />
        {isPassword ? (
          <>
            <TextAt at={['route', 'credential', 'username']} label="User name" required />
            <SecretAt at={['route', 'credential', 'password']} label="Password" />
            <TextAt at={['route', 'credential', 'secretExpires']} label="Password ends" kind="date" />
          </>
        ) : (
          <OAuth />
        )}
      </Group>
    </>
  );
}

function Graph(): ReactNode {
  return (
    <>
      <Group title="Target">
        <Pair>
          <TextAt at={['route', 'mailbox']} label="Mailbox that sends" required />
          <ChoiceAt
            at={['route', 'largeMessages']}
            label="Messages too large for one request"
            any="Go to the connector that stands in"
            choices={[['draft', 'Go as a draft']]}
          />
        </Pair>
        <TextAt at={['proxy']} label="HTTP proxy" hint="http://proxy.contoso.com:3128; empty: none" />
        <FlagAt
          at={['route', 'rewriteHeader']}
          label="Take addresses out of To and Cc that are not recipients of this delivery"
        />
      </Group>
      <Group title="Identity">
        <OAuth />
      </Group>
    </>
  );
}

const place = ['route', 'credential'] as const;

function OAuth(): ReactNode {
  const { entry, set } = useEditing();
  const isPerson = valueAt(entry, [...place, 'signIn']) !== undefined;
  const isManaged = valueAt(entry, [...place, 'managedIdentity']) !== undefined;
  const isCertificate = valueAt(entry, [...place, 'certificate']) !== undefined;
  const isSecret = valueAt(entry, [...place, 'secret']) !== undefined;
  // While nothing is typed, certificate and secret look the same in the draft.
  const [chosen, setChosen] = useState<'certificate' | 'secret'>('secret');
  const typed = isCertificate ? 'certificate' : isSecret ? 'secret' : chosen;
  const by = isPerson ? 'person' : isManaged ? 'managed' : typed;
  const choose = (next: typeof by): void => {
    const { tenantId, clientId, authority, scope } = (valueAt(entry, place) ?? {}) as Readonly<
      Record<string, unknown>
    >;
    const own = {
      person: { signIn: 'device-code' },
      managed: { managedIdentity: true },
      certificate: {},
      secret: {},
    }[next];
    if (next === 'certificate' || next === 'secret') setChosen(next);
    set(place, { type: 'oauth', ...defined({ tenantId, clientId, authority, scope }), ...own });
  };
  return (
    <>
      <div style={{ display: 'flex' }}>
        <ChoiceField
          wide
          label="Application proves itself by"
          value={by}
          choices={[
            ['secret', 'Client secret'],
            ['certificate', 'Certificate'],
            ['managed', 'Managed identity'],
            ['person', 'Sign-in of a person'],
          ]}
          onChange={(next) => next !== undefined && choose(next)}
        />
      </div>
      {by !== 'managed' && (
        <Pair>
          <TextAt at={[...place, 'tenantId']} label="Directory (tenant) id" required />
          <TextAt at={[...place, 'clientId']} label="Application (client) id" required />
        </Pair>
      )}
      {by === 'secret' && (
        <>
          <SecretAt at={[...place, 'secret']} label="Client secret" />
          <TextAt
            at={[...place, 'secretExpires']}
            label="Secret ends"
            kind="date"
            hint="The relay reminds of it"
          />
        </>
      )}
      {by === 'certificate' && (
        <Pair>
          <TextAt at={[...place, 'certificate']} label="Certificate of the application" hint={files} />
          <TextAt at={[...place, 'key']} label="Key" hint={files} />
        </Pair>
      )}
      {by === 'person' && (
        <Note>
          Save the connector first. Its page then gives a code, by which the person signs in from any browser.
        </Note>
      )}
      {by === 'managed' && (
        <Note>The identity that Azure gives the machine of the relay. It has no secret.</Note>
      )}
    </>
  );
}

function SmartHost(): ReactNode {
  return (
    <>
      <Group title="Target">
        <ListAt
          at={['route', 'hosts']}
          label="Hosts, tried in order"
          required
          hint="host or host:port, one a line"
        />
        <Tls />
      </Group>
      <Group title="Identity">
        <TextAt at={['route', 'login', 'username']} label="User name" hint="Empty: no login" />
        <SecretAt at={['route', 'login', 'password']} label="Password" />
        <Pair>
          <TextAt at={['certificate']} label="Client certificate" hint={files} />
          <TextAt at={['key']} label="Key" hint={files} />
        </Pair>
      </Group>
    </>
  );
}

function Mx(): ReactNode {
  return (
    <Group title="Target">
      <Note>
        Each recipient’s domain says by DNS where its mail goes. Nobody asks who the relay is but by its
        address.
      </Note>
      <Tls />
    </Group>
  );
}

function Tls(): ReactNode {
  return (
    <ChoiceAt
      at={['tls']}
      label="TLS"
      any="Required and verified"
      choices={[
        ['opportunistic', 'Where the server offers it'],
        ['off', 'Never'],
      ]}
    />
  );
}

function Note({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{children}</MessageBarBody>
    </MessageBar>
  );
}

function defined(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
