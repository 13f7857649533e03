/** SPF of senders on intake: bounded in time, and remembered for a while, so that a flood does not become one of look-ups. */
import type { Clock } from '../platform/clock.ts';
import type { Dns } from '../platform/dns.ts';
import { spfResolver } from '../policy/spf-resolver.ts';
import { checkHost } from '../protocol/spf/check-host.ts';
import type { SpfQuestion, SpfVerdict } from '../protocol/spf/spf.ts';

/** RFC 7208 4.6.4: at least 20 seconds, and then temperror. */
export const spfTimeoutMs = 20_000;
const rememberMs = 300_000;
export const rememberedMax = 2_000;

export type SpfCheck = (question: Omit<SpfQuestion, 'now'>) => Promise<SpfVerdict>;

export function createSpfCheck(clock: Clock, dns: Dns): SpfCheck {
  const resolver = spfResolver(dns);
  const known = new Map<string, { readonly at: number; readonly verdict: Promise<SpfVerdict> }>();
  return (asked) => {
    const now = clock.now();
    const key = JSON.stringify([asked.address, asked.sender.toLowerCase(), asked.helo.toLowerCase()]);
    const before = known.get(key);
    if (before && now - before.at < rememberMs) return before.verdict;
    const verdict = inTime(checkHost({ ...asked, now }, resolver), asked.sender, clock);
    known.delete(key);
    known.set(key, { at: now, verdict });
    for (const oldest of known.keys()) {
      if (known.size <= rememberedMax) break;
      known.delete(oldest);
    }
    // What could not be looked up may be there at the next try.
    void verdict.then(({ result }) => {
      if (result === 'temperror') known.delete(key);
    });
    return verdict;
  };
}

function inTime(verdict: Promise<SpfVerdict>, sender: string, clock: Clock): Promise<SpfVerdict> {
  const late = Promise.withResolvers<SpfVerdict>();
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const problem = `no answer within ${spfTimeoutMs / 1000} seconds`;
  const cancel = clock.after(spfTimeoutMs, () => {
    late.resolve({ result: 'temperror', domain, problem, lookups: 0, voidLookups: 0, steps: [] });
  });
  return Promise.race([verdict, late.promise]).finally(cancel);
}
