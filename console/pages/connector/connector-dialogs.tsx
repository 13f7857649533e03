import { Field, Input } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ConnectorDetail } from '../../../contract/schemas/connectors.ts';
import { etagOf } from '../../api/client.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { Affected } from './affected.tsx';

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export function CopyConnector({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const [copy, setCopy] = useState(`${name}-copy`.slice(0, 63));
  const clone = useChange('cloneConnector', touchedByPolicy);
  const known = useRead('connectors', {}).data?.items.some((connector) => connector.name === copy) === true;
  const say = useSayPolicyChanged();
  const navigate = useNavigate();
  const isFit = nameShape.test(copy);
  return (
    <Confirm
      title={`Make a copy of ${name}`}
      action="Make the copy"
      busy={clone.isPending}
      blocked={!isFit || known}
      problem={clone.error}
      onClose={onClose}
      onConfirm={() =>
        clone.mutate(
          { params: { name }, body: { name: copy } },
          {
            onSuccess({ revision }) {
              say(`${copy} was added, suspended`, revision);
              onClose();
              void navigate({ to: '/connectors/$name', params: { name: copy } });
            },
          },
        )
      }
    >
      <p>
        The copy has the same settings and secrets. It begins disabled, so no mail takes it before you enable
        it.
      </p>
      <Field
        label="Name of the copy"
        required
        {...(known && { validationMessage: 'There is a connector of this name' })}
        {...(!isFit && { validationMessage: 'Letters, digits, dot, hyphen and underscore' })}
      >
        <Input autoFocus value={copy} onChange={(_event, data) => setCopy(data.value)} />
      </Field>
    </Confirm>
  );
}

interface DetailProps {
  readonly detail: ConnectorDetail;
  readonly onClose: () => void;
}

export function DisableConnector({ detail, onClose }: DetailProps): ReactNode {
  const { document, connector } = detail;
  const { name } = connector;
  const isDisabled = document['suspended'] === true;
  const put = useChange('putConnector', touchedByPolicy);
  const say = useSayPolicyChanged();
  const confirm = (): void => {
    const { suspended: _suspended, ...rest } = document;
    const next = isDisabled ? rest : { ...rest, suspended: true };
    put.mutate(
      {
        params: { name },
        body: { document: { ...next, name } },
        options: { ifMatch: etagOf(detail) ?? '*' },
      },
      {
        onSuccess({ revision }) {
          say(isDisabled ? `${name} is enabled` : `${name} is disabled`, revision);
          onClose();
        },
      },
    );
  };
  return (
    <Confirm
      title={isDisabled ? `Enable ${name}` : `Disable ${name}`}
      action={isDisabled ? `Enable ${name}` : `Disable ${name}`}
      busy={put.isPending}
      problem={put.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Affected
        name={name}
        fate={
          isDisabled ? 'they are tried at once.' : 'they wait on, or leave by a connector that stands in.'
        }
      />
      <p>
        {isDisabled
          ? 'Mail uses it again from now on.'
          : 'The policy says so from now on, until somebody enables it. To stop it for a time with an end, use Suspend.'}
      </p>
    </Confirm>
  );
}

export function DeleteConnector({
  detail,
  onGone,
  onClose,
}: DetailProps & { readonly onGone: () => void }): ReactNode {
  const { name } = detail.connector;
  const remove = useChange('removeConnector', touchedByPolicy);
  const others =
    useRead('connectors', {}).data?.items.filter(({ fallback }) => fallback?.includes(name)) ?? [];
  const say = useSayPolicyChanged();
  return (
    <Confirm
      title={`Delete ${name}`}
      action={`Delete ${name}`}
      danger
      busy={remove.isPending}
      problem={remove.error}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(
          { params: { name }, options: { ifMatch: etagOf(detail) ?? '*' } },
          {
            onSuccess({ revision }) {
              say(`${name} was deleted`, revision);
              onGone();
            },
          },
        )
      }
    >
      <Affected
        name={name}
        fate="they look for another connector, and wait where none fits. Senders are told nothing."
      />
      {others.length > 0 && (
        <p>{`It stands in for ${others.map((other) => other.name).join(', ')}: take it out there first.`}</p>
      )}
      <p>The history of the policy keeps the entry, so it can be brought back.</p>
    </Confirm>
  );
}
