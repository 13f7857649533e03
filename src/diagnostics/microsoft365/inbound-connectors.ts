/**
 * Set-up of the inbound connectors that attribute relayed mail to the tenant.
 *
 * Sources: learn.microsoft.com/powershell/module/exchange/new-inboundconnector;
 * learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365.
 */
import { asRange, splitEgress } from './egress-range.ts';
import { comment, list, literal } from './powershell.ts';
import type { SetupSection } from './sections.ts';
import type { SetupRoute } from './setup-input.ts';

const page = 'learn.microsoft.com/powershell/module/exchange/new-inboundconnector';
const columns =
  'Name,Enabled,ConnectorType,SenderDomains,SenderIPAddresses,TlsSenderCertificateName,RequireTls,AssociatedAcceptedDomains';

/** `egress`: public addresses and ranges of this relay, as far as they are known. */
export function connectorSection(
  route: Extract<SetupRoute, { kind: 'connector-certificate' | 'connector-address' }>,
  acceptedDomains: readonly string[],
  egress: readonly string[],
): SetupSection {
  const name = literal(`relay365 ${route.connector}`);
  const common = `New-InboundConnector -Name ${name} -ConnectorType OnPremises -SenderDomains *`;
  const shared = {
    id: `${route.connector}-inbound-connector`,
    kind: 'powershell',
    check: [
      comment('a name that does not exist lists ALL connectors: compare the names'),
      `Get-InboundConnector | Format-List ${columns}`,
    ],
    undo: [`Remove-InboundConnector -Identity ${name} -Confirm:$false`],
    source: page,
  } as const;
  if (route.kind === 'connector-certificate') {
    const certificateName = bestName(route.names, acceptedDomains);
    return {
      ...shared,
      title: `Inbound connector by certificate (connector ${route.connector})`,
      why: 'Mail is attributed to the tenant by a name in the client certificate, which must be an accepted domain or stand below one. Without it mail to outside is refused with 5.7.64. One certificate and one connector for each tenant.',
      lines: [
        ...(certificateName === undefined
          ? [
              comment(
                `no name of the certificate (${route.names.join(', ') || 'not read'}) is in an accepted domain: another certificate is needed`,
              ),
            ]
          : []),
        `${common} -TlsSenderCertificateName ${literal(certificateName ?? `*.${acceptedDomains[0] ?? ''}`)} -RequireTls $true -Enabled $true`,
      ],
    };
  }
  const { usable, leftOut } = splitEgress(egress);
  const addresses = usable.length > 0 ? list(usable.map(asRange)) : '$publicAddresses';
  return {
    ...shared,
    title: `Inbound connector by address (connector ${route.connector})`,
    why: 'Mail is attributed to the tenant by the public IPv4 address it comes from: static, used by nobody else, single or /24 to /32. An address that is missing here ends in 5.7.64 for mail to outside.',
    lines: [
      ...leftOut.map(({ address, reason }) => comment(`${address} is left out: ${reason}`)),
      ...(usable.length > 0
        ? []
        : [
            comment('the public IPv4 address that Microsoft sees, such as 203.0.113.25/32'),
            `$publicAddresses = (Read-Host 'Public IPv4 addresses, with commas') -split ','`,
          ]),
      `${common} -SenderIPAddresses ${addresses} -Enabled $true`,
    ],
  };
}

/** A wildcard of the accepted domain survives a renewed host name, so it is the better value where the certificate has it. */
export function bestName(names: readonly string[], acceptedDomains: readonly string[]): string | undefined {
  const fitting = names.filter((name) =>
    acceptedDomains.some((domain) => isInDomain(name.toLowerCase().replace(/^\*\./, ''), domain)),
  );
  return fitting.find((name) => name.startsWith('*.')) ?? fitting[0];
}

export function isInDomain(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}
