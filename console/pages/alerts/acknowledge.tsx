import { Field, Textarea } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AlertView } from '../../../contract/schemas/alerts.ts';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';

export interface AcknowledgeProps {
  readonly alert: AlertView;
  readonly onClose: () => void;
}

export function Acknowledge({ alert, onClose }: AcknowledgeProps): ReactNode {
  const [note, setNote] = useState(alert.acknowledged?.note ?? '');
  const change = useChange('acknowledgeAlert', ['alerts', 'audit']);
  const announce = useAnnounce();
  const confirm = (): void =>
    change.mutate(
      { params: { id: alert.id }, body: { note: note.trim() } },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: 'Acknowledged',
            detail: 'It stays open until its cause is gone.',
          });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title="Acknowledge this alert"
      action="Acknowledge"
      busy={change.isPending}
      blocked={note.trim() === ''}
      problem={change.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        You look after it: what was still to be sent to channels is not sent. The alert stays open, and closes
        by itself when its cause is gone.
      </p>
      <Field label="Note" required hint="What is being done, for the others">
        <Textarea autoFocus maxLength={500} value={note} onChange={(_event, { value }) => setNote(value)} />
      </Field>
    </Confirm>
  );
}
