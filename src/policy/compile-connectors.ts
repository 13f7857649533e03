/** Connectors of the document: checked, and indexed by recipient domain. */
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import { acceptedDomainKeys } from '../config/route-defaults.ts';
import type { DocumentPath } from '../config/finding.ts';
import type { ConnectorRule, FallbackStep, RouteRule, RouteTable } from './policy.ts';
import { compileAddressPatterns, DomainTable, parseDomainPattern } from './address-pattern.ts';
import { checkMailboxes } from './check-mailboxes.ts';
import { checkConnector } from './check-connector.ts';
import type { Findings } from './findings.ts';
import type { RouteConditions } from './route-condition.ts';
import { compileConditions, nullSenderPattern } from './route-condition.ts';
import { fallbackSteps } from './route-fallbacks.ts';

export function compileConnectors(
  document: PolicyDocument,
  findings: Findings,
): ReadonlyMap<string, ConnectorRule> {
  const connectors = new Map<string, ConnectorRule>();
  const seen = new Map<string, number>();
  for (const [index, config] of document.connectors.entries()) {
    const path = ['connectors', index];
    const first = seen.get(config.name.toLowerCase());
    if (first !== undefined) {
      findings.error(
        [...path, 'name'],
        `the name "${config.name}" is used twice, first by connectors[${first}]`,
        'give each connector its own name',
      );
      continue;
    }
    seen.set(config.name.toLowerCase(), index);
    connectors.set(config.name, { name: config.name, config });
    checkPatterns(config, path, findings);
    checkConnector(config, path, document, findings);
  }
  checkMailboxes(document, findings);
  return connectors;
}

export function compileRoutes(
  connectors: ReadonlyMap<string, ConnectorRule>,
  { tenants = [] }: Pick<PolicyDocument, 'tenants'>,
): RouteTable {
  const table = new DomainTable<RouteRule>();
  const tenantsByDomain = indexTenants(tenants);
  const tenantOf = (domainKey: string): string | undefined => tenantsByDomain.get(domainKey);
  // By name: whoever keeps the policy may put another object of the same rule into `Policy.connectors`.
  const ways = new Map<string, RouteConditions & { readonly fallbacks: readonly FallbackStep[] }>();
  for (const connector of connectors.values()) {
    const fallbacks = fallbackSteps(connector.config, connectors);
    ways.set(connector.name, { ...compileConditions(connector, tenantOf), fallbacks });
    for (const { pattern, cost } of connector.config.addressSpaces) {
      const parsed = parseDomainPattern(pattern);
      if (!parsed.ok) continue;
      const key = parsed.value.kind === 'all' ? '*' : `${parsed.value.kind} ${parsed.value.key}`;
      table.add(parsed.value, { connector, pattern, key, cost, order: ways.size });
    }
  }
  const wayOf = ({ name }: ConnectorRule) => {
    const way = ways.get(name);
    if (!way) throw new Error(`the policy was compiled without connector ${name}`);
    return way;
  };
  return {
    matching: (domainKey) =>
      table
        .matches(domainKey)
        .sort(
          (a, b) =>
            compareRanks(a.rank, b.rank) || a.value.cost - b.value.cost || a.value.order - b.value.order,
        )
        .map(({ value }) => value),
    unmet: (connector, question) => wayOf(connector).unmet(question),
    limit: (connector, question) => wayOf(connector).limit(question),
    fallbacks: (connector) => wayOf(connector).fallbacks,
    tenantOf,
  };
}

/** A single tenant has nobody to be kept apart from. */
function indexTenants(tenants: NonNullable<PolicyDocument['tenants']>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (tenants.length < 2) return found;
  for (const tenant of tenants) {
    for (const key of acceptedDomainKeys(tenant)) if (!found.has(key)) found.set(key, tenant.name);
  }
  return found;
}

function compareRanks(a: number, b: number): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}

function checkPatterns(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  for (const [index, { pattern }] of config.addressSpaces.entries()) {
    const parsed = parseDomainPattern(pattern);
    if (!parsed.ok) findings.error([...path, 'addressSpaces', index, 'pattern'], parsed.reason);
  }
  const { faults } = compileAddressPatterns(config.senders);
  for (const { index, reason } of faults) {
    if (config.senders[index] !== nullSenderPattern) findings.error([...path, 'senders', index], reason);
  }
}
