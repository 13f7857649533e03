/** What is watched, from when on it is an alert, and which key of relay365.yaml says so. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useState } from 'react';
import type { AlertRuleView } from '../../../contract/schemas/alerts.ts';
import { useList } from '../../api/list.ts';
import { useChange } from '../../api/queries.ts';
import { useMay } from '../../app/session.ts';
import { asAnnouncement, useAnnounce } from '../../parts/announce.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-list.tsx';
import { DataList } from '../../parts/data-list.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { Snippet } from '../../parts/managed-note.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Prose } from '../../parts/prose.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { countOf, sentence } from '../../parts/words.ts';
import { MuteRule } from './mute-rule.tsx';
import { RuleForm } from './rule-form.tsx';
import { inWords, settingWords, yamlOf } from './written.ts';

const everyMs = 30_000;

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalM },
  subtitle: { fontWeight: tokens.fontWeightSemibold, marginBottom: tokens.spacingVerticalS },
  settings: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  quiet: { color: tokens.colorNeutralForeground2 },
});

const thresholds = ({ settings }: AlertRuleView): string =>
  settings.map((setting) => `${settingWords(setting.name)} ${inWords(setting)}`).join(', ');

function State({ rule: { enabled, muted, open } }: { readonly rule: AlertRuleView }): ReactNode {
  if (!enabled) return <StatusBadge tone="paused">Off</StatusBadge>;
  if (muted) return <StatusBadge tone="paused">Muted</StatusBadge>;
  if (open > 0) return <StatusBadge tone="warning">{`${open} open`}</StatusBadge>;
  return <StatusBadge tone="good">Quiet</StatusBadge>;
}

const columns: readonly Column<AlertRuleView>[] = [
  { key: 'title', title: 'Rule', width: '28%', cell: ({ title }) => <span title={title}>{title}</span> },
  {
    key: 'thresholds',
    title: 'Thresholds',
    cell: (rule) => <span title={thresholds(rule)}>{thresholds(rule) || 'None'}</span>,
  },
  {
    key: 'key',
    title: 'Key in relay365.yaml',
    width: '330px',
    only: 'wide',
    cell: ({ id }) => <code>{`alerts.rules.${id}`}</code>,
  },
  { key: 'state', title: 'State', width: '120px', cell: (rule) => <State rule={rule} /> },
];

export interface RuleListProps {
  readonly open: string | undefined;
  readonly onOpen: (id: string | undefined) => void;
}

export function RuleList({ open, onOpen }: RuleListProps): ReactNode {
  const list = useList('alertRules', {}, everyMs);
  const opened = list.items.find(({ id }) => id === open);
  return (
    <Card flush>
      <DataList
        label="Rules"
        noun="rule"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ title }) => title}
        openKey={open}
        onOpen={({ id }) => onOpen(id)}
        empty={null}
      />
      {opened && (
        <Flyout title={opened.title} onClose={() => onOpen(undefined)}>
          <Details rule={opened} />
        </Flyout>
      )}
    </Card>
  );
}

function Details({ rule }: { readonly rule: AlertRuleView }): ReactNode {
  const styles = useStyles();
  const mayAct = useMay('operator');
  const mayEdit = useMay('administrator');
  const [dialog, setDialog] = useState<'mute' | 'edit'>();
  const close = (): void => setDialog(undefined);
  const unmute = useChange('unmuteAlertRule', ['alertRules', 'alerts']);
  const announce = useAnnounce();
  const endMute = (): void =>
    unmute.mutate(
      { params: { id: rule.id } },
      {
        onSuccess: () => announce({ intent: 'success', title: `${rule.id} is no longer muted` }),
        onError: (problem) => announce(asAnnouncement(problem)),
      },
    );
  const { muted } = rule;
  return (
    <>
      <State rule={rule} />
      <div className={styles.buttons}>
        {mayEdit && !rule.inFile && (
          <Button appearance="primary" onClick={() => setDialog('edit')}>
            Change thresholds
          </Button>
        )}
        {mayAct && !muted && <Button onClick={() => setDialog('mute')}>Mute</Button>}
        {mayAct && muted && (
          <Button disabled={unmute.isPending} onClick={endMute}>
            End the mute
          </Button>
        )}
      </div>
      <Facts
        facts={[
          ['Opens', <Prose key="what" text={rule.what} />],
          ['Why', <Prose key="why" text={rule.why} />],
          ['What to do', <Prose key="advice" text={rule.advice} />],
          ['Severity', rule.severity ?? 'As the rule finds it'],
          ['Cool-down', inWords({ unit: 'time', value: rule.coolDownMs })],
          ['Muted until', muted && <Moment key="until" at={muted.until} show="full" />],
          ['Muted by', muted && `${muted.by}: ${muted.reason}`],
          ['Open now', countOf(rule.open, 'alert')],
        ]}
      />
      {rule.settings.length > 0 && (
        <div>
          <p className={styles.subtitle}>Thresholds</p>
          <ul className={styles.settings}>
            {rule.settings.map((setting) => (
              <li key={setting.name}>
                {sentence(settingWords(setting.name))}: <strong>{inWords(setting)}</strong>
                {setting.value !== setting.default &&
                  ` (by default ${inWords({ unit: setting.unit, value: setting.default })})`}
                <p className={styles.quiet}>
                  <Prose text={setting.means} />
                </p>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <p className={styles.subtitle}>In relay365.yaml</p>
        <p>
          {rule.inFile
            ? 'The file sets this rule, so it is changed only there. A change needs a restart.'
            : 'The file does not set this rule. Lines such as these do, and rule it alone from the next start on.'}
        </p>
        <Snippet label={`alerts.rules.${rule.id}`} yaml={yamlOf(rule)} />
      </div>
      {dialog === 'mute' && <MuteRule rule={rule.id} title={rule.title} onClose={close} />}
      {dialog === 'edit' && <RuleForm rule={rule} onClose={close} />}
    </>
  );
}
