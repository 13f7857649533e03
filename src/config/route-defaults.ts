/**
 * What a connector has where its document says nothing, by the route it takes; and what its route needs to know of the
 * tenant, so that a connector is made of its own configuration alone and is made anew when that of the tenant changes.
 * The numbers are those that Microsoft publishes, and for `graph` the size up to which MIME was seen to arrive.
 */
import { parseDomain } from '../protocol/address.ts';
import type { SubmissionService } from './route-schema.ts';

export type Cloud = 'worldwide' | 'gcc-high' | 'dod' | 'china';

/** What a connector knows of its tenant. */
export interface TenantFacts {
  /** Only of an entry of `tenants`; without `domain` there is none of this name. */
  readonly name?: string;
  readonly cloud: Cloud;
  /** Lower case; absent where the document has no tenant. */
  readonly domain?: string;
  /** As `Mailbox.domainKey` has them, `domain` among them. */
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
  readonly name?: string;
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

interface WrittenConnector {
  readonly limits: WrittenLimits;
  readonly route: WrittenRoute;
  readonly recipients: 'any' | 'internal' | 'external';
  /** Name of the tenant. */
  readonly tenant?: string | undefined;
}

interface WrittenDocument {
  readonly connectors: WrittenConnector[];
  readonly tenant?: WrittenTenant | undefined;
  readonly tenants?: WrittenTenant[] | undefined;
}

/** A route that ends in Microsoft 365, so that a tenant belongs to it. */
export function isMicrosoftRoute({ type }: { readonly type: string }): boolean {
  return microsoftRoutes.has(type);
}

/** Fills in; says nothing about what is wrong. */
export function withDefaults<Document extends WrittenDocument>(document: Document) {
  return {
    ...document,
    connectors: document.connectors.map((connector) => completed(connector, document)),
  } as Omit<Document, 'connectors'> & {
    connectors: (Omit<Document['connectors'][number], 'limits' | 'tenant'> & {
      readonly limits: Document['connectors'][number]['limits'] & RouteLimits;
      /** With a route into Microsoft 365, and where the connector needs to know a tenant. */
      readonly tenant?: TenantFacts;
    })[];
  };
}

function completed<Connector extends WrittenConnector>(connector: Connector, document: WrittenDocument) {
  const { tenant: name, ...rest } = connector;
  const needsTenant =
    isMicrosoftRoute(connector.route) || name !== undefined || connector.recipients !== 'any';
  return {
    ...rest,
    limits: { ...connector.limits, ...completedLimits(connector.limits, defaultLimits(connector.route)) },
    ...(needsTenant && { tenant: factsOf(tenantNamed(name, document), name) }),
  };
}

/** Without a name the only tenant there is. */
function tenantNamed(
  name: string | undefined,
  { tenant, tenants }: WrittenDocument,
): WrittenTenant | undefined {
  if (name !== undefined) return tenants?.find((one) => one.name === name);
  return tenant ?? (tenants?.length === 1 ? tenants[0] : undefined);
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

function factsOf(tenant: WrittenTenant | undefined, written: string | undefined): TenantFacts {
  if (!tenant)
    return { ...(written !== undefined && { name: written }), cloud: 'worldwide', acceptedDomains: [] };
  const { name, cloud, licences } = tenant;
  return {
    ...(name !== undefined && { name }),
    cloud,
    domain: tenant.domain.toLowerCase(),
    acceptedDomains: acceptedDomainKeys(tenant),
    ...(licences !== undefined && { licences }),
  };
}

/** Its accepted domains as addresses are compared, without those that are none. */
export function acceptedDomainKeys({
  domain,
  acceptedDomains,
}: Pick<WrittenTenant, 'domain' | 'acceptedDomains'>): readonly string[] {
  const keys = [domain, ...acceptedDomains].flatMap((text) => {
    const parsed = parseDomain(text);
    return parsed.ok ? [parsed.value.key] : [];
  });
  return [...new Set(keys)];
}
