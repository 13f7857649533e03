/**
 * Where the tenant differs from what the policy needs, with the line that mends each difference. Pure.
 *
 * Sources: the rules of attribution in learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow;
 * learn.microsoft.com/powershell/module/exchange/set-inboundconnector, set-casmailbox, set-organizationconfig.
 */
import { asRange, holds, splitEgress } from './egress-range.ts';
import { bestName, isInDomain } from './inbound-connectors.ts';
import { list, literal } from './powershell.ts';
import type { ReadBack } from './read-back.ts';
import type { SetupRoute, SetupTenant } from './setup-input.ts';

export interface Drift {
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  /** What was looked at. */
  readonly subject: string;
  /** What is, and what would be right. */
  readonly text: string;
  /** PowerShell that mends it. */
  readonly mend?: string;
}

type InboundConnector = NonNullable<ReadBack['inboundConnectors']>[number];

/** `egress`: public addresses and ranges of the relay; empty where they are not known. */
export function driftOf(tenant: SetupTenant, found: ReadBack, egress: readonly string[]): readonly Drift[] {
  return [
    ...acceptedDomains(tenant, found),
    ...tenant.routes.flatMap((route) => routeDrift(route, tenant, found, egress)),
    ...directSend(tenant, found),
  ];
}

function acceptedDomains(
  { acceptedDomains: wanted }: SetupTenant,
  { acceptedDomains: own }: ReadBack,
): Drift[] {
  if (own === undefined) return [notTold('accepted domains', 'Get-AcceptedDomain')];
  const known = new Map(own.map(({ DomainName, DomainType }) => [DomainName.toLowerCase(), DomainType]));
  return wanted.map((domain): Drift => {
    const type = known.get(domain);
    const subject = `accepted domain ${domain}`;
    if (type !== undefined) return { state: 'ok', subject, text: `the tenant accepts it (${type})` };
    return {
      state: 'fail',
      subject,
      text: 'the tenant does not accept this domain, so mail of its senders is not attributed (5.7.64); add and prove it in the admin centre, or take it out of acceptedDomains',
    };
  });
}

function routeDrift(
  route: SetupRoute,
  tenant: SetupTenant,
  found: ReadBack,
  egress: readonly string[],
): Drift[] {
  switch (route.kind) {
    case 'connector-certificate':
      return inboundConnector(route, tenant, found.inboundConnectors, egress);
    case 'connector-address': {
      const { usable, leftOut } = splitEgress(egress);
      return [
        ...inboundConnector(route, tenant, found.inboundConnectors, usable),
        ...leftOut.map(({ address, reason }): Drift => ({
          state: 'warn',
          subject: `public address ${address}`,
          text: `no inbound connector can name it, so mail from there is not attributed: ${reason}`,
        })),
      ];
    }
    case 'submission':
      return [
        smtpAuth(route.mailbox, route.application !== undefined, found),
        ...servicePrincipal(route, found),
      ];
    case 'graph':
    case 'high-volume-email':
      return servicePrincipal(route, found);
    case 'communication-services':
      return [];
  }
}

function inboundConnector(
  route: Extract<SetupRoute, { kind: 'connector-certificate' | 'connector-address' }>,
  tenant: SetupTenant,
  connectors: ReadBack['inboundConnectors'],
  egress: readonly string[],
): Drift[] {
  const subject = `inbound connector for ${route.connector}`;
  if (connectors === undefined) return [notTold(subject, 'Get-InboundConnector')];
  const byCertificate = route.kind === 'connector-certificate';
  const fitting = connectors.filter((connector) =>
    byCertificate ? namesCertificate(connector, route.names) : holdsAll(connector, egress),
  );
  const [best] = fitting.toSorted(
    (one, other) => faultsOf(one, tenant).length - faultsOf(other, tenant).length,
  );
  if (!best) return [missing(route, subject, tenant, connectors, egress)];
  const faults = faultsOf(best, tenant);
  if (faults.length > 0) return faults.map((fault) => ({ ...fault, subject }));
  return [{ state: 'ok', subject, text: `${best.Name} is there and enabled` }];
}

