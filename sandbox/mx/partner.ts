/** Partner connectors: a sender domain that is restricted to addresses or a certificate comes from nowhere else. */
import type { Refusal } from '../smtp/endpoint.ts';
import { listed } from '../switches.ts';
import type { InboundConnector, TenantConfig } from '../tenant/config.ts';
import { domainOf } from '../tenant/directory.ts';
import { type ConnectionFacts, matchesAddress, matchesCertificate } from './attribution.ts';
import { mxReplies } from './replies.ts';

export function refuseByPartner(
  tenant: TenantConfig,
  disabled: readonly string[],
  question: { readonly facts: ConnectionFacts; readonly from: string },
): Refusal {
  const { facts, from } = question;
  const broken = (tenant.connectors ?? []).some(
    (connector) =>
      connector.type === 'Partner' &&
      !listed(disabled, connector.name) &&
      coversSender(connector, domainOf(from)) &&
      ((connector.restrictDomainsToIpAddresses === true && !matchesAddress(connector, facts.address)) ||
        (connector.restrictDomainsToCertificate === true && !matchesCertificate(connector, facts.names))),
  );
  return broken ? mxReplies.partner : undefined;
}

/** `*` is every domain, `*.contoso.com` those below (New-InboundConnector, SenderDomains). */
function coversSender({ senderDomains }: InboundConnector, domain: string): boolean {
  return (senderDomains ?? []).some((pattern) => {
    const wanted = pattern.toLowerCase();
    return (
      wanted === '*' || wanted === domain || (wanted.startsWith('*.') && domain.endsWith(wanted.slice(1)))
    );
  });
}
