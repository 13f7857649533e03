/** The words of a route decision. */
import { printable } from './address-pattern.ts';
import type { PassedOver, Policy, RouteQuestion, RouteRule } from './policy.ts';

export function ruleText(rule: RouteRule): string {
  return `its address space "${rule.pattern}" (cost ${rule.cost})`;
}

/** Why `rule` goes before `next`, which would take the message too. */
export function beatenText(rule: RouteRule, next: RouteRule | undefined): string {
  if (!next || next.connector === rule.connector) return '';
  const { name } = next.connector;
  if (next.key !== rule.key) return `, more specific than "${next.pattern}" of ${name}`;
  return next.cost === rule.cost
    ? `, before ${name} of the same cost in the order of the document`
    : `, cheaper than ${name} (cost ${next.cost})`;
}

/** `passed over: graph (it takes …), hve (…)`. */
export function listPassedOver(passedOver: readonly PassedOver[]): string {
  return `passed over: ${passedOver.map(({ connector, reason }) => `${connector} (${reason})`).join(', ')}`;
}

export function suspendedText(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `; ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} suspended in the policy`;
}

export function explainNone(
  policy: Policy,
  { recipient }: RouteQuestion,
  rules: number,
  passedOver: readonly PassedOver[],
): string {
  if (policy.connectors.size === 0) return 'the policy has no connectors; add one';
  const domain = printable(recipient.domain);
  if (rules === 0) {
    return `no connector has an address space that holds ${domain}; add "${domain}" or "*" to the addressSpaces of one`;
  }
  return `no connector for ${domain} takes it; ${listPassedOver(passedOver)}`;
}
