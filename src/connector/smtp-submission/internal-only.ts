/** "Manage high volume emails for Microsoft 365", Microsoft Learn: HVE sends to recipients of its own tenant only (pure). */
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { Failure } from '../../message/outcome.ts';
import type { Mailbox } from '../../protocol/address.ts';

/** Said before sending, because the service takes such mail and returns it later, or counts it as an error. */
export function externalRecipient(
  { domainKey, text }: Mailbox,
  { acceptedDomains }: TenantFacts,
  service: string,
): Failure | undefined {
  if (acceptedDomains.includes(domainKey)) return undefined;
  return {
    scope: 'recipient',
    permanence: 'permanent',
    stage: 'route',
    code: 'external-recipient',
    text: `${text} is outside the tenant, and ${service} sends to its accepted domains only (${acceptedDomains.join(', ')}); give external mail another connector, or name one as fallback`,
    status: '5.7.1',
    otherRoute: true,
  };
}
