/** What the Microsoft 365 side has to be set up for: the tenants of a policy with the routes that use them. Pure. */
import type { CloudName } from '../../../microsoft365/clouds.ts';
import type { PolicyDocument } from '../../config/policy-schema.ts';

export interface SetupTenant {
  readonly domain: string;
  /** The main domain first, each once, lower case. */
  readonly acceptedDomains: readonly string[];
  readonly cloud: CloudName;
  readonly routes: readonly SetupRoute[];
  /** Addresses that sources may send as, where the pattern names one mailbox. */
  readonly senders: readonly string[];
  /** Public addresses of the relay, as `egress` of its configuration names them; absent or empty: not known. */
  readonly egress?: readonly string[];
}

export type SetupRoute =
  | { readonly kind: 'connector-certificate'; readonly connector: string; readonly names: readonly string[] }
  | { readonly kind: 'connector-address'; readonly connector: string }
  | {
      readonly kind: 'submission' | 'high-volume-email';
      readonly connector: string;
      readonly mailbox: string;
      readonly application: Application | undefined;
    }
  | { readonly kind: 'communication-services'; readonly connector: string }
  | {
      readonly kind: 'graph';
      readonly connector: string;
      readonly mailbox: string;
      readonly application: Application | undefined;
      /** Large messages go as drafts, which needs more than Mail.Send. */
      readonly drafts: boolean;
    };

export interface Application {
  readonly clientId: string | undefined;
  readonly kind: 'secret' | 'certificate' | 'managed-identity' | 'device-code';
}

/** `patterns`: what sources may send as. `certificateNames`: names in the client certificate of a connector, by the connector's name. */
export function setupInput(
  document: Pick<PolicyDocument, 'tenant' | 'tenants' | 'connectors'>,
  patterns: readonly string[],
  certificateNames: ReadonlyMap<string, readonly string[]>,
): readonly SetupTenant[] {
  const senders = [...new Set(patterns.filter(isOneMailbox))];
  const several = document.tenants ?? [];
  const tenants = document.tenant ? [{ ...document.tenant, name: undefined }] : several;
  return tenants.map((tenant) => {
    const acceptedDomains = domainsOf([tenant.domain, ...tenant.acceptedDomains]);
    const connectors = document.connectors.filter(
      (connector) => tenant.name === undefined || connector.tenant?.name === tenant.name,
    );
    return {
      domain: tenant.domain.toLowerCase(),
      acceptedDomains,
      cloud: tenant.cloud,
      routes: connectors.flatMap((connector) =>
        routeOf(connector, certificateNames.get(connector.name) ?? []),
      ),
      senders: senders.filter((address) => acceptedDomains.includes(domainOf(address))),
    };
  });
}

type Connector = PolicyDocument['connectors'][number];

function routeOf({ name, route }: Connector, names: readonly string[]): SetupRoute[] {
  if (route.type === 'exchange-online') {
    return route.certificate === undefined
      ? [{ kind: 'connector-address', connector: name }]
      : [{ kind: 'connector-certificate', connector: name, names }];
  }
  if (route.type === 'graph') {
    const { mailbox, credential, largeMessages } = route;
    const drafts = largeMessages === 'draft';
    return [{ kind: 'graph', connector: name, mailbox, application: applicationOf(credential), drafts }];
  }
  if (route.type !== 'smtp-submission') return [];
  if (route.service === 'azure-communication-services') {
    return [{ kind: 'communication-services', connector: name }];
  }
  const { credential } = route;
  const mailbox = route.mailbox ?? (credential.type === 'password' ? credential.username : undefined);
  if (mailbox === undefined) return [];
  return [
    {
      kind: route.service === 'high-volume-email' ? 'high-volume-email' : 'submission',
      connector: name,
      mailbox,
      application: applicationOf(credential),
    },
  ];
}

function applicationOf(
  credential: Extract<Connector['route'], { type: 'smtp-submission' }>['credential'],
): Application | undefined {
  if (credential.type === 'password') return undefined;
  const { clientId } = credential;
  if (credential.managedIdentity !== undefined) return { clientId, kind: 'managed-identity' };
  if (credential.signIn !== undefined) return { clientId, kind: 'device-code' };
  return { clientId, kind: credential.certificate === undefined ? 'secret' : 'certificate' };
}

function domainsOf(domains: readonly string[]): readonly string[] {
  return [...new Set(domains.map((domain) => domain.toLowerCase()))];
}

function isOneMailbox(pattern: string): boolean {
  return !pattern.includes('*') && pattern.includes('@');
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
