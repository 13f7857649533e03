/** Asks before a source may send no more: which devices that concerns, and how many messages. */
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { SourceDetail } from '../../../contract/schemas/sources.ts';
import { etagOf } from '../../api/client.ts';
import { useChange, useRead } from '../../api/queries.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { touchedByPolicy, useSayPolicyChanged } from '../../parts/policy-change.tsx';
import { countOf } from '../../parts/words.ts';

/** More waiting messages than this are not counted one by one. */
const countedMax = 1000;

export interface DeleteSourceProps {
  readonly detail: SourceDetail;
  readonly onClose: () => void;
}

export function DeleteSource({ detail, onClose }: DeleteSourceProps): ReactNode {
  const { source } = detail;
  const { name, seen, networks } = source;
  const remove = useChange('removeSource', touchedByPolicy);
  const waiting = useRead('messages', { query: { source: name, state: 'active', limit: countedMax } });
  const say = useSayPolicyChanged();
  const navigate = useNavigate();
  const etag = etagOf(detail);
  const confirm = (): void =>
    remove.mutate(
      { params: { name }, options: etag === undefined ? {} : { ifMatch: etag } },
      {
        onSuccess({ revision }) {
          say(`${name} may send no more`, revision);
          onClose();
          void navigate({ to: '/sources' });
        },
      },
    );
  const addresses = seen.addresses ?? [];
  const left = waiting.data?.items.length;
  return (
    <Confirm
      title={`Delete ${name}?`}
      action={`Delete ${name}`}
      danger
      busy={remove.isPending}
      blocked={left === undefined && waiting.error === null}
      problem={remove.error ?? waiting.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        {addresses.length === 0
          ? `No device was seen under this name. Its entry lets in ${countOf(networks.length, 'address or range', 'addresses and ranges')}.`
          : `This concerns ${countOf(addresses.length, 'device')} seen under this name (${addresses.slice(0, 5).join(', ')}): from then on their mail is refused, and they appear under Unknown senders.`}
      </p>
      <p>{`It sent ${countOf(seen.messagesMonth ?? 0, 'message')} in 30 days, ${countOf(seen.messagesDay ?? 0, 'message')} in the last 24 hours.`}</p>
      {left !== undefined && (
        <p>
          {left === 0
            ? 'No message of it waits.'
            : `${waiting.data?.cursor === undefined ? countOf(left, 'message') : `More than ${countOf(left, 'message')}`} of it ${left === 1 ? 'waits' : 'wait'} in the queue and will still be delivered. No sender is told.`}
        </p>
      )}
    </Confirm>
  );
}
