/**
 * Whose message is it? Order: domain in the client certificate, then domain of MAIL FROM, then of RCPT TO (MC1226222);
 * within a tenant the certificate comes before the address. A relay needs an enabled OnPremises connector that matches,
 * and an accepted domain either in the certificate or in MAIL FROM ("Updated requirements for SMTP relay through
 * Exchange Online"). The null sender has no domain, so it relays by certificate alone. Pure.
 */
import { BlockList, isIPv4 } from 'node:net';
import { listed } from '../switches.ts';
import type { InboundConnector, TenantConfig } from '../tenant/config.ts';
import type { Directory } from '../tenant/directory.ts';
import { domainOf } from '../tenant/directory.ts';
import { nameMatches } from './certificate-names.ts';

export interface ConnectionFacts {
  /** Address of the client. */
  readonly address: string;
  /** Names of a certificate that counts; empty: none. */
  readonly names: readonly string[];
}

export type Attribution =
  | { readonly kind: 'connector'; readonly tenant: TenantConfig; readonly connector: string }
  /** `nearly`: a connector would match, but it is disabled, of type Partner, or no domain is accepted. */
  | { readonly kind: 'anonymous'; readonly nearly: boolean };

export function attribute(
  directory: Directory,
  disabled: readonly string[],
  question: { readonly facts: ConnectionFacts; readonly from: string },
): Attribution {
  const { facts, from } = question;
  const usable = (tenant: TenantConfig): InboundConnector[] =>
    (tenant.connectors ?? []).filter(({ name, type }) => type === 'OnPremises' && !listed(disabled, name));
  for (const tenant of directory.tenants) {
    const names = facts.names.filter((name) => isAccepted(tenant, name));
    const connector = usable(tenant).find((candidate) => matchesCertificate(candidate, names));
    if (connector !== undefined) return { kind: 'connector', tenant, connector: connector.name };
  }
  const tenant = from === '' ? undefined : directory.tenantOfDomain(domainOf(from));
  const own = tenant === undefined ? [] : usable(tenant);
  const connector =
    own.find((candidate) => matchesCertificate(candidate, facts.names)) ??
    own.find((candidate) => matchesAddress(candidate, facts.address));
  if (tenant !== undefined && connector !== undefined)
    return { kind: 'connector', tenant, connector: connector.name };
  const all = directory.tenants.flatMap((one) => one.connectors ?? []);
  return { kind: 'anonymous', nearly: all.some((candidate) => matches(candidate, facts)) };
}

export function matches(connector: InboundConnector, facts: ConnectionFacts): boolean {
  return matchesCertificate(connector, facts.names) || matchesAddress(connector, facts.address);
}

/** The name itself, or a host or wildcard below an accepted domain. */
function isAccepted(tenant: TenantConfig, name: string): boolean {
  const bare = name.replace(/^\*\./, '');
  return tenant.domains.some((domain) => {
    const accepted = domain.name.toLowerCase();
    return bare === accepted || bare.endsWith(`.${accepted}`);
  });
}

export function matchesCertificate(connector: InboundConnector, names: readonly string[]): boolean {
  const { tlsSenderCertificateName: pattern } = connector;
  return pattern !== undefined && names.some((name) => nameMatches(pattern, name));
}

/** Connectors know IPv4 alone (Set-InboundConnector), ranges from /24 to /32. */
export function matchesAddress({ senderIpAddresses }: InboundConnector, address: string): boolean {
  if (!isIPv4(address)) return false;
  return (senderIpAddresses ?? []).some((range) => inRange(range, address));
}

function inRange(range: string, address: string): boolean {
  const [network = '', bits = '32'] = range.split('/');
  if (!isIPv4(network) || !/^\d{2}$/.test(bits) || Number(bits) < 24 || Number(bits) > 32) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), 'ipv4');
  return list.check(address, 'ipv4');
}