function missing(
  route: Extract<SetupRoute, { kind: 'connector-certificate' | 'connector-address' }>,
  subject: string,
  tenant: SetupTenant,
  connectors: readonly InboundConnector[],
  egress: readonly string[],
): Drift {
  const name = literal(`relay365 ${route.connector}`);
  if (route.kind === 'connector-certificate') {
    const certificateName = bestName(route.names, tenant.acceptedDomains);
    if (certificateName === undefined) {
      return {
        state: 'fail',
        subject,
        text: `no name of the client certificate (${route.names.join(', ') || 'it could not be read'}) is in an accepted domain of the tenant; another certificate is needed`,
      };
    }
    return {
      state: 'fail',
      subject,
      text: `no inbound connector names the client certificate (${route.names.join(', ')}); mail to outside is refused with 5.7.64`,
      mend: `New-InboundConnector -Name ${name} -ConnectorType OnPremises -SenderDomains * -TlsSenderCertificateName ${literal(certificateName)} -RequireTls $true -Enabled $true`,
    };
  }
  if (egress.length === 0) {
    return {
      state: 'unknown',
      subject,
      text: 'the public address of this relay is not known: name it with --egress',
    };
  }
  const candidate = connectors.find(({ SenderIPAddresses }) => SenderIPAddresses.length > 0);
  const wanted = egress.filter((address) => !candidate || !holdsAll(candidate, [address]));
  return {
    state: 'fail',
    subject,
    text: `no inbound connector lists ${egress.join(', ')}; mail to outside is refused with 5.7.64`,
    mend: candidate
      ? `Set-InboundConnector -Identity ${literal(candidate.Name)} -SenderIPAddresses ${list([...candidate.SenderIPAddresses, ...wanted.map(asRange)])}`
      : `New-InboundConnector -Name ${name} -ConnectorType OnPremises -SenderDomains * -SenderIPAddresses ${list(wanted.map(asRange))} -Enabled $true`,
  };
}

/** What keeps a connector that fits from attributing the relay's mail. */
function faultsOf(connector: InboundConnector, tenant: SetupTenant): Omit<Drift, 'subject'>[] {
  const faults: Omit<Drift, 'subject'>[] = [];
  const identity = literal(connector.Name);
  if (!connector.Enabled) {
    faults.push({
      state: 'fail',
      text: `${connector.Name} is disabled`,
      mend: `Set-InboundConnector -Identity ${identity} -Enabled $true`,
    });
  }
  // An enumeration by its number: what it stands for is not documented, so nothing is concluded.
  if (/^\d+$/.test(connector.ConnectorType)) {
    faults.push({
      state: 'unknown',
      text: `the type of ${connector.Name} is written as a number (${connector.ConnectorType}): write the file again with PowerShell 7, or with ConvertTo-Json -EnumsAsStrings`,
    });
  } else if (connector.ConnectorType !== 'OnPremises') {
    faults.push({
      state: 'fail',
      text: `${connector.Name} is of type ${connector.ConnectorType}; only an OnPremises connector lets mail go to outside`,
      mend: `Set-InboundConnector -Identity ${identity} -ConnectorType OnPremises`,
    });
  }
  const associated = connector.AssociatedAcceptedDomains.map((domain) => domain.toLowerCase());
  const left = tenant.acceptedDomains.filter((domain) => !associated.includes(domain));
  if (associated.length > 0 && left.length > 0) {
    faults.push({
      state: 'fail',
      text: `${connector.Name} is only for ${associated.join(', ')}; mail of ${left.join(', ')} is not attributed`,
      mend: `Set-InboundConnector -Identity ${identity} -AssociatedAcceptedDomains ${list([...associated, ...left])}`,
    });
  }
  return faults;
}

/** RFC 6125-like, as Exchange Online compares: the same name, or a wildcard of one of its parents. */
function namesCertificate(
  { TlsSenderCertificateName: wanted }: InboundConnector,
  names: readonly string[],
): boolean {
  if (wanted === null || wanted === undefined || wanted === '') return false;
  const pattern = wanted.toLowerCase();
  return names.some((given) => {
    const name = given.toLowerCase();
    return (
      name === pattern ||
      (pattern.startsWith('*.') && isInDomain(name.replace(/^\*\./, ''), pattern.slice(2)))
    );
  });
}

