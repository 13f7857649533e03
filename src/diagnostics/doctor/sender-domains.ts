/** Domains that mail of this policy is sent from, and the connectors that lead into Microsoft 365. Pure. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Policy } from '../../policy/policy.ts';

/** Domains that are looked at in one run. */
const domainsMax = 20;

/** Domains of `senders` and rewrites, most used first; a pattern for all domains stands for the tenants' own. */
export function senderDomains(policy: Policy): readonly string[] {
  const counts = new Map<string, number>();
  const add = (text: string): void => {
    const domain = text.slice(text.lastIndexOf('@') + 1).toLowerCase();
    if (!domain.includes('.') || domain.startsWith('*')) return;
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  };
  for (const { config } of policy.sources.values()) {
    for (const pattern of config.senders) if (pattern.includes('@')) add(pattern);
    if (config.rewrite?.sender !== undefined) add(config.rewrite.sender);
  }
  for (const { config } of policy.connectors.values()) {
    if (config.tenant?.domain !== undefined) add(`@${config.tenant.domain}`);
  }
  return [...counts.entries()]
    .toSorted((a, b) => b[1] - a[1])
    .map(([domain]) => domain)
    .slice(0, domainsMax);
}

export function connectorsOf(policy: Policy): readonly ConnectorConfig[] {
  return [...policy.connectors.values()].map(({ config }) => config);
}

/** The next hop judges the domain of the sender by our address or certificate: SPF is asked of the hop after it. */
export function leadsByAddress({ route, certificate }: ConnectorConfig): boolean {
  return route.type === 'exchange-online' && route.certificate === undefined && certificate === undefined;
}
