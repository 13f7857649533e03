/** A rule: what it looks at, and the words for people. */
import type { AlertSeverity, RuleId, SettingsOf } from '../../config/alert-rules.ts';
import type { Instant } from '../../platform/clock.ts';
import type { Snapshot } from '../snapshot.ts';

/** Something is the matter. */
export interface AlertFinding {
  /** What it is about; with the rule it says which alert it is. */
  readonly subject: string;
  readonly severity: AlertSeverity;
  /** With numbers. */
  readonly text: string;
  /** The alert is about it, so it is not told that way. */
  readonly connector?: string;
  readonly source?: string;
  /**
   * What was found is known to the memory of this process alone: after a restart that nothing is found says nothing, until
   * the connector has sent something.
   */
  readonly isInMemory?: true;
}

export interface RuleFacts<R extends RuleId> {
  readonly now: Instant;
  readonly snapshot: Snapshot;
  readonly settings: SettingsOf<R>;
  /** Of `source-silent`: times by source. */
  readonly sources: ReadonlyMap<string, number>;
}

export interface Rule<R extends RuleId> {
  readonly title: string;
  /** When it opens an alert; a sentence. */
  readonly what: string;
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  /** So long nothing must be found before the alert is closed, in milliseconds: what swings opens one alert. */
  readonly clearAfterMs: number;
  readonly look: (facts: RuleFacts<R>) => readonly AlertFinding[];
}
