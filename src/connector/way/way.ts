/**
 * The way of one connector taken apart: hosts, settings, login and token, for whoever looks at it step by step. It is made
 * by the same parts as the connector itself, with connections and a token of its own, and does no I/O by itself.
 */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { TenantFacts } from '../../config/route-defaults.ts';
import { cloudNamed } from '../../../microsoft365/clouds.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import { createExchangeOnlineRoute } from '../exchange-online/exchange-online-route.ts';
import { graphPermissions } from '../graph/permissions.ts';
import type { RouteTokens } from '../identity/route-tokens.ts';
import { createRouteTokens } from '../identity/route-tokens.ts';
import { graphTokens } from '../identity/token-places.ts';
import type { Where } from '../judged-connector.ts';
import { createMxRoute } from '../mx/mx-route.ts';
import type { Route } from '../route.ts';
import { createSmartHostRoute } from '../smart-host/smart-host-route.ts';
import { hostRoute, passwordLogin, tokensOf } from '../smtp-submission/submission-connector.ts';
import { serviceFacts } from '../smtp-submission/service.ts';
import { xoauth2 } from '../smtp-submission/xoauth2.ts';
import type { SmtpSettings } from '../smtp/settings.ts';
import { smtpSettings } from '../smtp/settings.ts';

export interface SmtpWay {
  readonly kind: 'smtp';
  readonly settings: SmtpSettings;
  readonly route: Route;
  /** Whose replies these are; absent: any server's. */
  readonly where?: Where;
  readonly tokens?: RouteTokens;
  /** What Exchange Online knows this relay by on the tenant's MX; absent: elsewhere. */
  readonly known?: { readonly acceptedDomains: readonly string[]; readonly hasCertificate: boolean };
  close(): Promise<void>;
}

export interface GraphWay {
  readonly kind: 'graph';
  readonly endpoint: string;
  readonly mailbox: string;
  readonly tokens: RouteTokens;
  close(): Promise<void>;
}

export type Way = SmtpWay | GraphWay;

const noTenant: TenantFacts = { cloud: 'worldwide', acceptedDomains: [] };

/** Throws `TypeError` where configuration and secrets cannot be used, as `createConnector` does. */
export function wayOf(config: ConnectorConfig, environment: ConnectorEnvironment): Way {
  const { route, tenant = noTenant } = config;
  switch (route.type) {
    case 'smart-host':
      return smtpWay(config, environment, createSmartHostRoute(route, config, environment));
    case 'mx':
      return smtpWay(config, environment, createMxRoute(route, config, environment));
    case 'exchange-online':
      return {
        ...smtpWay(config, environment, createExchangeOnlineRoute(route, tenant, config, environment)),
        where: 'mx',
        known: {
          acceptedDomains: tenant.acceptedDomains,
          hasCertificate: environment.secrets.certificate !== undefined,
        },
      };
    case 'smtp-submission': {
      const facts = serviceFacts(route.service, tenant.cloud);
      const tokens = tokensOf(route, facts, config, environment);
      const way = hostRoute(route, facts, config, environment);
      const authenticate = tokens
        ? xoauth2(route.mailbox ?? '', tokens.source, facts.where)
        : passwordLogin(route.credential, environment, config.name);
      return {
        kind: 'smtp',
        settings: smtpSettings(config, environment, way.scope, authenticate),
        route: way,
        where: facts.where,
        ...(tokens && { tokens }),
        close: async () => tokens?.close(),
      };
    }
    case 'graph': {
      const tokens = createRouteTokens(
        route.credential,
        graphTokens(tenant.cloud),
        config,
        environment,
        graphPermissions(route),
      );
      return {
        kind: 'graph',
        endpoint: route.endpoint ?? `https://${cloudNamed(tenant.cloud).graph}`,
        mailbox: route.mailbox,
        tokens,
        close: () => tokens.close(),
      };
    }
  }
}

function smtpWay(config: ConnectorConfig, environment: ConnectorEnvironment, route: Route): SmtpWay {
  return {
    kind: 'smtp',
    settings: smtpSettings(config, environment, route.scope),
    route,
    close: () => Promise.resolve(),
  };
}
