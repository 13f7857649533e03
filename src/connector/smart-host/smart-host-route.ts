/** All mail to the hosts that the configuration names, in their order. */
import type { ConnectorConfig, SmartHostRoute } from '../../config/policy-schema.ts';
import { parseHostPort } from '../../platform/net.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { Route, Target } from '../route.ts';

const smtpPort = 25;
/** RFC 8314 3.3: submission over implicit TLS. */
const implicitTlsPort = 465;

/** Throws `TypeError` on a host that cannot be read. */
export function createSmartHostRoute(
  route: SmartHostRoute,
  config: ConnectorConfig,
  { dns }: ConnectorEnvironment,
): Route {
  const defaultPort = config.implicitTls ? implicitTlsPort : smtpPort;
  const targets = route.hosts.map((text): Target => {
    const parsed = parseHostPort(text, defaultPort);
    if (!parsed) throw new TypeError(`connector ${config.name}: no host, host:port or [IPv6]:port: ${text}`);
    return { ...parsed, resolve: () => dns.lookup(parsed.host, config.ipVersion) };
  });
  return {
    scope: 'connector',
    keyFor: () => '',
    targets: () => Promise.resolve({ kind: 'targets', targets }),
    refusal: () => undefined,
  };
}
