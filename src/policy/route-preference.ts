/** Which of several connectors with the same address space and cost takes a message: by tenant and remaining quota. Pure. */
import type { PassedOver, Policy, QuotaOutlook, RouteQuestion, RouteRule } from './policy.ts';
import { countOf } from '../platform/words.ts';

/**
 * A wait for quota that is longer than this sends a message by an equal connector, or by a fallback, that has room. Bulk mail
 * waits however long it takes.
 */
export const quotaPatienceMs = { priority: 5_000, normal: 120_000, bulk: Infinity } as const;

/** The first of `equals` (at least one) that suits best, and what it went before. */
export function preferred(
  policy: Policy,
  question: RouteQuestion,
  equals: readonly RouteRule[],
): { readonly rule: RouteRule; readonly passedOver: readonly PassedOver[] } {
  const own = ofOwnTenant(policy, question, equals);
  const [first] = own;
  if (!first) throw new RangeError('no rule to choose from');
  const { outlook, priority = 'normal' } = question;
  if (own.length === 1 || !outlook) return { rule: first, passedOver: [] };
  const passedOver: PassedOver[] = [];
  let best: { readonly rule: RouteRule; readonly rank: number } | undefined;
  for (const rule of own) {
    const found = outlook(rule.connector.name);
    const rank = rankOf(found, quotaPatienceMs[priority]);
    if (!best || rank < best.rank) best = { rule, rank };
    if (rank === 0) break;
    if (found.kind !== 'room')
      passedOver.push({ connector: rule.connector.name, code: 'quota', reason: quotaText(found) });
  }
  const { rule } = best ?? { rule: first };
  return { rule, passedOver: passedOver.filter(({ connector }) => connector !== rule.connector.name) };
}

/** A message without a sender goes by the tenant of its recipient where that has a way; nothing else says whose it is. */
function ofOwnTenant(
  policy: Policy,
  { sender, recipient }: RouteQuestion,
  equals: readonly RouteRule[],
): readonly RouteRule[] {
  const tenant = sender === null ? policy.routes.tenantOf(recipient.domainKey) : undefined;
  if (tenant === undefined) return equals;
  const own = equals.filter(({ connector }) => connector.config.tenant?.name === tenant);
  return own.length === 0 ? equals : own;
}

/** 0: room, or a wait that this message bears; then little room; then a longer wait. */
function rankOf(outlook: QuotaOutlook, patienceMs: number): 0 | 1 | 2 {
  switch (outlook.kind) {
    case 'room':
      return 0;
    case 'recovering':
      return patienceMs === Infinity ? 0 : 1;
    case 'wait':
      return outlook.waitMs <= patienceMs ? 0 : 2;
    default:
      return outlook satisfies never;
  }
}

function quotaText(outlook: Exclude<QuotaOutlook, { kind: 'room' }>): string {
  return outlook.kind === 'wait'
    ? `no room for ${countOf(Math.ceil(outlook.waitMs / 1_000), 'second')} in its quota: ${outlook.quota}`
    : `little room yet in its quota: ${outlook.quota}`;
}
