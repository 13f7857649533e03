/** Asks before an action on messages: what it would do is asked of the relay first, so that the numbers are real. */
import { Button, Checkbox, Field, Input, Select, Spinner } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { BulkResult } from '../../../contract/schemas/message-actions.ts';
import { call } from '../../api/client.ts';
import type { ApiProblem } from '../../api/problem.ts';
import { useRead } from '../../api/queries.ts';
import type { Given } from '../../api/types.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { asProblem } from '../../api/problem.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { countOf } from '../../parts/words.ts';
import type { Action } from './action-list.ts';
import { actionWords, touchedByAction } from './action-list.ts';

type Body = NonNullable<Given<'bulk'>['body']>;
export type Target = Pick<Body, 'ids' | 'filter'>;

export interface BulkDialogProps {
  readonly action: Action;
  readonly target: Target;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

export function BulkDialog({ action, target, onDone, onClose }: BulkDialogProps): ReactNode {
  const [reason, setReason] = useState('');
  const [connector, setConnector] = useState('');
  const [notice, setNotice] = useState(true);
  const client = useQueryClient();
  const say = useSayDone();
  const body: Body = {
    action,
    ...target,
    ...(action === 'hold' && reason.trim() !== '' && { reason: reason.trim() }),
    ...(action === 'reroute' && { connector: connector === '' ? null : connector }),
    ...(action === 'delete' && { notice }),
  };
  const trial = useQuery<BulkResult, ApiProblem>({
    queryKey: ['bulk', body],
    queryFn: ({ signal }) => call('bulk', { body: { ...body, dryRun: true } }, { signal }),
    staleTime: 0,
  });
  const act = useMutation<BulkResult, ApiProblem>({
    mutationFn: () => call('bulk', { body }),
    onSuccess(result) {
      say(result);
      onDone?.();
      onClose();
    },
    onSettled: () =>
      Promise.all(touchedByAction.map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
  const words = actionWords[action];
  const count = trial.data?.count;
  return (
    <Confirm
      title={count === undefined ? `${words.title}?` : `${words.verb} ${countOf(count, 'message')}?`}
      action={count === undefined ? words.verb : `${words.verb} ${countOf(count, 'message')}`}
      danger={action === 'delete'}
      busy={act.isPending}
      blocked={count === undefined || count === 0}
      problem={act.error ?? trial.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p>{words.consequence}</p>
      {action === 'hold' && (
        <Field label="Reason" hint="Shown beside the messages">
          <Input value={reason} onChange={(_event, { value }) => setReason(value)} />
        </Field>
      )}
      {action === 'reroute' && <ConnectorField value={connector} onChange={setConnector} />}
      {action === 'delete' && (
        <Checkbox
          label="Tell the senders that it was not delivered"
          checked={notice}
          onChange={(_event, { checked }) => setNotice(checked === true)}
        />
      )}
      {trial.data ? (
        <Effect result={trial.data} />
      ) : (
        trial.isFetching && <Spinner size="tiny" label="Counting" />
      )}
    </Confirm>
  );
}

function Effect({ result }: { readonly result: BulkResult }): ReactNode {
  const { action, count, refused, refusedCount, more, sendersTold } = result;
  return (
    <div aria-live="polite">
      {count === 0 && <p>There is no message that this can be done to.</p>}
      {action === 'delete' && count > 0 && (
        <p>{sendersTold === 0 ? 'No sender is told.' : `${countOf(sendersTold, 'sender')} will be told.`}</p>
      )}
      {refusedCount > 0 && (
        <p>
          {countOf(refusedCount, 'message')} left as they are: {refused[0]?.reason}
        </p>
      )}
      {more && <p>More messages fit than are dealt with at once. Repeat the action for the rest.</p>}
    </div>
  );
}

function ConnectorField(props: {
  readonly value: string;
  readonly onChange: (name: string) => void;
}): ReactNode {
  const connectors = useRead('connectors', {});
  return (
    <Field label="Connector">
      <Select value={props.value} onChange={(_event, { value }) => props.onChange(value)}>
        <option value="">As the policy says</option>
        {connectors.data?.items.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Says what was done, with the way back where the relay gives one. */
function useSayDone(): (result: BulkResult) => void {
  const announce = useAnnounce();
  const client = useQueryClient();
  return (result) => {
    const { undo, count } = result;
    const words = actionWords[result.action as Action];
    const takeBack = async (): Promise<void> => {
      if (!undo) return;
      try {
        const back = await call('bulk', { body: { action: undo.action, ids: undo.ids } });
        announce({
          intent: 'info',
          title: `${countOf(back.count, 'message')} ${actionWords[undo.action].done}`,
        });
      } catch (error) {
        announce(asAnnouncement(asProblem(error)));
      }
      await Promise.all(touchedByAction.map((name) => client.invalidateQueries({ queryKey: [name] })));
    };
    announce({
      intent: 'success',
      title: `${countOf(count, 'message')} ${words.done}`,
      ...(undo && {
        action: (
          <Button size="small" appearance="transparent" onClick={() => void takeBack()}>
            Undo
          </Button>
        ),
      }),
    });
  };
}
