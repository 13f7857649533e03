/**
 * Which connector a recipient's mail leaves by.
 *
 * Among the connectors whose `sources` and `senders` permit the message, the most specific address space wins, then
 * the lowest cost, then the order of the document. Its fallbacks follow; one that the message may not use is passed
 * over, because its scope is a permission.
 */
import type { ConnectorRule, Policy, RouteQuestion, RouteRule } from './policy.ts';

export type RouteDecision =
  | {
      readonly kind: 'connectors';
      /** First choice, then its fallbacks. */
      readonly names: readonly string[];
      readonly explanation: string;
      /** Those of `names` that the policy has suspended: their mail waits. */
      readonly suspended: readonly string[];
    }
  | { readonly kind: 'none'; readonly explanation: string };

export function routeFor(policy: Policy, question: RouteQuestion): RouteDecision {
  if (question.reroute !== undefined) return operatorChoice(policy, question.reroute);
  const rules = policy.routes.matching(question.recipient.domainKey);
  const permitted = rules.filter(({ connector }) =>
    policy.routes.permits(connector, question.source, question.sender),
  );
  const first = permitted[0];
  if (first)
    return decided(
      policy,
      question,
      first,
      `${ruleText(first)} holds ${question.recipient.domain}${beaten(permitted)}`,
    );
  // A notice of ours comes from no source, and somebody must hear it: where no connector is open to all sources, it
  // leaves like the mail it is about.
  const any = question.source === undefined ? rules[0] : undefined;
  if (any) {
    return decided(
      policy,
      question,
      any,
      `${ruleText(any)} holds ${question.recipient.domain}; no connector is open to all sources, and this is a notice of ours`,
    );
  }
  return { kind: 'none', explanation: explainNone(policy, question, rules) };
}

function operatorChoice(policy: Policy, name: string): RouteDecision {
  const connector = policy.connectors.get(name);
  if (!connector)
    return { kind: 'none', explanation: `an operator chose ${name}, which the policy no longer has` };
  const suspended = suspendedOf([connector]);
  return {
    kind: 'connectors',
    names: [name],
    explanation: `an operator chose ${name}${suspendedText(suspended)}`,
    suspended,
  };
}

function decided(policy: Policy, question: RouteQuestion, rule: RouteRule, why: string): RouteDecision {
  const skipped: string[] = [];
  const chain = [rule.connector, ...fallbacks(policy, question, rule.connector, skipped)];
  const suspended = suspendedOf(chain);
  const names = chain.map(({ name }) => name);
  const then = names.length > 1 ? `; then ${names.slice(1).join(', ')}` : '';
  const notes = skipped.map((name) => `; its fallback ${name} is not open to this message`).join('');
  return {
    kind: 'connectors',
    names,
    explanation: `${rule.connector.name}: ${why}${then}${notes}${suspendedText(suspended)}`,
    suspended,
  };
}

function fallbacks(
  policy: Policy,
  question: RouteQuestion,
  first: ConnectorRule,
  skipped: string[],
): ConnectorRule[] {
  const chain: ConnectorRule[] = [];
  const seen = new Set([first.name]);
  for (let name = first.config.fallback; name !== undefined && !seen.has(name);) {
    seen.add(name);
    const next = policy.connectors.get(name);
    if (!next) break;
    if (question.source === undefined || policy.routes.permits(next, question.source, question.sender))
      chain.push(next);
    else skipped.push(name);
    name = next.config.fallback;
  }
  return chain;
}

function suspendedOf(chain: readonly ConnectorRule[]): string[] {
  return chain.filter(({ config }) => config.suspended).map(({ name }) => name);
}

function suspendedText(names: readonly string[]): string {
  if (names.length === 0) return '';
  return `; ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} suspended in the policy`;
}

function ruleText(rule: RouteRule): string {
  return `its address space "${rule.pattern}" (cost ${rule.cost})`;
}

function beaten(permitted: readonly RouteRule[]): string {
  const [first, second] = permitted;
  if (!first || !second || second.connector === first.connector) return '';
  if (second.pattern !== first.pattern)
    return `, more specific than "${second.pattern}" of ${second.connector.name}`;
  return second.cost === first.cost
    ? `, before ${second.connector.name} of the same cost in the order of the document`
    : `, cheaper than ${second.connector.name} (cost ${second.cost})`;
}

function explainNone(policy: Policy, question: RouteQuestion, rules: readonly RouteRule[]): string {
  if (policy.connectors.size === 0) return 'the policy has no connectors; add one';
  const { domain } = question.recipient;
  if (rules.length === 0) {
    return `no connector has an address space that holds ${domain}; add "${domain}" or "*" to the addressSpaces of one`;
  }
  const names = [...new Set(rules.map(({ connector }) => connector.name))].join(', ');
  const sender = question.sender === null ? 'the null sender <>' : question.sender.text;
  return `${names} could take mail for ${domain}, but by "sources" and "senders" not from ${question.source ?? 'the relay itself'} as ${sender}`;
}
