import { Field, Input, Textarea } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useChange } from '../../api/queries.ts';
import { usePreferences } from '../../app/preferences.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { useNow, useZoneName } from '../../parts/moment.tsx';
import { momentOf } from '../../parts/time.ts';

const hourMs = 3_600_000;
/** The relay takes no longer mute. */
const mostMs = 90 * 24 * hourMs;
const lengths = [
  ['1', 'For one hour'],
  ['8', 'For eight hours'],
  ['24', 'For a day'],
  ['168', 'For a week'],
  ['at', 'Until a time that I choose'],
] as const;

export interface MuteRuleProps {
  readonly rule: string;
  readonly title: string;
  readonly onClose: () => void;
}

export function MuteRule({ rule, title, onClose }: MuteRuleProps): ReactNode {
  const [reason, setReason] = useState('');
  const [length, setLength] = useState<(typeof lengths)[number][0]>('1');
  const [at, setAt] = useState('');
  const { zone } = usePreferences();
  const zoneName = useZoneName();
  const now = useNow();
  const mute = useChange('muteAlertRule', ['alertRules', 'alerts']);
  const announce = useAnnounce();
  const chosen = momentOf(at, zone);
  const ahead = chosen ? chosen.getTime() - now.getTime() : 0;
  const isWrong = length === 'at' && !(ahead > 0 && ahead < mostMs);
  const confirm = (): void => {
    const until = length === 'at' ? chosen : new Date(Date.now() + Number(length) * hourMs);
    if (!until) return;
    mute.mutate(
      { params: { id: rule }, body: { until: until.toISOString(), reason: reason.trim() } },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${rule} is muted`,
            detail: 'Its alerts are still shown here; under Rules the mute can be ended.',
          });
          onClose();
        },
      },
    );
  };
  return (
    <Confirm
      title={`Mute the rule “${title}”`}
      action={`Mute ${rule}`}
      busy={mute.isPending}
      blocked={reason.trim() === '' || isWrong}
      problem={mute.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        No channel hears of its alerts, whatever they are about. They are opened and shown all the same, and
        what is still open at the end is told then.
      </p>
      <div style={{ display: 'flex' }}>
        <ChoiceField
          label="Ends"
          value={length}
          choices={lengths}
          onChange={(next) => setLength(next ?? '1')}
        />
      </div>
      {length === 'at' && (
        <Field
          label={`Time (${zoneName})`}
          {...(at !== '' && isWrong && { validationMessage: 'Choose a time within the next 90 days' })}
        >
          <Input type="datetime-local" value={at} onChange={(_event, { value }) => setAt(value)} />
        </Field>
      )}
      <Field label="Reason" required hint="Others read it beside the rule">
        <Textarea maxLength={500} value={reason} onChange={(_event, { value }) => setReason(value)} />
      </Field>
    </Confirm>
  );
}
