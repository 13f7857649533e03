/**
 * The watch: looks every 15 seconds, decides, tells, and keeps what it decided. It waits for nothing that may be broken:
 * what cannot be gathered in time is absent from the snapshot, what cannot be kept is kept in memory and tried again, and
 * a channel that does not answer holds up no other.
 */
import type { RuleId } from '../config/alert-rules.ts';
import { ruleIds, severities } from '../config/alert-rules.ts';
import type { AlertsConfig } from '../config/alerts-schema.ts';
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import type { Alert, AlertState, Mute, RuleOverride } from './alert.ts';
import { isOpen, noAlerts } from './alert.ts';
import type { Channel } from './channels/channel.ts';
import type { RuleFound } from './decide.ts';
import { decide } from './decide.ts';
import { rules } from './rules/rules.ts';
import type { Rule } from './rules/rule.ts';
import type { RuleInForce } from './settings.ts';
import { ruleInForce } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { Teller } from './teller.ts';

export const lookMs = 15_000;
/** The first look waits until the start is over. */
const firstLookMs = 5_000;

export interface AlertKeeperOptions {
  readonly config: AlertsConfig;
  readonly clock: Clock;
  readonly events: Events;
  readonly hostname: string;
  readonly channels: readonly Channel[];
  readonly newId: () => string;
  /** `retention.alerts`. */
  readonly keptMs: number;
  /** Rejects never; what is broken is absent. */
  readonly gather: () => Promise<Snapshot>;
  /** What `keep` was given last. */
  readonly kept: string | undefined;
  /** May reject: the store may be what is broken. */
  readonly keep: (text: string) => Promise<void>;
}

export class AlertKeeper implements AsyncDisposable {
  readonly teller: Teller;
  readonly #options: AlertKeeperOptions;
  #state: AlertState;
  #written: string;
  /** Ids of alerts from before the start whose causes were in the memory of that process. */
  #unproven: ReadonlySet<string>;
  #lastLookAt: Instant | undefined;
  #cancel: CancelTimer = () => undefined;
  #isClosed = false;

  constructor(options: AlertKeeperOptions) {
    this.#options = options;
    this.#state = readState(options.kept);
    this.#written = options.kept ?? '';
    const inMemory = this.#state.alerts.filter((alert) => isOpen(alert) && alert.isInMemory === true);
    this.#unproven = new Set(inMemory.map(({ id }) => id));
    this.teller = new Teller({
      ...options,
      current: () => this.#state.alerts,
      change: (id, make) => this.#change(id, make),
      keep: () => this.#keep(),
    });
  }

  start(): void {
    this.#cancel = this.#options.clock.after(firstLookMs, () => void this.#repeat());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#keep();
  }

  /** End of the last look; absent before the first. */
  get lastLookAt(): Instant | undefined {
    return this.#lastLookAt;
  }

  get state(): AlertState {
    return this.#state;
  }

