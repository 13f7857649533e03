/** What the review never blocks by itself. Pure. */
import type { NetworkRange } from '../config/network-range.ts';
import { isLoopback, parseRange, rangesOverlap } from '../config/network-range.ts';
import type { SharedBy } from '../policy/compile-blocked.ts';

export interface Spared {
  /** `review.block.never`. */
  readonly never: readonly string[];
  /** Load balancers: what comes from them without a PROXY header comes from everybody. */
  readonly proxies: readonly string[];
  /** Sources of the policy whose networks have an address in common with a range. */
  readonly sourcesSharing: SharedBy;
  /** Source that was recognised at this address, or in this /64. */
  readonly recognisedAs: (range: string) => string | undefined;
}

/** Why it is not to be blocked; `undefined`: it may be. */
export function whySpared(text: string, spared: Spared): string | undefined {
  const range = parseRange(text);
  if (!range.ok) return range.reason;
  if (isLoopback(text)) return 'it is this host';
  const holds = (written: string): boolean => overlaps(written, range.value);
  const never = spared.never.find(holds);
  if (never !== undefined) return `"never" of review.block names ${never}`;
  const proxy = spared.proxies.find(holds);
  if (proxy !== undefined) return `${proxy} is a load balancer of a listener`;
  const [shared] = spared.sourcesSharing(range.value);
  if (shared !== undefined) return `the source ${shared} has addresses of it`;
  const recognised = spared.recognisedAs(text);
  return recognised === undefined ? undefined : `the source ${recognised} was recognised there`;
}

function overlaps(written: string, range: NetworkRange): boolean {
  const parsed = parseRange(written);
  return parsed.ok && rangesOverlap(parsed.value, range);
}
