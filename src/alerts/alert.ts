/** An alert and the state of all of them: plain values, kept as JSON over restarts. */
import type { AlertSeverity, RuleId } from '../config/alert-rules.ts';
import type { Instant } from '../platform/clock.ts';

/** What somebody is told about an alert. */
export type Word = 'opened' | 'worse' | 'closed';

export interface Told {
  readonly channel: string;
  readonly about: Word;
  readonly at: Instant;
  readonly ok: boolean;
  readonly detail: string;
}

/** What a channel still has to be told. */
export interface Owed {
  readonly channel: string;
  readonly about: Word;
  readonly attempts: number;
  readonly notBefore: Instant;
}

export interface Alert {
  readonly id: string;
  readonly rule: RuleId;
  readonly subject: string;
  readonly severity: AlertSeverity;
  readonly text: string;
  readonly connector?: string;
  readonly source?: string;
  /** As `AlertFinding` has it. */
  readonly isInMemory?: true;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  /** Nothing was found from this moment on; the alert closes when that has lasted. */
  readonly absentSince?: Instant;
  readonly acknowledged?: { readonly by: string; readonly at: Instant; readonly note: string };
  /** Channels were chosen for it: it was neither muted nor within the cool-down. */
  readonly isAnnounced: boolean;
  readonly told: readonly Told[];
  readonly owed: readonly Owed[];
}

export interface Mute {
  readonly until: Instant;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

/** What the API set of a rule that the configuration leaves alone. */
export interface RuleOverride {
  readonly enabled?: boolean;
  readonly severity?: AlertSeverity;
  readonly settings?: Readonly<Record<string, number>>;
}

export interface AlertState {
  /** Open ones and those that closed last; the newest last. */
  readonly alerts: readonly Alert[];
  readonly mutes: Readonly<Partial<Record<RuleId, Mute>>>;
  readonly overrides: Readonly<Partial<Record<RuleId, RuleOverride>>>;
}

export const noAlerts: AlertState = { alerts: [], mutes: {}, overrides: {} };

/** Alerts that are kept; the closed ones that are oldest go first. */
export const alertsMax = 1_000;
/** Alerts of one rule that are open at a time; what is found beyond is one more, for all of them. */
export const openPerRuleMax = 20;

export function isOpen(alert: Alert): boolean {
  return alert.closedAt === undefined;
}