  inForce(rule: RuleId): RuleInForce {
    return ruleInForce(rule, this.#options.config, this.#state);
  }

  /** One look: gathers, decides, tells. */
  async look(): Promise<void> {
    const { clock, newId, events, keptMs } = this.#options;
    const snapshot = await this.#options.gather();
    const now = clock.now();
    const found = ruleIds.map((rule) => this.#found(rule, snapshot, now));
    this.#unproven = stillUnproven(this.#unproven, this.#state.alerts, found, snapshot);
    const { state, opened, closed } = decide({
      now,
      state: this.#state,
      found,
      isUnproven: ({ id }) => this.#unproven.has(id),
      channelsFor: (rule, severity) => this.#channelsFor(rule, severity),
      newId,
      keptMs,
    });
    this.#state = state;
    for (const { id, rule, subject, severity, text } of opened) {
      events.emit({ kind: 'alert-opened', id, rule, subject, severity, text });
    }
    for (const alert of closed) {
      const { id, rule, subject, openedAt } = alert;
      events.emit({ kind: 'alert-closed', id, rule, subject, openMs: now - openedAt });
    }
    this.#lastLookAt = now;
    this.teller.tell();
    await this.#keep();
  }

  /** `false`: there is no such alert, or it is closed. */
  acknowledge(id: string, by: string, note: string): Alert | undefined {
    const at = this.#options.clock.now();
    const alert = this.#state.alerts.find((one) => one.id === id && isOpen(one));
    if (!alert) return undefined;
    // What is still owed need not be said: somebody knows.
    this.#change(id, (one) => ({ ...one, acknowledged: { by, at, note }, owed: [] }));
    return this.#state.alerts.find((one) => one.id === id);
  }

  mute(rule: RuleId, mute: Omit<Mute, 'at'> | undefined): void {
    const { [rule]: _, ...mutes } = this.#state.mutes;
    const at = this.#options.clock.now();
    this.#state = { ...this.#state, mutes: mute ? { ...mutes, [rule]: { ...mute, at } } : mutes };
  }

  override(rule: RuleId, override: RuleOverride): void {
    this.#state = { ...this.#state, overrides: { ...this.#state.overrides, [rule]: override } };
  }

  /** Writes what has changed now. Rejects where the store fails; then it is tried again with each look. */
  async keepNow(): Promise<void> {
    const text = JSON.stringify(this.#state);
    if (text === this.#written) return;
    await this.#options.keep(text);
    this.#written = text;
  }

  async #repeat(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      const { message, stack } = error as Error;
      this.#options.events.emit({
        kind: 'fault',
        where: 'alerts',
        text: message,
        ...(stack ? { stack } : {}),
      });
    }
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(lookMs, () => void this.#repeat());
  }

  #found(rule: RuleId, snapshot: Snapshot, now: Instant) {
    const { isEnabled, severity, coolDownMs, settings, sources } = this.inForce(rule);
    // The settings are those of this rule: `inForce` took their names from the same table.
    const { look, clearAfterMs } = rules[rule] as Rule<never>;
    const facts = { now, snapshot, settings: settings as never, sources };
    return { rule, isEnabled, severity, coolDownMs, clearAfterMs, findings: isEnabled ? look(facts) : [] };
  }

  #channelsFor(rule: RuleId, severity: (typeof severities)[number]): readonly string[] {
    return this.#options.config.channels
      .filter(
        (channel) =>
          severities.indexOf(severity) >= severities.indexOf(channel.severity) &&
          (channel.rules === undefined || channel.rules.includes(rule)),
      )
      .map(({ name }) => name);
  }

  #change(id: string, make: (alert: Alert) => Alert): void {
    const alerts = this.#state.alerts.map((alert) => (alert.id === id ? make(alert) : alert));
    this.#state = { ...this.#state, alerts };
  }

  async #keep(): Promise<void> {
    try {
      await this.keepNow();
    } catch {
      // The rule `store-unhealthy` tells of it; the state stays in memory until it can be written.
    }
  }
}

/** Those of which nothing was found anew, and whose connector is in the policy and has sent nothing yet. */
function stillUnproven(
  before: ReadonlySet<string>,
  alerts: readonly Alert[],
  found: readonly RuleFound[],
  { connectors }: Snapshot,
): ReadonlySet<string> {
  if (before.size === 0) return before;
  const open = alerts.filter((alert) => isOpen(alert) && before.has(alert.id));
  const unproven = open.filter(({ rule, subject, connector }) => {
    const findings = found.find((one) => one.rule === rule)?.findings ?? [];
    const isSilent = connectors.some(({ name, hasWorked }) => name === connector && !hasWorked);
    return isSilent && !findings.some((finding) => finding.subject === subject);
  });
  return new Set(unproven.map(({ id }) => id));
}

/** What cannot be read is forgotten: open alerts are found again by the next look. */
function readState(text: string | undefined): AlertState {
  if (text === undefined) return noAlerts;
  try {
    const { alerts, mutes, overrides } = JSON.parse(text) as AlertState;
    const known = alerts.filter(({ rule }) => Object.hasOwn(rules, rule));
    return { alerts: known, mutes: mutes ?? {}, overrides: overrides ?? {} };
  } catch {
    return noAlerts;
  }
}
