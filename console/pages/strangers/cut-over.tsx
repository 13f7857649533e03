/** The mode of a cut-over: unknown senders of named networks are told to come back until somebody has decided. */
import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Textarea,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange, useRead } from '../../api/queries.ts';
import type { RouteName } from '../../api/types.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { countOf } from '../../parts/words.ts';
import { cutOverLengths } from './until.ts';

const touched: readonly RouteName[] = ['cutOver', 'setup'];
const hourMs = 3_600_000;
const everyMs = 15_000;

export function CutOverBanner(): ReactNode {
  const { data } = useRead('cutOver', {}, { every: everyMs });
  const mayStop = useMay('administrator');
  const stop = useChange('stopCutOver', touched);
  const announce = useAnnounce();
  if (!data?.active) return null;
  const { networks, until, by, note, deferred = 0, senders = 0 } = data;
  const end = (): void =>
    stop.mutate(
      {},
      {
        onSuccess: () => announce({ intent: 'success', title: 'Unknown senders are refused again' }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>Cut-over mode is on</MessageBarTitle>
        Unknown senders of {networks.join(', ')} are told to come back later instead of being refused. It ends
        by itself {until !== undefined && <Moment at={until} show="full" />}
        {until !== undefined && (
          <>
            {' '}
            (<Moment at={until} show="relative" />)
          </>
        )}
        {by !== undefined && `; switched on by ${by}`}
        {note !== undefined && `: ${note}`}.{' '}
        {senders === 0
          ? 'Nobody was told to come back yet.'
          : `${countOf(senders, 'sender')} ${senders === 1 ? 'was' : 'were'} told to come back, for ${countOf(deferred, 'recipient')}.`}
      </MessageBarBody>
      {mayStop && (
        <MessageBarActions>
          <Button size="small" disabled={stop.isPending} onClick={end}>
            End it now
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

export function CutOverButton(): ReactNode {
  const { data } = useRead('cutOver', {});
  const mayStart = useMay('administrator');
  const [open, setOpen] = useState(false);
  if (!mayStart || !data || data.active) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Cut-over mode</Button>
      {open && <CutOverDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function CutOverDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [networks, setNetworks] = useState('');
  const [hours, setHours] = useState('24');
  const [note, setNote] = useState('');
  const start = useChange('startCutOver', touched);
  const announce = useAnnounce();
  const list = networks.split(/[\s,;]+/).filter((one) => one !== '');
  const fault = start.error?.findings.find(({ path }) => /networks/.test(path));
  const confirm = (): void =>
    start.mutate(
      {
        body: {
          networks: list,
          until: new Date(Date.now() + Number(hours) * hourMs).toISOString(),
          ...(note.trim() !== '' && { note: note.trim() }),
        },
      },
      {
        onSuccess() {
          announce({ intent: 'success', title: 'Cut-over mode is on' });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title="Switch cut-over mode on?"
      action={`Switch it on for ${countOf(list.length, 'network')}`}
      busy={start.isPending}
      blocked={list.length === 0}
      problem={fault ? null : start.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        For the day on which devices move here from another server. Unknown senders of these networks get a
        temporary answer (4xx) and try again, so that nothing is lost while you allow them one by one. It ends
        by itself.
      </p>
      <Field
        label="Networks"
        hint="Addresses and ranges, one a line, such as 192.0.2.0/24"
        required
        {...(fault && { validationMessage: `${fault.message} (${fault.expected ?? ''})` })}
      >
        <Textarea rows={3} value={networks} onChange={(_event, { value }) => setNetworks(value)} />
      </Field>
      <ChoiceField
        wide
        label="How long"
        value={hours}
        choices={cutOverLengths.map(([length, title]) => [String(length), title] as const)}
        onChange={(next) => setHours(next ?? '24')}
      />
      <Field label="Note">
        <Input value={note} onChange={(_event, { value }) => setNote(value)} />
      </Field>
    </Confirm>
  );
}
