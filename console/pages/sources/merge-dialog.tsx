/** Several entries for one device made one. */
import { Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';

export interface MergeDialogProps {
  readonly names: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function MergeDialog({ names, onDone, onClose }: MergeDialogProps): ReactNode {
  const [into, setInto] = useState(names[0] ?? '');
  const merge = useChange('mergeSources', touchedByPolicy);
  const say = useSayPolicyChanged();
  const navigate = useNavigate();
  const others = names.filter((name) => name !== into);
  const confirm = (): void =>
    merge.mutate(
      { params: { name: into }, body: { sources: others } },
      {
        onSuccess({ revision }) {
          say(`${countOf(names.length, 'source')} are one now: ${into}`, revision);
          onDone();
          onClose();
          void navigate({ to: '/sources/$name', params: { name: into } });
        },
      },
    );
  return (
    <Confirm
      title={`Merge ${countOf(names.length, 'source')}`}
      action={`Merge into ${into}`}
      busy={merge.isPending}
      blocked={others.length === 0}
      problem={merge.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Field label="The one that stays">
        <RadioGroup value={into} onChange={(_event, { value }) => setInto(value)}>
          {names.map((name) => (
            <Radio key={name} value={name} label={name} />
          ))}
        </RadioGroup>
      </Field>
      <p>
        {`Networks, senders, recipients and tags of ${others.join(', ')} go into ${into}, which may then do what each of them may. Logins and certificates of the others go. ${countOf(others.length, 'source')} removed; messages that were accepted keep the name they came under.`}
      </p>
    </Confirm>
  );
}
