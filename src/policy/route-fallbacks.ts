/** What follows a connector that cannot deliver, and that nothing less secure is among it unless that is permitted. Pure. */
import { fallbacksOf } from '../config/connector-schema.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';
import { isMicrosoftRoute } from '../config/route-defaults.ts';
import type { FallbackStep } from './policy.ts';

type ByName = ReadonlyMap<string, { readonly config: ConnectorConfig }>;

/**
 * In what `config` is less secure than `first`: verified TLS is more than TLS that may be stripped, and that more than none;
 * a next hop that knows whose mail it is (by login, certificate or tenant) is more than one that does not.
 */
export function lessSecureThan(first: ConnectorConfig, config: ConnectorConfig): string | undefined {
  if (tlsRank(config) < tlsRank(first)) return `its TLS is ${tlsText(config)} and not ${tlsText(first)}`;
  if (isAttributed(first) && !isAttributed(config))
    return 'its next hop does not know whose mail it is: it has neither login nor client certificate';
  return undefined;
}

/** The own fallbacks of a connector in their order, then theirs, each once; does not go beyond a barred one. */
export function fallbackSteps(first: ConnectorConfig, connectors: ByName): readonly FallbackStep[] {
  const steps: FallbackStep[] = [];
  const seen = new Set([first.name]);
  const open = [first];
  for (const from of open) {
    for (const name of fallbacksOf(from)) {
      const next = connectors.get(name)?.config;
      if (!next || seen.has(name)) continue;
      seen.add(name);
      const lessSecure = barredBy(first, next) ?? barredBy(from, next);
      if (lessSecure === undefined) open.push(next);
      steps.push({ connector: name, ...(lessSecure !== undefined && { lessSecure }) });
    }
  }
  return steps;
}

function barredBy(from: ConnectorConfig, next: ConnectorConfig): string | undefined {
  if (from.allowLessSecureFallback) return undefined;
  const reason = lessSecureThan(from, next);
  return reason === undefined ? undefined : `it is less secure than ${from.name}: ${reason}`;
}

function tlsRank(config: ConnectorConfig): number {
  const rank = ['off', 'opportunistic', 'required'].indexOf(config.tls);
  return config.tls === 'required' && !isOldTls(config) ? rank + 1 : rank;
}

function tlsText(config: ConnectorConfig): string {
  return config.tls === 'required' && isOldTls(config) ? `required from ${config.minimumTls} on` : config.tls;
}

function isOldTls({ minimumTls }: ConnectorConfig): boolean {
  return minimumTls === '1.0' || minimumTls === '1.1';
}

function isAttributed({ route, certificate }: ConnectorConfig): boolean {
  if (isMicrosoftRoute(route)) return true;
  return route.type === 'smart-host' && (route.login !== undefined || certificate !== undefined);
}
