/** What can be wrong with a connector into Microsoft 365: its TLS, its credential, what its service takes. */
import { cloudNamed } from '../../microsoft365/clouds.ts';
import { graphLimits, submissionLimits } from '../../microsoft365/limits.ts';
import type { DocumentPath } from '../config/finding.ts';
import type { ConnectorConfig, RouteConfig } from '../config/policy-schema.ts';
import type { TenantFacts } from '../config/route-defaults.ts';
import { isMicrosoftRoute } from '../config/route-defaults.ts';
import type { OAuthCredentialConfig } from '../config/route-schema.ts';
import { parseMailbox } from '../protocol/address.ts';
import { printable } from './address-pattern.ts';
import { checkClouds, checkHost, checkUrl } from './check-microsoft-hosts.ts';
import type { Findings } from './findings.ts';

type RouteOf<Type extends RouteConfig['type']> = Extract<RouteConfig, { type: Type }>;

interface Place {
  readonly config: ConnectorConfig;
  readonly tenant: TenantFacts;
  /** Of the connector. */
  readonly path: DocumentPath;
  readonly findings: Findings;
}

export function checkMicrosoftRoute(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { route, tenant } = config;
  if (!tenant || !isMicrosoftRoute(route)) return;
  const place: Place = { config, tenant, path, findings };
  checkTls(place);
  switch (route.type) {
    case 'exchange-online':
      checkExchangeOnline(route, place);
      break;
    case 'smtp-submission':
      checkSubmission(route, place);
      break;
    case 'graph':
      checkGraph(route, place);
      break;
    case 'smart-host':
    case 'mx':
      break;
    default:
      route satisfies never;
  }
  checkClouds(route, tenant, path, findings);
}

/** What `proxy` is for: HTTPS alone, of whichever route. */
export function checkProxy(config: ConnectorConfig, path: DocumentPath, findings: Findings): void {
  const { proxy, proxyLogin, route } = config;
  if (proxy === undefined) {
    if (!proxyLogin) return;
    findings.error([...path, 'proxyLogin'], 'there is a login, and no proxy', 'set "proxy"');
    return;
  }
  const speaksHttp =
    route.type === 'graph' || (route.type === 'smtp-submission' && route.credential.type === 'oauth');
  if (!speaksHttp) {
    findings.error(
      [...path, 'proxy'],
      'this connector has nothing to say by HTTPS, and SMTP goes through no HTTP proxy',
      'take it away',
    );
  }
}

function checkTls({ config, path, findings }: Place): void {
  if (config.tls !== 'required') {
    findings.error(
      [...path, 'tls'],
      'Microsoft 365 is reached over verified TLS only',
      'set "tls: required"',
    );
  }
  if (config.minimumTls === '1.0' || config.minimumTls === '1.1') {
    findings.error([...path, 'minimumTls'], 'Microsoft 365 asks for TLS 1.2', 'set "minimumTls: "1.2""');
  }
  if (config.implicitTls) {
    findings.error(
      [...path, 'implicitTls'],
      'Microsoft 365 offers no SMTP over TLS from the first byte (port 465)',
      'leave it out',
    );
  }
}

function checkExchangeOnline(
  route: RouteOf<'exchange-online'>,
  { config, tenant, path, findings }: Place,
): void {
  const here = [...path, 'route'];
  if (route.host === undefined && tenant.domain === undefined) {
    findings.error(
      here,
      'nothing says which host this is: the MX host is not named, and neither is the tenant',
      'set "host" to the MX host that the admin center shows, or set "tenant.domain"',
    );
  }
  checkHost(route.host, [...here, 'host'], findings);
  if ((route.certificate === undefined) !== (route.key === undefined)) {
    findings.error(
      here,
      'a client certificate and its key belong together',
      'set both "certificate" and "key"',
    );
  }
  if (route.certificate !== undefined && config.certificate !== undefined) {
    findings.error(
      [...path, 'certificate'],
      'the client certificate stands in the connector and in its route',
      'name it in "route" only',
    );
  } else if (route.certificate === undefined && config.certificate !== undefined) {
    findings.error(
      [...path, 'certificate'],
      'the client certificate of this route belongs into the route',
      'move "certificate" and "key" to "route"',
    );
  }
  if (route.certificate === undefined && config.ipVersion === '6') {
    findings.error(
      [...path, 'ipVersion'],
      'without a client certificate Exchange Online knows this relay by its IPv4 address only',
      'leave "ipVersion" out, or set "route.certificate"',
    );
  }
}

