/** Thresholds of a rule that relay365.yaml leaves alone. */
import { Checkbox, Field, Input } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AlertRuleView } from '../../../contract/schemas/alerts.ts';
import { useChange } from '../../api/queries.ts';
import { useAnnounce } from '../../parts/announce.tsx';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Prose } from '../../parts/prose.tsx';
import { sentence } from '../../parts/words.ts';
import { hints, inWords, parsed, settingWords, written } from './written.ts';

export interface RuleFormProps {
  readonly rule: AlertRuleView;
  readonly onClose: () => void;
}

export function RuleForm({ rule, onClose }: RuleFormProps): ReactNode {
  const [enabled, setEnabled] = useState(rule.enabled);
  const [severity, setSeverity] = useState(rule.severity);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(rule.settings.map((setting) => [setting.name, written(setting)])),
  );
  const change = useChange('putAlertRule', ['alertRules', 'alerts']);
  const announce = useAnnounce();
  const values = rule.settings.map((setting) => {
    const value = parsed(setting.unit, typed[setting.name] ?? '');
    return { ...setting, before: setting.value, value };
  });
  const isWrong = values.some(({ value }) => value === undefined);
  // The relay names the setting at the head of what it finds.
  const fault = change.error?.detail ?? '';
  const confirm = (): void =>
    change.mutate(
      {
        params: { id: rule.id },
        body: {
          enabled,
          severity: severity ?? null,
          settings: Object.fromEntries(values.map(({ name, value }) => [name, value ?? 0])),
        },
      },
      {
        onSuccess() {
          announce({
            intent: 'success',
            title: `${rule.id} is changed`,
            detail: 'It holds from the next round on.',
          });
          onClose();
        },
      },
    );
  return (
    <Confirm
      title={`Thresholds of “${rule.title}”`}
      action="Save"
      busy={change.isPending}
      blocked={isWrong}
      problem={change.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        <Prose text={rule.what} />
      </p>
      {values.map(({ name, unit, value, means, default: usual }) => (
        <Field
          key={name}
          label={sentence(settingWords(name))}
          hint={`${means} By default ${inWords({ unit, value: usual })}.`}
          {...(value === undefined && { validationMessage: `${hints[unit]} is expected` })}
          {...(value !== undefined &&
            fault.includes(`${name}: `) && {
              validationMessage: sentence(fault.slice(fault.indexOf(`${name}: `) + name.length + 2)),
            })}
        >
          <Input
            value={typed[name] ?? ''}
            onChange={(_event, data) => setTyped((before) => ({ ...before, [name]: data.value }))}
          />
        </Field>
      ))}
      <div style={{ display: 'flex' }}>
        <ChoiceField
          label="Severity"
          any="As the rule finds it"
          value={severity}
          choices={[
            ['warning', 'Always a warning'],
            ['critical', 'Always critical'],
          ]}
          onChange={setSeverity}
        />
      </div>
      <Checkbox
        label="The rule is looked at"
        checked={enabled}
        onChange={(_event, { checked }) => setEnabled(checked === true)}
      />
      {!enabled && rule.open > 0 && (
        <p>{`Switched off, its ${rule.open} open alerts are no longer looked at.`}</p>
      )}
    </Confirm>
  );
}
