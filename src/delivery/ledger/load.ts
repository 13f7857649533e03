/** What one transaction counts for. Pure. */
import type { TenantFacts } from '../../config/route-defaults.ts';
import type { Envelope } from '../../message/envelope.ts';
import type { Priority } from '../../message/message.ts';
import type { Counted } from './quota.ts';

export interface Load {
  readonly priority: Priority;
  readonly counts: Readonly<Record<Counted, number>>;
}

/** A group is one recipient here as it is for Microsoft: it is one address of the envelope. */
export function loadOf(
  envelope: Envelope,
  recipients: readonly number[],
  priority: Priority,
  tenant: TenantFacts | undefined,
): Load {
  const { reversePath } = envelope;
  // The Tenant External Recipient Rate Limit does not count DSNs and automatic replies (MC1023294).
  const external = reversePath === null ? 0 : externalOf(envelope, recipients, tenant).length;
  const isFromFirstDomain = reversePath?.domainKey.endsWith('.onmicrosoft.com') ?? false;
  return {
    priority,
    counts: {
      messages: 1,
      recipients: recipients.length,
      external,
      'external-from-onmicrosoft': isFromFirstDomain ? external : 0,
    },
  };
}

/** The recipients, by index, outside the domains for which the tenant takes mail. */
export function externalOf(
  envelope: Envelope,
  recipients: readonly number[],
  tenant: TenantFacts | undefined,
): readonly number[] {
  return recipients.filter((index) => {
    const domain = envelope.recipients[index]?.address.domainKey;
    return domain === undefined || tenant?.acceptedDomains.includes(domain) !== true;
  });
}
