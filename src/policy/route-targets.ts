/** Where a connector goes, as far as its configuration says it: `host:port`, or the URL that is asked. */
import { cloudNamed, otherServices } from '../../microsoft365/clouds.ts';
import type { ConnectorConfig } from '../config/policy-schema.ts';

/** For people and for tests of reachability. Empty where the names come from DNS by the recipient's domain, or are missing. */
export function routeTargets({ route, tenant }: ConnectorConfig): readonly string[] {
  const cloud = cloudNamed(tenant?.cloud ?? 'worldwide');
  switch (route.type) {
    case 'exchange-online':
      if (route.host !== undefined) return [`${route.host}:${route.port}`];
      return tenant?.domain === undefined ? [] : [`MX of ${tenant.domain}, port ${route.port}`];
    case 'smtp-submission': {
      const worldwide = tenant === undefined || tenant.cloud === 'worldwide';
      const host = {
        'exchange-online': cloud.submission,
        'high-volume-email': worldwide ? otherServices.highVolumeEmail.host : undefined,
        'azure-communication-services': worldwide ? otherServices.azureCommunicationServices.host : undefined,
      }[route.service];
      const name = route.host ?? host;
      return name === undefined ? [] : [`${name}:${route.port}`];
    }
    case 'graph':
      return [route.endpoint ?? `https://${cloud.graph}`];
    case 'smart-host':
      return route.hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:25`));
    case 'mx':
      return [];
    default:
      return route satisfies never;
  }
}
