/** Makes the connector that a validated configuration describes. */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { TenantFacts } from '../config/route-defaults.ts';
import type { Connector } from './connector.ts';
import type { ConnectorEnvironment } from './environment.ts';
import { createExchangeOnlineConnector } from './exchange-online/exchange-online-connector.ts';
import { createGraphConnector } from './graph/graph-connector.ts';
import { createMxRoute } from './mx/mx-route.ts';
import { createSmartHostRoute } from './smart-host/smart-host-route.ts';
import { SmtpConnector } from './smtp/smtp-connector.ts';
import { createSubmissionConnector } from './smtp-submission/submission-connector.ts';

const noTenant: TenantFacts = { cloud: 'worldwide', acceptedDomains: [] };

export type { ConnectorEnvironment, ConnectorSecrets, CredentialSecrets } from './environment.ts';

/**
 * No I/O happens before the first attempt. Throws where `secrets` cannot be used: a PEM text that is none,
 * a key that does not belong to its certificate.
 */
export function createConnector(config: ConnectorConfig, environment: ConnectorEnvironment): Connector {
  const { tenant = noTenant } = config;
  switch (config.route.type) {
    case 'exchange-online':
      return createExchangeOnlineConnector(config.route, tenant, config, environment);
    case 'smtp-submission':
      return createSubmissionConnector(config.route, tenant, config, environment);
    case 'graph':
      return createGraphConnector(config.route, tenant, config, environment);
    case 'smart-host':
      return new SmtpConnector(config, environment, createSmartHostRoute(config.route, config, environment));
    case 'mx':
      return new SmtpConnector(config, environment, createMxRoute(config.route, config, environment));
  }
}
