import { Field, Input } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { StrangerView } from '../../../contract/schemas/security.ts';
import { useChange } from '../../api/queries.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { useNow } from '../../parts/moment.tsx';
import { useAnnounce } from '../../parts/announce.tsx';
import { touchedByPolicy } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';
import { endsFrom } from './until.ts';

export interface BlockDialogProps {
  readonly stranger: StrangerView;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function BlockDialog({ stranger, onDone, onClose }: BlockDialogProps): ReactNode {
  const { address, count } = stranger;
  const [range, setRange] = useState(address);
  const [note, setNote] = useState('');
  const [end, setEnd] = useState<string>('never');
  const ends = endsFrom(useNow());
  const block = useChange('blockStranger', touchedByPolicy);
  const announce = useAnnounce();
  const until = ends.find(({ key }) => key === end)?.date;
  const fault = block.error?.findings.find(({ path }) => path.endsWith('range'));
  const confirm = (): void =>
    block.mutate(
      {
        params: { address },
        body: {
          ...(range.trim() !== address && { range: range.trim() }),
          ...(note.trim() !== '' && { note: note.trim() }),
          ...(until !== undefined && { until }),
        },
      },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${range.trim()} is blocked`,
            detail: 'Under Unknown senders, decision Blocked, it can be unblocked.',
          });
          onDone();
        },
      },
    );
  return (
    <Confirm
      title={`Block ${range}?`}
      action={`Block ${range}`}
      danger
      busy={block.isPending}
      blocked={range.trim() === ''}
      problem={fault ? null : block.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        {`It was refused ${countOf(count, 'time')} so far. Blocked, it is refused before it can say anything: what it tries is no longer seen here.`}
      </p>
      <Field
        label="Address or range"
        {...(fault && { validationMessage: `${fault.message} (${fault.expected ?? ''})` })}
      >
        <Input value={range} onChange={(_event, { value }) => setRange(value)} />
      </Field>
      <Field label="Note" hint="Why, for the next person">
        <Input value={note} onChange={(_event, { value }) => setNote(value)} />
      </Field>
      <ChoiceField
        wide
        label="How long"
        value={end}
        choices={ends.map(({ key, title }) => [key, title] as const)}
        onChange={(next) => setEnd(next ?? 'never')}
      />
    </Confirm>
  );
}
