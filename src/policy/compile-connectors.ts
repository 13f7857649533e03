/** Connectors of the document: checked, and indexed by recipient domain. */
import type { ConnectorConfig, PolicyDocument } from '../config/policy-schema.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { DocumentPath } from '../config/finding.ts';
import type { AddressMatcher, ConnectorRule, RouteRule, RouteTable } from './policy.ts';
import { compileAddressPatterns, DomainTable, parseDomainPattern } from './address-pattern.ts';
import { checkConnector } from './check-connector.ts';
import type { Findings } from './findings.ts';

/** How a connector's `senders` names the null reverse-path. */
const nullSenderPattern = '<>';

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
  return connectors;
}

export function compileRoutes(connectors: ReadonlyMap<string, ConnectorRule>): RouteTable {
  const table = new DomainTable<RouteRule>();
  // By name: whoever keeps the policy may put another object of the same rule into `Policy.connectors`.
  const scopes = new Map<string, Scope>();
  for (const connector of connectors.values()) {
    scopes.set(connector.name, createScope(connector.config));
    for (const { pattern, cost } of connector.config.addressSpaces) {
      const parsed = parseDomainPattern(pattern);
      if (parsed.ok) table.add(parsed.value, { connector, pattern, cost, order: scopes.size });
    }
  }
  return {
    matching: (domainKey) =>
      table
        .matches(domainKey)
        .sort(
          (a, b) =>
            compareRanks(a.rank, b.rank) || a.value.cost - b.value.cost || a.value.order - b.value.order,
        )
        .map(({ value }) => value),
    permits: (connector, source, sender) => scopes.get(connector.name)?.permits(source, sender) ?? false,
  };
}

interface Scope {
  permits(source: string | undefined, sender: Mailbox | null): boolean;
}

function createScope(config: ConnectorConfig): Scope {
  const anySource = config.sources.includes('*');
  const sources = new Set(config.sources);
  const senders: AddressMatcher = compileAddressPatterns(
    config.senders.filter((pattern) => pattern !== nullSenderPattern),
  ).matcher;
  // `*` is every sender, the null one too; narrower patterns name it apart.
  const nullSender = config.senders.includes('*') || config.senders.includes(nullSenderPattern);
  return {
    permits: (source, sender) =>
      (anySource || (source !== undefined && sources.has(source))) &&
      (sender === null ? nullSender : senders.match(sender) !== undefined),
  };
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
