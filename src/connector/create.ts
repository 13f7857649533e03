/** Makes the connector that a validated configuration describes. */
import type { ConnectorConfig } from '../config/policy-schema.ts';
import type { Connector } from './connector.ts';
import type { ConnectorEnvironment } from './environment.ts';
import { createMxRoute } from './mx/mx-route.ts';
import { createSmartHostRoute } from './smart-host/smart-host-route.ts';
import { SmtpConnector } from './smtp/smtp-connector.ts';

export type { ConnectorEnvironment, ConnectorSecrets } from './environment.ts';

/**
 * No I/O happens before the first attempt. Throws where `secrets` cannot be used: a PEM text that is none,
 * a key that does not belong to its certificate.
 */
export function createConnector(config: ConnectorConfig, environment: ConnectorEnvironment): Connector {
  switch (config.route.type) {
    case 'smart-host':
      return new SmtpConnector(config, environment, createSmartHostRoute(config.route, config, environment));
    case 'mx':
      return new SmtpConnector(config, environment, createMxRoute(config.route, config, environment));
  }
}
