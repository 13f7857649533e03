/** What can be wrong with the hosts and URLs of a connector into Microsoft 365: their form, and the cloud they belong to. */
import { cloudsOf, mixtureOf } from '../../microsoft365/clouds.ts';
import type { DocumentPath } from '../config/finding.ts';
import { parseAddress } from '../config/network-range.ts';
import type { RouteConfig } from '../config/policy-schema.ts';
import type { TenantFacts } from '../config/route-defaults.ts';
import { parseDomain } from '../protocol/address.ts';
import { printable } from './address-pattern.ts';
import type { Findings } from './findings.ts';

/** `http` would send secrets and mail in clear; loopback is for the sandbox. */
export function checkUrl(text: string | undefined, path: DocumentPath, findings: Findings): void {
  if (text === undefined || text.startsWith('https://')) return;
  const { hostname } = URL.canParse(text) ? new URL(text) : { hostname: '' };
  if (hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)) return;
  findings.error(path, 'secrets and mail would cross the network in clear', 'write an https URL');
}

export function checkHost(host: string | undefined, path: DocumentPath, findings: Findings): void {
  if (host === undefined || parseAddress(host.replace(/^\[(.*)\]$/, '$1')).ok) return;
  if (!parseDomain(host).ok)
    findings.error(path, `"${printable(host)}" is not a host name`, 'write a host name');
}

/** All hosts of a route are of the tenant's cloud; what belongs to no cloud (a sandbox, a proxy) says nothing. */
export function checkClouds(
  route: RouteConfig,
  tenant: TenantFacts,
  path: DocumentPath,
  findings: Findings,
): void {
  const named = hostsOf(route);
  const mixture = mixtureOf(named.map(({ host }) => host));
  if (mixture) {
    const hosts = mixture.hosts.map(({ host, clouds }) => `${host} (${clouds.join(' or ')})`).join(', ');
    findings.error(
      [...path, 'route'],
      `the hosts of this route belong to different clouds of Microsoft: ${hosts}`,
      'name hosts of one cloud, or leave them out and set "tenant.cloud"',
    );
    return;
  }
  for (const { host, key } of named) {
    const clouds = cloudsOf(host);
    if (clouds.length === 0 || clouds.includes(tenant.cloud)) continue;
    findings.error(
      [...path, 'route', ...key],
      `${printable(host)} belongs to the cloud ${clouds.join(' or ')}, and "tenant.cloud" is ${tenant.cloud}`,
      `set "tenant.cloud: ${clouds[0]}", or leave the host out`,
    );
  }
}

function hostsOf(route: RouteConfig): { readonly host: string; readonly key: readonly string[] }[] {
  const found: [string | undefined, readonly string[]][] = [];
  if (route.type === 'exchange-online' || route.type === 'smtp-submission')
    found.push([route.host, ['host']]);
  if (route.type === 'graph') found.push([route.endpoint, ['endpoint']]);
  if ('credential' in route && route.credential.type === 'oauth') {
    found.push([route.credential.authority, ['credential', 'authority']]);
    found.push([route.credential.scope, ['credential', 'scope']]);
  }
  return found.flatMap(([host, key]) => (host === undefined ? [] : [{ host, key }]));
}
