/** Addresses that the relay blocks by itself for a time, laid over a policy as if it blocked them. Pure. */
import { parseRange } from '../config/network-range.ts';
import type { Instant } from '../platform/clock.ts';
import type { BlockEntry } from './compile-blocked.ts';
import { blockList, sourcesSharing } from './compile-blocked.ts';
import type { BlockList, Policy } from './policy.ts';

export interface OwnBlock {
  /** One address, or the /64 of an IPv6 client. */
  readonly range: string;
  readonly note: string;
  readonly expiresAt: Instant;
}

/** What the policy lets in goes first: a block that holds an address of a source does not count. */
export function withOwnBlocks(policy: Policy, blocks: readonly OwnBlock[]): Policy {
  if (blocks.length === 0) return policy;
  const sharedBy = sourcesSharing(policy.sources);
  const entries = blocks.flatMap((block): BlockEntry[] => {
    const parsed = parseRange(block.range);
    if (!parsed.ok || sharedBy(parsed.value).length > 0) return [];
    const { range, note, expiresAt } = block;
    return [{ range: parsed.value, rule: { written: range, range, note, expiresAt, by: 'review' } }];
  });
  return entries.length === 0 ? policy : { ...policy, blocked: joined(policy.blocked, blockList(entries)) };
}

/** What people wrote is found first. */
function joined(written: BlockList, own: BlockList): BlockList {
  return {
    size: written.size + own.size,
    rules: [...written.rules, ...own.rules],
    find: (address, at) => written.find(address, at) ?? own.find(address, at),
  };
}
