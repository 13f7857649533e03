/** What replies of Microsoft 365 mean, beside their words. Replies of other servers are left alone: theirs mean other things. */
import type { Where, ReplyEntry } from '../../../microsoft365/replies/entry.ts';
import { findReply } from '../../../microsoft365/replies/find-in-text.ts';
import { sideInWords, verdictInWords } from '../../../microsoft365/replies/in-words.ts';
import type { Explanation } from '../../../contract/schemas.ts';
import type { Policy } from '../../policy/policy.ts';

/** Explains a reply that was met at a connector, on a host; `undefined`: nothing is known of it. */
export type Explain = (
  reply: string,
  at: { readonly connector?: string; readonly host?: string },
) => Explanation | undefined;

const microsoftHost =
  /(?:\.outlook\.com|\.office365\.com|\.office\.com|\.azurecomm\.net|\.microsoft|\.partner\.outlook\.cn|\.office365\.us)\.?(?::\d+)?$/i;

export function explainer(policy: Policy): Explain {
  return (reply, { connector, host }) => {
    const where =
      whereOf(policy, connector) ?? (host !== undefined && microsoftHost.test(host) ? 'mx' : undefined);
    if (where === undefined) return undefined;
    const entry = findReply(reply, { where });
    return entry && explanationOf(entry);
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

function explanationOf(entry: ReplyEntry): Explanation {
  const { id, code, meaning, cause, fix, side, verdict, source } = entry;
  return {
    id,
    code,
    meaning,
    cause: [...cause],
    fix: [...fix],
    side: sideInWords(side),
    advice: verdictInWords(verdict),
    source,
  };
}
