/** Alerts, rules and channels as the API shows them. Pure. */
import type { AlertChannelView, AlertRuleView, AlertView } from '../../../contract/schemas.ts';
import type { Alert, Mute } from '../../alerts/alert.ts';
import { isOpen } from '../../alerts/alert.ts';
import type { Channel } from '../../alerts/channels/channel.ts';
import { rules } from '../../alerts/rules/rules.ts';
import type { RuleInForce } from '../../alerts/settings.ts';
import { defaultSettings } from '../../alerts/settings.ts';
import type { LastWord } from '../../alerts/teller.ts';
import type { RuleSetting } from '../../config/alert-rules.ts';
import { ruleSettings } from '../../config/alert-rules.ts';
import type { ChannelConfig } from '../../config/alerts-schema.ts';
import { formatInstant } from '../../platform/clock.ts';
import { present } from '../present.ts';

export function alertView(alert: Alert, isMuted: boolean): AlertView {
  const { title, advice } = rules[alert.rule];
  const { acknowledged } = alert;
  return {
    id: alert.id,
    rule: alert.rule,
    title,
    severity: alert.severity,
    state: isOpen(alert) ? 'open' : 'closed',
    subject: alert.subject,
    text: alert.text,
    advice,
    openedAt: formatInstant(alert.openedAt),
    muted: isMuted,
    told: alert.told.map(({ channel, about, at, ok, detail }) => ({
      channel,
      about,
      at: formatInstant(at),
      ok,
      detail,
    })),
    ...present({
      connector: alert.connector,
      source: alert.source,
      closedAt: alert.closedAt === undefined ? undefined : formatInstant(alert.closedAt),
      acknowledged: acknowledged && { ...acknowledged, at: formatInstant(acknowledged.at) },
    }),
  };
}

export function ruleView(
  inForce: RuleInForce,
  more: { readonly mute: Mute | undefined; readonly open: number },
): AlertRuleView {
  const { rule } = inForce;
  const { title, what, why, advice } = rules[rule];
  const known: Readonly<Record<string, RuleSetting>> = ruleSettings[rule];
  const defaults = defaultSettings(rule);
  const { mute } = more;
  return {
    id: rule,
    title,
    what,
    why,
    advice,
    enabled: inForce.isEnabled,
    coolDownMs: inForce.coolDownMs,
    settings: Object.entries(known).map(([name, { unit, means }]) => ({
      name,
      unit,
      value: inForce.settings[name] ?? 0,
      default: defaults[name] ?? 0,
      means,
    })),
    inFile: inForce.isInFile,
    open: more.open,
    ...present({
      severity: inForce.severity,
      muted: mute && { ...mute, at: formatInstant(mute.at), until: formatInstant(mute.until) },
    }),
  };
}

export function channelView(
  { name, type, target }: Channel,
  config: ChannelConfig | undefined,
  { last, waiting }: { readonly last: LastWord | undefined; readonly waiting: number },
): AlertChannelView {
  return {
    name,
    type,
    target,
    waiting,
    ...present({
      severity: config?.severity,
      rules: config?.rules && [...config.rules],
      last: last && { ...last, at: formatInstant(last.at) },
    }),
  };
}
