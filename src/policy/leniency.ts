/** What a client is put up with, by its address alone: chosen before it says a word. */
import type { Instant } from '../platform/clock.ts';
import type { Policy } from './policy.ts';
import { quirksFor } from './recognise.ts';
import { type Leniency, noLeniency } from '../protocol/smtp/server/leniency.ts';

export interface ClientLeniency {
  readonly protocol: Leniency;
  /** The source may log in without TLS. */
  readonly authInClear: boolean;
}

const strict: ClientLeniency = { protocol: noLeniency, authInClear: false };

export function leniencyFor(policy: Policy, address: string, listener: string, at: Instant): ClientLeniency {
  const quirks = quirksFor(policy, address, listener, at);
  const bareLineFeeds = repairsBareLineFeeds(policy, address, listener, at);
  if (quirks.size === 0 && !bareLineFeeds) return strict;
  return {
    protocol: {
      spaceAfterColon: quirks.has('space-after-colon'),
      missingAngleBrackets: quirks.has('missing-angle-brackets'),
      helloWithoutDomain: quirks.has('hello-without-domain'),
      plainPrompts: quirks.has('auth-login-plain-prompts'),
      bareLineFeeds,
    },
    authInClear: quirks.has('auth-in-clear'),
  };
}

function repairsBareLineFeeds(policy: Policy, address: string, listener: string, at: Instant): boolean {
  for (const { source, expiresAt } of policy.networks.lookup(address)) {
    const { listeners } = source.config;
    const known = listeners === undefined || listeners.includes(listener);
    const valid = (end: Instant | undefined): boolean => end === undefined || at < end;
    if (known && valid(expiresAt) && valid(source.expiresAt)) return source.repairs.has('bare-line-feeds');
  }
  return false;
}
