import { Field, Textarea } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ReviewFinding } from '../../../contract/schemas/review.ts';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';

export interface DecideProps {
  readonly finding: ReviewFinding;
  readonly as: 'accept' | 'dismiss';
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const words = {
  accept: {
    title: 'Accept this finding',
    action: 'Accept',
    follows:
      'It goes on record that you take it up. Nothing is blocked, allowed or changed by that: do what is proposed on the page of the address or the source.',
    said: 'The finding is taken up',
  },
  dismiss: {
    title: 'Dismiss this finding',
    action: 'Dismiss',
    follows:
      'It goes on record that it is no reason to act. The same is not found again; it can be opened again.',
    said: 'The finding is dismissed',
  },
} as const;

export function Decide({ finding, as, onDone, onClose }: DecideProps): ReactNode {
  const [note, setNote] = useState('');
  const accept = useChange('acceptFinding', ['review']);
  const dismiss = useChange('dismissFinding', ['review']);
  const change = as === 'accept' ? accept : dismiss;
  const announce = useAnnounce();
  const { title, action, follows, said } = words[as];
  const confirm = (): void =>
    change.mutate(
      { params: { id: finding.id }, body: note.trim() === '' ? {} : { note: note.trim() } },
      {
        onSuccess() {
          announce({ intent: 'success', title: said });
          onDone();
        },
      },
    );
  return (
    <Confirm
      title={title}
      action={action}
      busy={change.isPending}
      problem={change.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{follows}</p>
      <Field label="Note" hint="Why, for the next person">
        <Textarea maxLength={500} value={note} onChange={(_event, { value }) => setNote(value)} />
      </Field>
    </Confirm>
  );
}
