/**
 * The clouds of Microsoft 365 and the names of their endpoints. A tenant lives in one of them, so all names of a route
 * change together. What Microsoft does not publish plainly is marked unconfirmed, and every name can be overridden.
 *
 * Sources: learn.microsoft.com/graph/deployments; learn.microsoft.com/microsoft-365/enterprise, the endpoint lists of
 * U.S. Government GCC High and of 21Vianet; learn.microsoft.com/defender-office-365/email-authentication-spf-configure.
 */

/** `worldwide` is also GCC. */
export type CloudName = 'worldwide' | 'gcc-high' | 'dod' | 'china';

export interface Endpoints {
  /** Host of the token endpoint `https://<authority>/<tenant>/oauth2/v2.0/token`. */
  readonly authority: string;
  readonly graph: string;
  /** Host for SMTP AUTH on port 587; absent: to be named in the configuration. */
  readonly submission?: string;
  /** Domains under which the MX hosts of tenants stand. */
  readonly mxSuffixes: readonly string[];
  /** Scope of an application's token for SMTP AUTH; absent: to be named in the configuration. */
  readonly smtpScope?: string;
  readonly graphScope: string;
  /** What a domain's SPF record includes. */
  readonly spfInclude: string;
}

export interface Cloud extends Endpoints {
  readonly name: CloudName;
  /** As an administrator knows it. */
  readonly title: string;
  /** Fields that no page of Microsoft states plainly: a set-up should test them and offer to override them. */
  readonly unconfirmed: readonly (keyof Endpoints)[];
  /** Domains of this cloud's services: a host below one of them belongs here. Some clouds share one. */
  readonly domains: readonly string[];
}

const worldwide: Cloud = {
  name: 'worldwide',
  title: 'Microsoft 365 worldwide and GCC',
  authority: 'login.microsoftonline.com',
  graph: 'graph.microsoft.com',
  submission: 'smtp.office365.com',
  mxSuffixes: ['mail.protection.outlook.com', 'mx.microsoft'],
  smtpScope: 'https://outlook.office365.com/.default',
  graphScope: 'https://graph.microsoft.com/.default',
  spfInclude: 'spf.protection.outlook.com',
  unconfirmed: [],
  domains: [
    'microsoftonline.com',
    'graph.microsoft.com',
    'office365.com',
    'office.com',
    'outlook.com',
    'mx.microsoft',
    'azurecomm.net',
  ],
};

const gccHigh: Cloud = {
  name: 'gcc-high',
  title: 'U.S. Government GCC High',
  authority: 'login.microsoftonline.us',
  graph: 'graph.microsoft.us',
  // The published list has it with port 587; smtp.office365.us is widely quoted instead.
  submission: 'outlook.office365.us',
  mxSuffixes: ['mail.protection.office365.us'],
  smtpScope: 'https://outlook.office365.us/.default',
  graphScope: 'https://graph.microsoft.us/.default',
  spfInclude: 'spf.protection.office365.us',
  unconfirmed: ['submission', 'smtpScope'],
  domains: ['microsoftonline.us', 'graph.microsoft.us', 'office365.us'],
};

const dod: Cloud = {
  name: 'dod',
  title: 'U.S. Government DoD',
  authority: 'login.microsoftonline.us',
  graph: 'dod-graph.microsoft.us',
  mxSuffixes: ['mail.protection.office365.us'],
  graphScope: 'https://dod-graph.microsoft.us/.default',
  spfInclude: 'spf.protection.office365.us',
  unconfirmed: ['submission', 'mxSuffixes', 'smtpScope'],
  domains: ['microsoftonline.us', 'dod-graph.microsoft.us', 'office365.us'],
};

const china: Cloud = {
  name: 'china',
  title: 'Microsoft 365 operated by 21Vianet',
  // The endpoint list also has login.partner.microsoftonline.cn.
  authority: 'login.chinacloudapi.cn',
  graph: 'microsoftgraph.chinacloudapi.cn',
  submission: 'smtp.partner.outlook.cn',
  mxSuffixes: ['mail.protection.partner.outlook.cn'],
  smtpScope: 'https://partner.outlook.cn/.default',
  graphScope: 'https://microsoftgraph.chinacloudapi.cn/.default',
  spfInclude: 'spf.protection.partner.outlook.cn',
  unconfirmed: ['mxSuffixes', 'smtpScope'],
  domains: ['chinacloudapi.cn', 'microsoftonline.cn', 'outlook.cn', 'office365.cn'],
};

export const clouds: readonly Cloud[] = [worldwide, gccHigh, dod, china];

const byName: ReadonlyMap<CloudName, Cloud> = new Map(clouds.map((cloud) => [cloud.name, cloud]));

/** The names of a cloud; what the configuration names goes first and counts as confirmed. */
export function cloudNamed(name: CloudName, overrides: Partial<Endpoints> = {}): Cloud {
  const cloud = byName.get(name);
  if (!cloud) throw new Error(`there is no cloud ${name}`);
  return {
    ...cloud,
    ...overrides,
    unconfirmed: cloud.unconfirmed.filter((field) => overrides[field] === undefined),
  };
}

/** Services that stand outside a tenant's own endpoints; both are offered in the worldwide cloud only. */
export const otherServices = {
  /** The older smtp-hve.office365.com is on its way out. */
  highVolumeEmail: { host: 'smtp.hve.mx.microsoft', port: 587, confirmed: true },
  azureCommunicationServices: { host: 'smtp.azurecomm.net', port: 587, confirmed: false },
} as const;

export interface Mixture {
  /** Each host that is known, with the clouds that it may belong to. */
  readonly hosts: readonly { readonly host: string; readonly clouds: readonly CloudName[] }[];
}

/**
 * `undefined` where one cloud has all these hosts. Takes host names and URLs; what belongs to no cloud, such as an
 * override, a proxy or a sandbox, says nothing.
 */
export function mixtureOf(hosts: readonly string[]): Mixture | undefined {
  const known = hosts
    .map((host) => ({ host, clouds: cloudsOf(host) }))
    .filter((row) => row.clouds.length > 0);
  const common = clouds.some(({ name }) => known.every((row) => row.clouds.includes(name)));
  return common ? undefined : { hosts: known };
}

/** The clouds that a host name or URL may belong to; empty: not a name of Microsoft 365. */
export function cloudsOf(hostOrUrl: string): readonly CloudName[] {
  const host = hostOf(hostOrUrl);
  return clouds
    .filter(({ domains }) => domains.some((domain) => isBelow(host, domain)))
    .map(({ name }) => name);
}

/** The host is an MX host of a tenant, in this cloud where one is named. */
export function isTenantMxHost(host: string, name?: CloudName): boolean {
  const candidates = name === undefined ? clouds : [cloudNamed(name)];
  const lower = hostOf(host);
  return candidates.some(({ mxSuffixes }) => mxSuffixes.some((suffix) => lower.endsWith(`.${suffix}`)));
}

function isBelow(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Lower case, without scheme, port, path and final dot. */
function hostOf(text: string): string {
  const [host = ''] = text
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .split(/[/:]/, 1);
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