function checkSubmission(route: RouteOf<'smtp-submission'>, place: Place): void {
  const { config, tenant, path, findings } = place;
  const here = [...path, 'route'];
  const { service, credential } = route;
  const isAcs = service === 'azure-communication-services';
  checkHost(route.host, [...here, 'host'], findings);
  if (credential.type === 'oauth') {
    if (isAcs) {
      findings.error(
        [...here, 'credential', 'type'],
        'Azure Communication Services takes user name and password by SMTP',
        'write "type: password" with the SMTP user name of the resource and the client secret of its application',
      );
    } else checkOAuth(credential, [...here, 'credential'], place);
    if (route.mailbox === undefined && !isAcs)
      findings.error(here, 'OAuth needs the mailbox that sends', 'set "mailbox"');
  } else if (service === 'exchange-online') {
    findings.warning(
      [...here, 'credential', 'type'],
      `${config.name}: Exchange Online switches SMTP AUTH with passwords off by default at the end of December 2026, and announces its final end in the second half of 2027`,
      'use "type: oauth"',
    );
  }
  checkMailbox(route.mailbox, [...here, 'mailbox'], findings);
  if (service === 'high-volume-email' && tenant.acceptedDomains.length === 0) {
    findings.error(
      here,
      'High Volume Email sends to recipients of the tenant only, and nothing says which domains are its',
      'set "tenant.domain" and "tenant.acceptedDomains"',
    );
  }
  const known =
    service === 'exchange-online'
      ? cloudNamed(tenant.cloud).submission !== undefined
      : tenant.cloud === 'worldwide';
  if (!known && route.host === undefined) {
    findings.error(here, `no host of this service is known in the cloud ${tenant.cloud}`, 'set "host"');
  }
  const { connections } = config.limits;
  if (service === 'exchange-online' && connections > submissionLimits.connections.value) {
    findings.warning(
      [...path, 'limits', 'connections'],
      `a mailbox of Exchange Online may have ${submissionLimits.connections.value} connections at a time, and more are refused`,
      `set it to ${submissionLimits.connectionsDefault.value}`,
    );
  }
}

function checkGraph(route: RouteOf<'graph'>, place: Place): void {
  const { config, path, findings } = place;
  const here = [...path, 'route'];
  checkOAuth(route.credential, [...here, 'credential'], place);
  checkMailbox(route.mailbox, [...here, 'mailbox'], findings);
  checkUrl(route.endpoint, [...here, 'endpoint'], findings);
  const { connections, messageBytes = 0 } = config.limits;
  const { concurrentRequests, mimeBytes } = graphLimits;
  if (connections > concurrentRequests.value) {
    findings.warning(
      [...path, 'limits', 'connections'],
      `Graph takes ${concurrentRequests.value} requests at a time for one mailbox, and more are answered 429`,
      `set it to at most ${concurrentRequests.value}`,
    );
  }
  if (messageBytes > mimeBytes.value) {
    findings.warning(
      [...path, 'limits', 'messageBytes'],
      'larger messages were reported to be answered 200 by Graph and not sent',
      'leave it out, and name a fallback for larger messages',
    );
  }
  if (route.largeMessages === 'draft') {
    findings.warning(
      [...here, 'largeMessages'],
      `${config.name}: messages above ${messageBytes} octets are rebuilt: Graph makes them of a draft and uploaded attachments, so they do not arrive as they were sent, and Mail.ReadWrite lets the application read the mailbox`,
      'use "largeMessages: fallback" where messages must stay as they are, and limit the application to this mailbox',
    );
    if (route.draftBytes <= messageBytes) {
      findings.error(
        [...here, 'draftBytes'],
        `no message can be above ${messageBytes} octets (limits.messageBytes) and within ${route.draftBytes}`,
        'set a larger "draftBytes", or leave it out',
      );
    }
  }
  if (config.fallback === undefined) {
    findings.warning(
      path,
      `${config.name}: what does not fit Graph (larger messages, headers that name others than the envelope) goes back to its sender`,
      'name a "fallback"',
    );
  }
}

function checkOAuth(
  credential: OAuthCredentialConfig,
  path: DocumentPath,
  { findings, tenant }: Place,
): void {
  const { secret, certificate, key, managedIdentity, signIn, tenantId, clientId } = credential;
  const proofs = [secret, certificate ?? key, managedIdentity, signIn].filter((proof) => proof !== undefined);
  if (proofs.length !== 1) {
    const found =
      proofs.length === 0
        ? 'nothing proves who the application is'
        : 'several things prove who the application is';
    findings.error(
      path,
      found,
      'set one of "secret", "certificate" with "key", "managedIdentity", "signIn: device-code"',
    );
  } else if ((certificate === undefined) !== (key === undefined)) {
    findings.error(path, 'a certificate and its key belong together', 'set both "certificate" and "key"');
  }
  if (credential.secretExpires !== undefined && secret === undefined) {
    findings.error(
      [...path, 'secretExpires'],
      'the end of a secret is named, and there is no "secret"',
      'take it away: the end of a certificate is read from the certificate',
    );
  }
  if (managedIdentity === undefined) {
    if (tenantId === undefined) findings.error(path, 'the directory id is missing', 'set "tenantId"');
    if (clientId === undefined) findings.error(path, 'the application id is missing', 'set "clientId"');
  }
  checkUrl(credential.authority, [...path, 'authority'], findings);
  if (cloudNamed(tenant.cloud).smtpScope === undefined && credential.scope === undefined) {
    findings.warning(
      path,
      `the scope for SMTP in the cloud ${tenant.cloud} is not published`,
      'set "scope" to what Microsoft names for the tenant',
    );
  }
}

function checkMailbox(mailbox: string | undefined, path: DocumentPath, findings: Findings): void {
  if (mailbox === undefined) return;
  const parsed = parseMailbox(mailbox);
  if (!parsed.ok)
    findings.error(path, `"${printable(mailbox)}" is no mail address: ${parsed.reason}`, 'write user@domain');
}
