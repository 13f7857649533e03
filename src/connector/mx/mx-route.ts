/** Direct delivery: each recipient domain has its own next hops, found in DNS. */
import type { ConnectorConfig, MxRoute } from '../../config/policy-schema.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { Failure } from '../../message/outcome.ts';
import { createDns } from '../../platform/dns.ts';
import { isOwnAddress } from '../../platform/net.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { Route, Targets } from '../route.ts';
import type { MailHostsFault } from './mail-hosts.ts';
import { findMailHosts } from './mail-hosts.ts';

/** Throws `TypeError` on a name server that is no address. */
export function createMxRoute(
  route: MxRoute,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): Route {
  const dns = route.nameservers ? createDns({ nameservers: route.nameservers }) : environment.dns;
  return {
    scope: 'destination',
    keyFor: ({ address }) => address.domainKey,
    async targets(domain): Promise<Targets> {
      const found = await findMailHosts({
        domain,
        dns,
        random: environment.random,
        ipVersion: config.ipVersion,
        isOwnAddress: environment.isOwnAddress ?? isOwnAddress,
      });
      if (found.kind === 'failed')
        return { kind: 'failed', host: domain, failure: resolveFailure(found.fault) };
      const targets = found.hosts.map(({ host, addresses }) => ({
        host,
        port: route.port,
        resolve: () => Promise.resolve(addresses),
      }));
      return { kind: 'targets', targets };
    },
    refusal: ({ requireTls }: Envelope) => (requireTls ? requireTlsFailure : undefined),
  };
}

function resolveFailure({ permanence, code, status, text }: MailHostsFault): Failure {
  const scope = permanence === 'permanent' ? 'recipient' : 'destination';
  return { scope, permanence, stage: 'resolve', code, text, status };
}

// RFC 8689 4.2.1: the MX must come from DNSSEC or MTA-STS, and the system's resolver proves neither.
const requireTlsFailure: Failure = {
  scope: 'message',
  permanence: 'permanent',
  stage: 'route',
  code: 'requiretls-unverified',
  text: 'the sender asked for REQUIRETLS, and delivery by MX cannot prove its next hop by DNSSEC or MTA-STS; route such mail to a smart host',
  status: '5.7.30',
};
