/** What can be wrong with the fallbacks of a connector: names, circles, and less security than nobody has permitted. */
import { fallbacksOf } from '../config/connector-schema.ts';
import type { DocumentPath } from '../config/finding.ts';
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import { printable } from './address-pattern.ts';
import type { Findings } from './findings.ts';
import { fallbackSteps, lessSecureThan } from './route-fallbacks.ts';

type ByName = ReadonlyMap<string, ConnectorConfig>;

interface Place {
  readonly config: ConnectorConfig;
  readonly byName: ByName;
  /** Of the one fallback. */
  readonly here: DocumentPath;
  readonly findings: Findings;
}

export function checkFallbacks(
  config: ConnectorConfig,
  path: DocumentPath,
  findings: Findings,
  document: PolicyDocument,
): void {
  const byName: ByName = new Map(document.connectors.map((connector) => [connector.name, connector]));
  const names = fallbacksOf(config);
  for (const [index, name] of names.entries()) {
    const here = typeof config.fallback === 'string' ? [...path, 'fallback'] : [...path, 'fallback', index];
    const fallback = byName.get(name);
    if (!fallback) {
      findings.error(here, `there is no connector "${printable(name)}"`, 'write a name from "connectors"');
    } else if (names.indexOf(name) < index) {
      findings.error(here, `${name} stands in the list twice`, 'name each connector once');
    } else checkStep(fallback, { config, byName, here, findings });
  }
  const isReached = fallbackSteps(config, rulesOf(byName)).some(({ connector }) => {
    const next = byName.get(connector);
    return next !== undefined && lessSecureThan(config, next) !== undefined;
  });
  if (config.allowLessSecureFallback && !isReached) {
    findings.warning(
      [...path, 'allowLessSecureFallback'],
      `${config.name} has no fallback that is less secure, and would permit one`,
      'leave it out',
    );
  }
}

function checkStep(fallback: ConnectorConfig, { config, byName, here, findings }: Place): void {
  const circle = circleThrough(fallback, config, byName);
  if (circle) {
    const text = [config.name, ...circle].join(' → ');
    findings.error(here, `the fallbacks run in a circle: ${text}`, 'end the chain somewhere');
    return;
  }
  const reason = lessSecureThan(config, fallback);
  if (reason !== undefined && config.allowLessSecureFallback) {
    findings.danger(
      here,
      `${config.name}: when it cannot deliver, mail leaves by ${fallback.name}, which is less secure: ${reason}`,
      'name a fallback that is as secure',
    );
  } else if (reason !== undefined) {
    findings.error(
      here,
      `${fallback.name} is less secure than ${config.name}: ${reason}`,
      'make it as secure, name another one, or set "allowLessSecureFallback: true"',
    );
  } else warnOfEnd(fallback, { config, byName, here, findings });
}

/** The fallbacks of a fallback that this connector does not follow it to. */
function warnOfEnd(fallback: ConnectorConfig, { config, byName, here, findings }: Place): void {
  for (const name of fallbacksOf(fallback)) {
    const next = byName.get(name);
    const reason = next && lessSecureThan(config, next);
    if (reason === undefined || config.allowLessSecureFallback || !fallback.allowLessSecureFallback) continue;
    findings.warning(
      here,
      `mail of ${config.name} does not follow ${fallback.name} to ${name}, which is less secure: ${reason}`,
      `name further fallbacks of ${config.name} itself, or set its "allowLessSecureFallback: true"`,
    );
  }
  const [own, other] = [config.tenant?.name, fallback.tenant?.name];
  if (own !== undefined && other !== undefined && own !== other) {
    findings.warning(
      here,
      `${fallback.name} sends for the tenant ${other}, and ${config.name} for ${own}: mail of ${own} follows only where "senders" of ${fallback.name} names its domain`,
      'name a fallback of the same tenant',
    );
  }
}

/** The names from `from` on to `target` by fallbacks, where they lead there. */
function circleThrough(
  from: ConnectorConfig,
  target: ConnectorConfig,
  byName: ByName,
): readonly string[] | undefined {
  const open: { readonly config: ConnectorConfig; readonly way: readonly string[] }[] = [
    { config: from, way: [from.name] },
  ];
  const seen = new Set<string>();
  for (const { config, way } of open) {
    if (config.name === target.name) return way;
    if (seen.has(config.name)) continue;
    seen.add(config.name);
    for (const name of fallbacksOf(config)) {
      const next = byName.get(name);
      if (next) open.push({ config: next, way: [...way, name] });
    }
  }
  return undefined;
}

function rulesOf(byName: ByName): ReadonlyMap<string, { readonly config: ConnectorConfig }> {
  return new Map(Array.from(byName, ([name, config]) => [name, { config }]));
}
