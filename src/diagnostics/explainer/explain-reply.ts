/**
 * What a reply that this relay met means, beside its words: the explainer of pasted texts, told where it was met. Replies of
 * servers that are not Microsoft's are left alone: theirs mean other things.
 */
import type { Where } from '../../../microsoft365/replies/entry.ts';
import type { Policy } from '../../policy/policy.ts';
import type { SetupTenant } from '../microsoft365/setup-input.ts';
import { addressesIn } from './addresses-in.ts';
import { explainWords } from './explain-text.ts';
import type { Explained } from './explained.ts';
import { tenantLines } from './tenant-lines.ts';

/** Explains a reply that was met at a connector, on a host; `undefined`: nothing is known of it. */
export type ExplainReply = (
  reply: string,
  at: {
    readonly connector?: string;
    readonly host?: string;
    /** It stands in a message that came back. */
    readonly returned?: true;
  },
) => Explained | undefined;

const microsoftHost =
  /(?:\.outlook\.com|\.office365\.com|\.office\.com|\.azurecomm\.net|\.microsoft|\.partner\.outlook\.cn|\.office365\.us)\.?(?::\d+)?$/i;

/** `tenants`: of the policy; made when the first reply needs their values. */
export function replyExplainer(policy: Policy, tenants: () => readonly SetupTenant[]): ExplainReply {
  let made: readonly SetupTenant[] | undefined;
  return (reply, { connector, host, returned = false }) => {
    const isMicrosoft = host !== undefined && microsoftHost.test(host);
    const where = returned ? 'ndr' : (whereOf(policy, connector) ?? (isMicrosoft ? 'mx' : undefined));
    const found = where && explainWords(reply, { where });
    if (!found) return undefined;
    made ??= tenants();
    // A reply that was met at a connector is mended in the tenant of that connector.
    const domain =
      connector === undefined ? undefined : policy.connectors.get(connector)?.config.tenant?.domain;
    const meant = made.filter((one) => domain === undefined || one.domain === domain);
    return { ...found, lines: tenantLines(found.id, meant, addressesIn(reply)) };
  };
}

function whereOf(policy: Policy, connector: string | undefined): Where | undefined {
  const route = connector === undefined ? undefined : policy.connectors.get(connector)?.config.route;
  switch (route?.type) {
    case 'exchange-online':
      return 'mx';
    case 'graph':
      return 'graph';
    case 'smtp-submission':
      return route.service === 'exchange-online'
        ? 'submission'
        : route.service === 'high-volume-email'
          ? 'hve'
          : 'acs';
    case 'smart-host':
    case 'mx':
    case undefined:
      return undefined;
    default:
      return undefined;
  }
}
