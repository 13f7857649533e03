/** Lets the review of the log block addresses, where the configuration says so: what it never blocks, and how the policy sees it. */
import type { LoadedNodeConfig } from '../config/load.ts';
import type { AuditLog } from '../observe/audit/audit-log.ts';
import type { Events } from '../observe/events.ts';
import { networkOf } from '../observe/network-of.ts';
import type { Habits } from '../observe/traffic/habits.ts';
import type { Clock } from '../platform/clock.ts';
import type { SharedBy } from '../policy/compile-blocked.ts';
import { sourcesSharing } from '../policy/compile-blocked.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import { withOwnBlocks } from '../policy/own-blocks.ts';
import type { Policy } from '../policy/policy.ts';
import { OwnBlocks } from '../review/own-blocks.ts';
import { whySpared } from '../review/spared.ts';
import type { Store } from '../store/store.ts';

const pageMessages = 200;
/** More is not read for one address: then it is not blocked. */
const pagesMax = 100;

export interface ReviewBlocksParts {
  readonly node: LoadedNodeConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly policy: PolicyHolder;
  readonly habits: Pick<Habits, 'all'>;
  readonly audit: AuditLog;
}

export async function openReviewBlocks(parts: ReviewBlocksParts, stack: AsyncDisposableStack) {
  const { node, store, clock, events, policy, habits, audit } = parts;
  const sharing = rememberedFor(policy);
  const blocks = stack.use(
    await OwnBlocks.open({
      clock,
      events,
      records: store.records,
      config: node.review.block,
      audit,
      whySpared: (range) =>
        whySpared(range, {
          never: node.review.block?.never ?? [],
          proxies: node.listeners.flatMap(({ proxyProtocol }) => proxyProtocol),
          sourcesSharing: sharing(),
          recognisedAs: (network) =>
            habits.all().find(({ addresses }) => addresses.first.some(([known]) => known === network))?.key,
        }),
      sentMail: (range) => sentMail(store, range),
      apply: (active) =>
        policy.lay((given) =>
          withOwnBlocks(
            given,
            active.map(({ key, until, text }) => ({ range: key, note: text, expiresAt: until })),
          ),
        ),
    }),
  );
  stack.defer(policy.onChange(() => void blocks.giveWay()));
  return blocks;
}

/** Made once for each policy: it sorts the networks of all sources. */
function rememberedFor(policy: PolicyHolder): () => SharedBy {
  let made: { readonly of: Policy['sources']; readonly sharedBy: SharedBy } | undefined;
  return () => {
    const { sources } = policy.current;
    if (made?.of !== sources) made = { of: sources, sharedBy: sourcesSharing(sources) };
    return made.sharedBy;
  };
}

/** Mail was taken from an address, or an IPv6 /64, as far as the trace reaches; also where that is too much to read. */
export async function sentMail(store: Pick<Store, 'list'>, range: string): Promise<boolean> {
  const client = searchTerm(range);
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const found = await store.list({
      origin: 'client',
      client,
      limit: pageMessages,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const isFrom = found.items.some(
      ({ accepted }) => accepted.client && networkOf(accepted.client.address) === range,
    );
    if (isFrom) return true;
    if (found.cursor === undefined) return false;
    ({ cursor } = found);
  }
  return true;
}

/** What each address of it begins with. RFC 5952 4.2: which zeros of a /64 are left out depends on the rest of the address. */
function searchTerm(range: string): string {
  if (!range.includes('/')) return range;
  const groups = range.split(/[:/]/);
  const zero = groups.findIndex((group) => group === '' || group === '0');
  return `${groups.slice(0, zero === -1 ? 4 : zero).join(':')}:`;
}
