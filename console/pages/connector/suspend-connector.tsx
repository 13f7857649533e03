import { Field, Input, Textarea } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Affected } from './affected.tsx';

const hourMs = 3_600_000;
const ends = [
  ['hour', 'In one hour'],
  ['day', 'In one day'],
  ['at', 'At a time that I choose'],
] as const;

export function SuspendConnector({
  name,
  onClose,
}: {
  readonly name: string;
  readonly onClose: () => void;
}): ReactNode {
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState<(typeof ends)[number][0] | undefined>('hour');
  const [at, setAt] = useState('');
  const suspend = useChange('suspend', ['connector', 'connectors', 'queueGroups']);
  const announce = useAnnounce();
  const chosen = end === 'at' ? new Date(at) : undefined;
  const isWrong = chosen !== undefined && !(chosen.getTime() > Date.now());
  const confirm = (): void => {
    const inMs = end === 'hour' ? hourMs : end === 'day' ? 24 * hourMs : undefined;
    const until = inMs === undefined ? chosen : new Date(Date.now() + inMs);
    suspend.mutate(
      { params: { name }, body: { reason, ...(until && { until: until.toISOString() }) } },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${name} is suspended`,
            detail: 'Its mail waits; Resume uses it again.',
          });
          onClose();
        },
      },
    );
  };
  return (
    <Confirm
      title={`Suspend ${name}`}
      action={`Suspend ${name}`}
      busy={suspend.isPending}
      blocked={reason.trim() === '' || isWrong}
      problem={suspend.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Affected name={name} fate="they wait on and do not age. Senders are told nothing." />
      <p>
        New mail is accepted and waits too, or leaves by a connector that stands in. A restart changes
        nothing.
      </p>
      <Field label="Reason" required hint="Others read it beside the connector">
        <Textarea
          autoFocus
          maxLength={500}
          value={reason}
          onChange={(_event, data) => setReason(data.value)}
        />
      </Field>
      <div style={{ display: 'flex' }}>
        <ChoiceField
          label="Ends"
          any="When somebody resumes it"
          value={end}
          choices={ends}
          onChange={setEnd}
        />
      </div>
      {end === 'at' && (
        <Field
          label="Time, in the zone of this browser"
          {...(at !== '' && isWrong && { validationMessage: 'Choose a time that is to come' })}
        >
          <Input type="datetime-local" value={at} onChange={(_event, data) => setAt(data.value)} />
        </Field>
      )}
    </Confirm>
  );
}
