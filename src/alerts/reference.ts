/** Renders docs/alerts.md from rules, checks and schema, so that it cannot differ from the program. */
import type { RuleSetting } from '../config/alert-rules.ts';
import { ruleIds, ruleSettings } from '../config/alert-rules.ts';
import { openPerRuleMax } from './alert.ts';
import { checkWords } from './health/words.ts';
import { rules } from './rules/rules.ts';
import { ageText } from './words.ts';

export function renderAlertReference(): string {
  return `${[
    ...introduction,
    '## Rules',
    '',
    ...ruleIds.flatMap(ruleSection),
    ...channels,
    '## Checks of the relay itself',
    '',
    '`relay365 health`, `GET /api/v1/health` and `/readyz` show the same checks. They are made every 15 seconds; listeners',
    'and the store are asked every minute. `/readyz` answers 503 only where mail is not accepted: the check `intake`',
    'fails (stopping, disk full, store failing), or no listener greets any more. The history has a point every five minutes',
    'and one at each change, of a day at most (`retention.health`), and is there after a restart.',
    '',
    '| check | what is looked at | warn | fail |',
    '| --- | --- | --- | --- |',
    ...checkWords.map(({ id, what, warn, fail }) => `| \`${id}\` | ${what} | ${warn} | ${fail} |`),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

const introduction = [
  '# Alerts',
  '',
  '<!-- Generated from src/alerts by `npm run docs`; change the words there. -->',
  '',
  'The relay looks every 15 seconds whether something is the matter. Every rule works without any configuration; console,',
  'API, log (`alert-opened`, `alert-closed`) and metrics show what is open. Whom it tells is said under `alerts.channels`',
  'of `relay365.yaml` ([configuration](configuration.md)).',
  '',
  '```text',
  'relay365 alerts list',
  'relay365 alerts ack ID --note "the provider works on it"',
  'relay365 alerts mute queue-age --for 2h --reason "maintenance of the next hop"',
  'relay365 alerts test teams',
  '```',
  '',
  '- An alert opens **once** for each rule and subject, and closes when nothing was found for the time that the rule names.',
  '  Channels hear of it when it opens, when it grows from warning to critical, and when it is over.',
  '- After it has closed, the same subject is not told again within `coolDown` (30 minutes): an alert that opens within it is',
  '  shown, and told when the cool-down is over and it is still open.',
  '- A **mute** has an end and a reason. Alerts of a muted rule are opened and shown; nobody is told. What is still open',
  '  when the mute ends is told then.',
  '- To **acknowledge** is to say that somebody looks after it: what was still to be sent is not sent.',
  `- Of one rule at most ${openPerRuleMax} alerts are open; what is found beyond is one more, for all the others together.`,
  '- All of this outlasts a restart. What failures of a connector opened stays open until the connector has sent something again. A',
  '  process that is killed between sending and writing may say one thing twice. Nothing of it needs the queue, and a store that',
  '  fails is an alert like any other.',
  '',
];

function ruleSection(id: (typeof ruleIds)[number]): string[] {
  const { title, what, why, advice, clearAfterMs } = rules[id];
  const settings: Readonly<Record<string, RuleSetting>> = ruleSettings[id];
  const rows = Object.entries(settings).map(
    ([name, setting]) => `| \`${name}\` | \`${setting.default}\` | ${setting.means} |`,
  );
  const sources =
    id === 'source-silent'
      ? [
          '| `sources` | none | By name of a source: the time without mail that is an alert, whatever it usually does. |',
        ]
      : [];
  const closes =
    clearAfterMs === 0
      ? 'as soon as nothing is found any more'
      : `when nothing was found for ${ageText(clearAfterMs)}`;
  return [
    `### ${id}`,
    '',
    `**${title}.** ${what}`,
    '',
    `- Why: ${why}`,
    `- What to do: ${advice}`,
    `- It closes ${closes}.`,
    '',
    ...(rows.length + sources.length === 0
      ? ['It has no thresholds.', '']
      : ['| setting | default | meaning |', '| --- | --- | --- |', ...rows, ...sources, '']),
  ];
}

const channels = [
  '## Channels',
  '',
  '```text',
  'alerts:',
  '  channels:',
  '    - { name: teams, type: webhook, format: teams, url: { env: TEAMS_WEBHOOK } }',
  '    - name: people',
  '      type: mail',
  '      from: relay@contoso.com',
  '      to: [it@contoso.com]',
  '      connectors: [backup]',
  '      severity: critical',
  '    - { name: siem, type: syslog, host: siem.contoso.com, transport: tls }',
  '  heartbeat: { url: { file: ./secrets/heartbeat-url }, every: 5m }',
  '  rules:',
  '    queue-age: { olderThan: 10m }',
  '    source-silent: { sources: { erp: 4h } }',
  '```',
  '',
  '- **webhook**: `json` is one object with `state`, `rule`, `severity`, `subject`, `text`, `advice`; `teams` an adaptive card for',
  '  a workflow of Teams; `slack` a message for an incoming webhook. Text of peers stands in plain-text fields.',
  '- **mail** goes by a connector object of its own, past queue and store, and never by the connector that the alert is',
  '  about; without `connectors` by any other one of the policy, those without trouble first.',
  '- **syslog** is RFC 5424 over UDP (RFC 5426), TCP with octet counting (RFC 6587) or TLS (RFC 5425); rule, subject and the rest are',
  '  JSON in the text, or with `enterprise` structured data ([log](logging.md#syslog)).',
  '- **heartbeat** asks a URL every few minutes while the relay looks after itself. It stops when the process is gone, when',
  '  its event loop hangs, and when a look does not come to its end. Whoever counts on it alarms when it stays away.',
  '',
  'A URL is asked at an address that was judged: public ones only, unless `reach: private` or `reach: loopback` says more;',
  'link-local addresses and metadata services of clouds never. Redirects are not followed. With `proxy` the',
  'proxy resolves the name and is shown host and port alone; only an address in the URL is judged then. A channel that does not take a',
  'message is tried again after 15 and 30 seconds, 1, 5 and 15 minutes, then every hour for some two days, and holds up no other channel.',
  '',
];
