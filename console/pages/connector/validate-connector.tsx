/** A real test message through a connector: to whom, and as whom it must not be able to send. */
import { Field, Input } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';

export interface ValidateConnectorProps {
  readonly name: string;
  readonly onClose: () => void;
}

export function ValidateConnector({ name, onClose }: ValidateConnectorProps): ReactNode {
  const [to, setTo] = useState('');
  const [canary, setCanary] = useState('');
  const validate = useChange('validateConnector', ['connectorValidation', 'audit']);
  const body = { to: to.trim(), ...(canary.trim() !== '' && { canary: canary.trim() }) };
  return (
    <Confirm
      title={`Validate ${name}`}
      action="Send the test message"
      busy={validate.isPending}
      blocked={!to.includes('@')}
      problem={validate.error}
      onClose={onClose}
      onConfirm={() => validate.mutate({ params: { name }, body }, { onSuccess: onClose })}
    >
      <p>
        One real message goes through it, past the queue. Every step of it is shown and kept until the next
        one.
      </p>
      <Field label="To" hint="An address whose mailbox you can look at" required>
        <Input value={to} onChange={(_event, data) => setTo(data.value)} />
      </Field>
      <Field
        label="Must not send as"
        hint="A mailbox that this connector has no right to. Only its refusal proves least privilege."
      >
        <Input value={canary} onChange={(_event, data) => setCanary(data.value)} />
      </Field>
    </Confirm>
  );
}
