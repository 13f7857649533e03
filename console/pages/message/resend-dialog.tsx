import { Field, Input, Textarea } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { MessageDetail } from '../../../contract/schemas/messages.ts';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { countOf } from '../../parts/words.ts';
import { touchedByAction } from './action-list.ts';

/** The same content as a new message, to recipients that may be changed. */
export function ResendDialog(props: {
  readonly message: MessageDetail;
  readonly onClose: () => void;
}): ReactNode {
  const { message, onClose } = props;
  const [recipients, setRecipients] = useState(message.recipients.map(({ address }) => address).join('\n'));
  const [sender, setSender] = useState(message.sender);
  const [key] = useState(() => crypto.randomUUID());
  const resend = useChange('resend', touchedByAction);
  const announce = useAnnounce();
  const navigate = useNavigate();
  const list = recipients.split(/[\s,;]+/).filter((address) => address !== '');
  const confirm = (): void =>
    resend.mutate(
      { params: { id: message.id }, body: { recipients: list, sender }, options: { idempotencyKey: key } },
      {
        onSuccess({ id }) {
          announce({ intent: 'success', title: `Sent again to ${countOf(list.length, 'recipient')}` });
          onClose();
          void navigate({ to: '/messages/$id', params: { id } });
        },
      },
    );
  return (
    <Confirm
      title="Resend this message"
      action={`Send to ${countOf(list.length, 'recipient')}`}
      busy={resend.isPending}
      blocked={list.length === 0}
      problem={resend.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        A new message with the same content goes out; this one stays as it is. Who has it already gets it
        twice.
      </p>
      <Field label="Recipients" hint="One a line, or separated by commas" required>
        <Textarea
          rows={5}
          resize="vertical"
          value={recipients}
          onChange={(_event, { value }) => setRecipients(value)}
        />
      </Field>
      <Field label="Sender" hint="Empty: no sender, so nobody is told of a failure">
        <Input value={sender} onChange={(_event, { value }) => setSender(value)} />
      </Field>
    </Confirm>
  );
}
