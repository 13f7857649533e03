/**
 * Which alerts open and close, and who is to be told: a pure function of the moment, of what the rules found, and of the
 * state before. An alert opens once for each rule and subject, stays while the rule finds it, and closes when nothing was
 * found for the rule's time. A muted rule opens alerts and tells nobody; so does one within its cool-down.
 */
import type { AlertSeverity, RuleId } from '../config/alert-rules.ts';
import type { Instant } from '../platform/clock.ts';
import type { Alert, AlertState, Owed, Word } from './alert.ts';
import { alertsMax, isOpen, openPerRuleMax } from './alert.ts';
import type { AlertFinding } from './rules/rule.ts';

export interface RuleFound {
  readonly rule: RuleId;
  /** False: switched off; its alerts close at once. */
  readonly isEnabled: boolean;
  readonly severity?: AlertSeverity | undefined;
  readonly coolDownMs: number;
  readonly clearAfterMs: number;
  readonly findings: readonly AlertFinding[];
}

export interface DecideInput {
  readonly now: Instant;
  readonly state: AlertState;
  readonly found: readonly RuleFound[];
  /** Channels that are told of an alert of this rule and severity. */
  readonly channelsFor: (rule: RuleId, severity: AlertSeverity) => readonly string[];
  readonly newId: () => string;
  /** Open since before the start, and nothing is known yet of what it was about: it stays as it is. */
  readonly isUnproven?: (alert: Alert) => boolean;
  /** How long closed alerts are kept, in milliseconds. */
  readonly keptMs: number;
}

export interface Decided {
  readonly state: AlertState;
  readonly opened: readonly Alert[];
  readonly closed: readonly Alert[];
}

export function decide(input: DecideInput): Decided {
  const { now, state, found } = input;
  const byRule = new Map(found.map((one) => [one.rule, { ...one, findings: bounded(one.findings) }]));
  const next: Alert[] = [];
  const opened: Alert[] = [];
  const closed: Alert[] = [];
  const seen = new Set<string>();
  for (const alert of state.alerts) {
    const rule = byRule.get(alert.rule);
    if (!isOpen(alert) || !rule) {
      next.push(alert);
      continue;
    }
    const finding = rule.findings.find(({ subject }) => subject === alert.subject);
    seen.add(keyOf(alert));
    if (!finding && rule.isEnabled && input.isUnproven?.(alert)) {
      next.push(alert);
      continue;
    }
    const after = finding && rule.isEnabled ? stays(alert, finding, rule, input) : ends(alert, rule, input);
    if (!isOpen(after)) closed.push(after);
    next.push(after);
  }
  for (const rule of byRule.values()) {
    if (!rule.isEnabled) continue;
    for (const finding of rule.findings) {
      if (seen.has(`${rule.rule} ${finding.subject}`)) continue;
      const alert = opens(finding, rule, input);
      opened.push(alert);
      next.push(alert);
    }
  }
  const mutes = Object.fromEntries(Object.entries(state.mutes).filter(([, mute]) => mute.until > now));
  return { state: { ...state, alerts: kept(next, now - input.keptMs), mutes }, opened, closed };
}

type Bounded = RuleFound;

function opens(finding: AlertFinding, rule: Bounded, input: DecideInput): Alert {
  const alert: Alert = {
    id: input.newId(),
    rule: rule.rule,
    ...facts(finding, rule),
    openedAt: input.now,
    isAnnounced: false,
    told: [],
    owed: [],
  };
  return announced(alert, rule, input);
}

function stays(alert: Alert, finding: AlertFinding, rule: Bounded, input: DecideInput): Alert {
  const { absentSince: _, isInMemory: _before, ...present } = alert;
  const after: Alert = { ...present, ...facts(finding, rule) };
  if (!after.isAnnounced) return announced(after, rule, input);
  const isWorse = alert.severity === 'warning' && after.severity === 'critical';
  return isWorse && !isMuted(after.rule, input) ? owing(after, 'worse', input) : after;
}

function ends(alert: Alert, rule: Bounded, input: DecideInput): Alert {
  const { now } = input;
  const absentSince = alert.absentSince ?? now;
  if (rule.isEnabled && now - absentSince < rule.clearAfterMs) return { ...alert, absentSince };
  const after: Alert = { ...alert, absentSince, closedAt: now };
  // Who has not heard that it opened need not hear at all.
  const heard = new Set(alert.told.filter(({ ok }) => ok).map(({ channel }) => channel));
  const owed = [...heard].map((channel): Owed => ({ channel, about: 'closed', attempts: 0, notBefore: now }));
  return { ...after, owed };
}

/** Chooses channels, unless the rule is muted or the same was closed a moment ago. */
function announced(alert: Alert, rule: Bounded, input: DecideInput): Alert {
  if (isMuted(alert.rule, input) || isCooling(alert, rule, input)) return alert;
  return owing({ ...alert, isAnnounced: true }, 'opened', input);
}

function owing(alert: Alert, about: Word, { now, channelsFor }: DecideInput): Alert {
  const told = new Set(alert.told.filter(({ ok }) => ok).map(({ channel }) => channel));
  const channels = channelsFor(alert.rule, alert.severity);
  // A channel for critical alerts alone hears of one that grew worse for the first time.
  const owed = channels.map((channel): Owed => ({
    channel,
    about: told.has(channel) ? about : 'opened',
    attempts: 0,
    notBefore: now,
  }));
  return { ...alert, owed };
}

function isMuted(rule: RuleId, { now, state }: DecideInput): boolean {
  const mute = state.mutes[rule];
  return mute !== undefined && mute.until > now;
}

function isCooling(alert: Alert, rule: Bounded, { now, state }: DecideInput): boolean {
  return state.alerts.some(
    (other) =>
      other.id !== alert.id &&
      keyOf(other) === keyOf(alert) &&
      other.isAnnounced &&
      other.closedAt !== undefined &&
      now - other.closedAt < rule.coolDownMs,
  );
}

function facts(finding: AlertFinding, rule: Bounded): AlertFinding {
  return { ...finding, severity: rule.severity ?? finding.severity };
}

function keyOf(alert: Pick<Alert, 'rule' | 'subject'>): string {
  return `${alert.rule} ${alert.subject}`;
}

/** What goes wrong everywhere at once is one alert more, not thousands. */
function bounded(findings: readonly AlertFinding[]): readonly AlertFinding[] {
  if (findings.length <= openPerRuleMax) return findings;
  const shown = findings.slice(0, openPerRuleMax - 1);
  const rest = findings.slice(openPerRuleMax - 1);
  const severity = rest.some((one) => one.severity === 'critical') ? 'critical' : 'warning';
  const names = rest
    .slice(0, 10)
    .map(({ subject }) => subject)
    .join(', ');
  return [...shown, { subject: '(others)', severity, text: `and ${rest.length} more: ${names}` }];
}

function kept(all: readonly Alert[], since: number): readonly Alert[] {
  const alerts = all.filter(({ closedAt }) => closedAt === undefined || closedAt >= since);
  let surplus = alerts.length - alertsMax;
  if (surplus <= 0) return alerts;
  return alerts.filter((alert) => isOpen(alert) || surplus-- <= 0);
}
