/** Relay through the tenant's inbound connector, over the one SMTP client of the relay. */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { Connector } from '../connector.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { JudgedConnector } from '../judged-connector.ts';
import { SmtpConnector } from '../smtp/smtp-connector.ts';
import { CertificateNote } from './certificate-note.ts';
import type { ExchangeOnlineRoute } from './exchange-online-route.ts';
import { createExchangeOnlineRoute } from './exchange-online-route.ts';
import { ReplacedHost } from './replaced-host.ts';

/** Throws as `createConnector` does. The whole certificate chain is sent: Exchange Online fetches no intermediates. */
export function createExchangeOnlineConnector(
  route: ExchangeOnlineRoute,
  tenant: TenantFacts,
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
): Connector {
  const way = createExchangeOnlineRoute(route, tenant, config, environment);
  const smtp = new SmtpConnector(config, environment, way);
  const judged = new JudgedConnector(smtp, 'mx');
  // A host that the administrator names is his word; one from DNS is good for as long as DNS names it.
  const connector =
    route.host === undefined
      ? new ReplacedHost(judged, { route: way, leave: (host) => smtp.leave(host) })
      : judged;
  const { certificate } = environment.secrets;
  return certificate === undefined
    ? connector
    : new CertificateNote(connector, certificate, environment.clock);
}
