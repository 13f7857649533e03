/** What is in force for each rule: the configuration where it says something, else what the API set, else the default. */
import type { RuleId, RuleSetting } from '../config/alert-rules.ts';
import { ruleIds, ruleSettings } from '../config/alert-rules.ts';
import type { AlertsConfig, RulesConfig } from '../config/alerts-schema.ts';
import { alertsSchema, ruleSchemas } from '../config/alerts-schema.ts';
import type { AlertSeverity } from '../config/alert-rules.ts';
import type { AlertState, RuleOverride } from './alert.ts';

const defaults: RulesConfig = alertsSchema.parse({}).rules;

export interface RuleInForce {
  readonly rule: RuleId;
  readonly isEnabled: boolean;
  readonly severity?: AlertSeverity;
  readonly coolDownMs: number;
  readonly settings: Readonly<Record<string, number>>;
  readonly sources: ReadonlyMap<string, number>;
  /** The configuration says something of it. */
  readonly isInFile: boolean;
}

export function ruleInForce(rule: RuleId, config: AlertsConfig, state: AlertState): RuleInForce {
  const written = config.rules[rule];
  const isInFile = JSON.stringify(written) !== JSON.stringify(defaults[rule]);
  const override: RuleOverride = isInFile ? {} : (state.overrides[rule] ?? {});
  const severity = override.severity ?? written.severity;
  const values = written as unknown as Readonly<Record<string, number>>;
  const names = Object.keys(ruleSettings[rule]);
  return {
    rule,
    isEnabled: override.enabled ?? written.enabled,
    ...(severity === undefined ? {} : { severity }),
    coolDownMs: written.coolDown,
    settings: Object.fromEntries(names.map((name) => [name, override.settings?.[name] ?? values[name] ?? 0])),
    sources: new Map(rule === 'source-silent' ? Object.entries(config.rules['source-silent'].sources) : []),
    isInFile,
  };
}

export function defaultSettings(rule: RuleId): Readonly<Record<string, number>> {
  return ruleInForce(rule, alertsSchema.parse({}), { alerts: [], mutes: {}, overrides: {} }).settings;
}

/** What is wrong with settings that the API is given, by the schema of the configuration; `undefined`: nothing. */
export function settingsFault(rule: RuleId, settings: Readonly<Record<string, number>>): string | undefined {
  const known: Readonly<Record<string, RuleSetting>> = ruleSettings[rule];
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known);
      return `${rule} has no setting "${name}"; it has ${names.length === 0 ? 'none' : names.join(', ')}`;
    }
  }
  const written = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      known[name]?.unit === 'time' ? `${value}ms` : value,
    ]),
  );
  const result = ruleSchemas[rule].safeParse(written);
  if (result.success) return undefined;
  const [issue] = result.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`;
}

export function isRuleId(text: string): text is RuleId {
  return (ruleIds as readonly string[]).includes(text);
}
