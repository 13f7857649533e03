/**
 * What a connector has where its document says nothing, by the route it takes; and what its route needs to know of the
 * tenant, so that a connector is made of its own configuration alone and is made anew when that of the tenant changes.
 * The numbers are those that Microsoft publishes, and for `graph` the size up to which MIME was seen to arrive.
 */
import type { SubmissionService } from './route-schema.ts';

export type Cloud = 'worldwide' | 'gcc-high' | 'dod' | 'china';

/** What a route into Microsoft 365 knows of the tenant. */
export interface TenantFacts {
  readonly cloud: Cloud;
  /** Lower case; absent where the document has no tenant. */
  readonly domain?: string;
  /** Lower case, `domain` among them. */
  readonly acceptedDomains: readonly string[];
  /** Licences that may send; absent: not told. */
  readonly licences?: number;
}

interface WrittenLimits {
  readonly connections?: number | undefined;
  readonly messagesPerMinute?: number | undefined;
  readonly recipientsPerMessage?: number | undefined;
  readonly messageBytes?: number | undefined;
}

type WrittenRoute = { readonly type: string; readonly service?: SubmissionService };

interface WrittenTenant {
  readonly domain: string;
  readonly acceptedDomains: readonly string[];
  readonly cloud: Cloud;
  readonly licences?: number | undefined;
}

/** Limits that are always there once defaults are in. */
export interface RouteLimits {
  readonly connections: number;
  readonly recipientsPerMessage: number;
  readonly messagesPerMinute?: number;
  readonly messageBytes?: number;
}

const serviceLimits: Readonly<Record<SubmissionService, RouteLimits>> = {
  'exchange-online': { connections: 2, recipientsPerMessage: 100, messagesPerMinute: 30 },
  'high-volume-email': { connections: 2, recipientsPerMessage: 50, messageBytes: 10_000_000 },
  'azure-communication-services': {
    connections: 2,
    recipientsPerMessage: 50,
    messagesPerMinute: 30,
    messageBytes: 10_000_000,
  },
};

export function defaultLimits({ type, service = 'exchange-online' }: WrittenRoute): RouteLimits {
  switch (type) {
    case 'smtp-submission':
      return serviceLimits[service];
    case 'graph':
      return {
        connections: 4,
        recipientsPerMessage: 500,
        messagesPerMinute: 30,
        messageBytes: 2_200_000,
      };
    default:
      return { connections: 4, recipientsPerMessage: 100 };
  }
}

const microsoftRoutes = new Set(['exchange-online', 'smtp-submission', 'graph']);

/** Fills in; says nothing about what is wrong. */
export function withDefaults<
  Document extends {
    readonly connectors: { readonly limits: WrittenLimits; readonly route: WrittenRoute }[];
    readonly tenant?: WrittenTenant | undefined;
  },
>(document: Document) {
  return {
    ...document,
    connectors: document.connectors.map((connector) => completed(connector, document.tenant)),
  } as Omit<Document, 'connectors'> & {
    connectors: (Omit<Document['connectors'][number], 'limits'> & {
      readonly limits: Document['connectors'][number]['limits'] & RouteLimits;
      /** Only with a route into Microsoft 365. */
      readonly tenant?: TenantFacts;
    })[];
  };
}

function completed<Connector extends { readonly limits: WrittenLimits; readonly route: WrittenRoute }>(
  connector: Connector,
  tenant: WrittenTenant | undefined,
) {
  return {
    ...connector,
    limits: { ...connector.limits, ...completedLimits(connector.limits, defaultLimits(connector.route)) },
    ...(microsoftRoutes.has(connector.route.type) && { tenant: factsOf(tenant) }),
  };
}

function completedLimits(written: WrittenLimits, defaults: RouteLimits): RouteLimits {
  const messagesPerMinute = written.messagesPerMinute ?? defaults.messagesPerMinute;
  const messageBytes = written.messageBytes ?? defaults.messageBytes;
  return {
    connections: written.connections ?? defaults.connections,
    recipientsPerMessage: written.recipientsPerMessage ?? defaults.recipientsPerMessage,
    ...(messagesPerMinute !== undefined && { messagesPerMinute }),
    ...(messageBytes !== undefined && { messageBytes }),
  };
}

function factsOf(tenant: WrittenTenant | undefined): TenantFacts {
  if (!tenant) return { cloud: 'worldwide', acceptedDomains: [] };
  const domain = tenant.domain.toLowerCase();
  const accepted = tenant.acceptedDomains.map((one) => one.toLowerCase());
  const { cloud, licences } = tenant;
  return {
    cloud,
    domain,
    acceptedDomains: [...new Set([domain, ...accepted])],
    ...(licences !== undefined && { licences }),
  };
}
