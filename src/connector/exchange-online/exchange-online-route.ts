/**
 * The tenant's own MX host on port 25. Exchange Online knows whose mail it is by the client certificate or by the public
 * IPv4 address ("Configure a certificate-based connector to relay email messages through Microsoft 365", Microsoft Learn).
 */
import { isTenantMxHost } from '../../../microsoft365/clouds.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { Failure } from '../../message/outcome.ts';
import type { IpVersion } from '../../platform/net.ts';
import { isOwnAddress } from '../../platform/net.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { findMailHosts } from '../mx/mail-hosts.ts';
import type { Route, Target, Targets } from '../route.ts';

export interface ExchangeOnlineRoute {
  readonly host?: string | undefined;
  readonly port: number;
  readonly certificate?: string | undefined;
}

export function createExchangeOnlineRoute(
  route: ExchangeOnlineRoute,
  tenant: TenantFacts,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): Route {
  const isByAddress = route.certificate === undefined;
  // Inbound connectors hold IPv4 addresses alone: over IPv6 the mail counts as anybody's.
  const ipVersion: IpVersion = isByAddress ? '4' : config.ipVersion;
  return {
    scope: 'connector',
    keyFor: () => '',
    targets: () =>
      route.host === undefined
        ? tenantHosts(tenant, route.port, ipVersion, environment)
        : Promise.resolve({
            kind: 'targets',
            targets: [namedHost(route.host, route.port, ipVersion, environment)],
          }),
    // The policy sends only those recipients here that such mail can reach; this holds where there is none of them.
    refusal: ({ reversePath, recipients }: Envelope) =>
      reversePath === null &&
      isByAddress &&
      !recipients.some(({ address }) => tenant.acceptedDomains.includes(address.domainKey))
        ? nullSenderFailure
        : undefined,
  };
}

function namedHost(
  written: string,
  port: number,
  ipVersion: IpVersion,
  { dns }: ConnectorEnvironment,
): Target {
  const host = written.replace(/^\[(.*)\]$/, '$1');
  return { host, port, resolve: () => dns.lookup(host, ipVersion) };
}

/** The MX records say which host Microsoft gave the domain; its name cannot be told from the domain's. */
async function tenantHosts(
  { domain, cloud }: TenantFacts,
  port: number,
  ipVersion: IpVersion,
  environment: ConnectorEnvironment,
): Promise<Targets> {
  if (domain === undefined) return notFound('', 'neither `route.host` nor `tenant.domain` is set');
  const found = await findMailHosts({
    domain,
    dns: environment.dns,
    random: environment.random,
    ipVersion,
    isOwnAddress: environment.isOwnAddress ?? isOwnAddress,
  });
  if (found.kind === 'failed') return notFound(domain, found.fault.text);
  const microsoft = found.hosts.filter(({ host }) => isTenantMxHost(host, cloud));
  if (microsoft.length === 0) {
    const names = found.hosts.map(({ host }) => host).join(', ');
    return notFound(
      domain,
      `the MX of ${domain} (${names}) is not a host of Microsoft 365: mail would go to another filter; set \`route.host\` to the MX host that the admin center shows for the domain`,
    );
  }
  return {
    kind: 'targets',
    targets: microsoft.map(({ host, addresses }) => ({
      host,
      port,
      resolve: () => Promise.resolve(addresses),
    })),
  };
}

function notFound(host: string, text: string): Targets {
  return {
    kind: 'failed',
    host,
    failure: {
      scope: 'connector',
      permanence: 'transient',
      stage: 'resolve',
      code: 'tenant-host-unknown',
      text,
      status: '4.4.4',
    },
  };
}

// "Important notice for Office 365 email customers who have configured connectors", Microsoft: without a MAIL FROM domain
// only the certificate's domain says whose mail it is. The mail is held: the way is sound, its set-up is not enough for it.
const nullSenderFailure: Failure = {
  scope: 'message',
  permanence: 'transient',
  stage: 'route',
  code: 'null-sender-needs-certificate',
  text: 'mail with the null sender <> has no sender domain by which Exchange Online could know the tenant, so a connector by public address may not send it outside the tenant; give this connector a client certificate (`route.certificate`), or name a fallback that takes such mail',
  status: '4.7.0',
  otherRoute: true,
};