function holdsAll({ SenderIPAddresses }: InboundConnector, addresses: readonly string[]): boolean {
  return (
    addresses.length > 0 &&
    addresses.every((address) => SenderIPAddresses.some((range) => holds(range, address)))
  );
}

function smtpAuth(mailbox: string, withOAuth: boolean, { casMailboxes, transportConfig }: ReadBack): Drift {
  const subject = `SMTP AUTH of ${mailbox}`;
  const own = casMailboxes?.find(
    ({ PrimarySmtpAddress }) => PrimarySmtpAddress.toLowerCase() === mailbox.toLowerCase(),
  );
  if (!own) return notTold(subject, `Get-CASMailbox -Identity ${literal(mailbox)}`);
  const mend = `Set-CASMailbox -Identity ${literal(mailbox)} -SmtpClientAuthenticationDisabled $false`;
  const inherited = own.SmtpClientAuthenticationDisabled ?? undefined;
  const disabled = inherited ?? transportConfig?.SmtpClientAuthenticationDisabled;
  if (disabled === undefined) return notTold(subject, 'Get-TransportConfig');
  if (!disabled) return { state: 'ok', subject, text: 'it is on' };
  const why =
    inherited === undefined
      ? 'the organisation has switched it off and the mailbox says nothing'
      : 'it is off for this mailbox';
  return {
    state: 'fail',
    subject,
    text: `${why}; sign-in ends in 5.7.139${withOAuth ? ', with OAuth too' : ''}`,
    mend,
  };
}

function servicePrincipal(
  route: Extract<SetupRoute, { kind: 'submission' | 'high-volume-email' | 'graph' }>,
  { servicePrincipals }: ReadBack,
): Drift[] {
  const clientId = route.application?.clientId;
  // A person's sign-in needs no service principal, and Graph with a tenant-wide consent neither.
  if (clientId === undefined || route.application?.kind === 'device-code') return [];
  const subject = `application of ${route.connector}`;
  if (servicePrincipals === undefined) return [notTold(subject, 'Get-ServicePrincipal')];
  const own = servicePrincipals.find(({ AppId }) => AppId.toLowerCase() === clientId.toLowerCase());
  if (own)
    return [
      {
        state: 'ok',
        subject,
        text: `Exchange Online knows it with object id ${own.ObjectId}; it must be the enterprise application's`,
      },
    ];
  return [
    {
      state: route.kind === 'graph' ? 'warn' : 'fail',
      subject,
      text:
        route.kind === 'graph'
          ? 'Exchange Online does not know the application: it has no permission scoped to one mailbox, only what Entra consented to for the whole tenant'
          : 'Exchange Online does not know the application: sign-in ends in 535 5.7.3',
      mend: `New-ServicePrincipal -AppId ${literal(clientId)} -ObjectId (Get-MgServicePrincipal -Filter ${literal(`appId eq '${clientId}'`)}).Id -DisplayName relay365`,
    },
  ];
}

function directSend({ routes }: SetupTenant, { organizationConfig }: ReadBack): Drift[] {
  const needsConnector = routes.some(
    ({ kind }) => kind === 'connector-address' || kind === 'connector-certificate',
  );
  if (!needsConnector || organizationConfig === undefined) return [];
  const subject = 'Direct Send';
  if (organizationConfig.RejectDirectSend) {
    return [
      {
        state: 'ok',
        subject,
        text: 'mail that matches no connector is refused (5.7.68), so a wrong connector shows at once',
      },
    ];
  }
  return [
    {
      state: 'warn',
      subject,
      text: 'anybody may hand mail with your sender domains to the tenant without signing in; once the connectors work, this refuses it',
      mend: 'Set-OrganizationConfig -RejectDirectSend $true',
    },
  ];
}

function notTold(subject: string, cmdlet: string): Drift {
  return { state: 'unknown', subject, text: `no file tells: add the output of ${cmdlet}` };
}
