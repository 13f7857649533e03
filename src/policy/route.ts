/**
 * Which connector a recipient's mail leaves by.
 *
 * Among the connectors whose conditions the message meets, the most specific address space wins, then the lowest cost, then
 * remaining quota, then the order of the document. Its fallbacks follow; one that the message may not use is passed over,
 * because its conditions are a permission. A connector whose route could never take the message leaves it to its fallbacks,
 * or else to the next connector, before anything is sent.
 */
import type { ConnectorRule, PassedOver, Policy, RouteLimit, RouteQuestion, RouteRule } from './policy.ts';
import { explainNone, listPassedOver, ruleText, suspendedText, beatenText } from './route-text.ts';
import { preferred } from './route-preference.ts';

export type RouteDecision =
  | {
      readonly kind: 'connectors';
      /** First of `names`. */
      readonly chosen: string;
      /** First choice, then its fallbacks. */
      readonly names: readonly string[];
      readonly explanation: string;
      /** Connectors that would have come before, or as a fallback, and why they do not. */
      readonly passedOver: readonly PassedOver[];
      /** Those of `names` that the policy has suspended: their mail waits. */
      readonly suspended: readonly string[];
      /** Of the chosen connector: its name, or its domain where there is one. */
      readonly tenant?: string;
    }
  | {
      readonly kind: 'none';
      readonly explanation: string;
      readonly passedOver: readonly PassedOver[];
      /** A route could never take it: waiting does not help. Absent: a change of the policy could let it pass. */
      readonly limit?: RouteLimit;
    };

export function routeFor(policy: Policy, question: RouteQuestion): RouteDecision {
  if (question.reroute !== undefined) return operatorChoice(policy, question, question.reroute);
  const search: Search = { policy, question, passedOver: [] };
  const rules = policy.routes.matching(question.recipient.domainKey);
  return (
    among(search, rules, () => true) ??
    notice(policy, question, rules) ?? {
      kind: 'none',
      explanation: explainNone(policy, question, rules.length, search.passedOver),
      passedOver: search.passedOver,
      ...(search.limit && { limit: search.limit }),
    }
  );
}

interface Search {
  readonly policy: Policy;
  readonly question: RouteQuestion;
  readonly passedOver: PassedOver[];
  /** The first that was met. */
  limit?: RouteLimit;
  /** Why conditions that are not met are no obstacle. */
  readonly excuse?: string;
}

/** Goes through groups of equal rules; `counts`: an unmet condition of this kind is an obstacle. */
function among(
  search: Search,
  rules: readonly RouteRule[],
  counts: (unmet: PassedOver) => boolean,
): RouteDecision | undefined {
  const { policy, question } = search;
  for (let from = 0; from < rules.length;) {
    const head = rules[from];
    if (!head) break;
    let end = from + 1;
    while (isEqual(head, rules[end])) end++;
    const able: RouteRule[] = [];
    const unable: { readonly rule: RouteRule; readonly limit: RouteLimit }[] = [];
    for (const rule of rules.slice(from, end)) {
      const unmet = policy.routes.unmet(rule.connector, question);
      if (unmet && counts(unmet)) note(search, unmet);
      else {
        const limit = policy.routes.limit(rule.connector, question);
        if (limit) unable.push({ rule, limit });
        else able.push(rule);
      }
    }
    const found = able.length > 0 ? chosenOf(search, able, rules, end) : standIn(search, unable);
    if (found) return found;
    from = end;
  }
  return undefined;
}

function isEqual(head: RouteRule, other: RouteRule | undefined): boolean {
  return other?.key === head.key && other.cost === head.cost;
}

function chosenOf(
  search: Search,
  able: readonly RouteRule[],
  rules: readonly RouteRule[],
  end: number,
): RouteDecision {
  const { policy, question } = search;
  const { rule, passedOver } = preferred(policy, question, able);
  for (const each of passedOver) note(search, each);
  const isOpen = ({ connector }: RouteRule): boolean =>
    connector !== rule.connector && !policy.routes.unmet(connector, question);
  const next = able.find((one) => one !== rule && passedOver.length === 0) ?? rules.slice(end).find(isOpen);
  const why = `${ruleText(rule)} holds ${question.recipient.domain}${beatenText(rule, next)}${search.excuse ?? ''}`;
  return decided(
    search,
    [rule.connector, ...followers(search, rule.connector)],
    `${rule.connector.name}: ${why}`,
  );
}

/** What none of the equal routes could ever take goes to their fallbacks. */
function standIn(
  search: Search,
  unable: readonly { readonly rule: RouteRule; readonly limit: RouteLimit }[],
): RouteDecision | undefined {
  for (const { rule, limit } of unable) {
    note(search, limit);
    search.limit ??= limit;
    const chain = followers(search, rule.connector);
    const [first] = chain;
    if (!first) continue;
    const why = `${first.name}: stands in for ${rule.connector.name}, where ${ruleText(rule)} holds ${search.question.recipient.domain}`;
    return decided(search, chain, why);
  }
  return undefined;
}

/**
 * A notice of ours comes from no source, and somebody must hear it: where no connector is open to it, it leaves like the mail
 * it is about, and where there is no such way, by any that can take it.
 */
function notice(
  policy: Policy,
  question: RouteQuestion,
  rules: readonly RouteRule[],
): RouteDecision | undefined {
  if (question.source !== undefined) return undefined;
  const excuse = '; no connector is open to all sources, and this is a notice of ours';
  const fresh = (): Search => ({ policy, question, passedOver: [], excuse });
  return (
    among(fresh(), rules, ({ code }) => code !== 'source' && code !== 'sender') ??
    among(fresh(), rules, () => false)
  );
}

/** The fallbacks that this message may use and their routes can take. */
function followers(search: Search, first: ConnectorRule): ConnectorRule[] {
  const { policy, question } = search;
  const chain: ConnectorRule[] = [];
  for (const { connector: name, lessSecure } of policy.routes.fallbacks(first)) {
    const next = policy.connectors.get(name);
    if (!next) continue;
    if (lessSecure !== undefined) {
      note(search, { connector: name, code: 'less-secure', reason: lessSecure });
      continue;
    }
    const unmet = policy.routes.unmet(next, question);
    const isExcused = question.source === undefined && (unmet?.code === 'source' || unmet?.code === 'sender');
    const obstacle = (isExcused ? undefined : unmet) ?? policy.routes.limit(next, question);
    if (obstacle) note(search, obstacle);
    else chain.push(next);
  }
  return chain;
}

function operatorChoice(policy: Policy, question: RouteQuestion, name: string): RouteDecision {
  const connector = policy.connectors.get(name);
  if (!connector) {
    const explanation = `an operator chose ${name}, which the policy no longer has`;
    return { kind: 'none', explanation, passedOver: [] };
  }
  const search: Search = { policy, question, passedOver: [] };
  const unmet = policy.routes.unmet(connector, question);
  const limit = policy.routes.limit(connector, question);
  const obstacle = unmet?.code === 'tenant' ? unmet : limit;
  if (!obstacle) return decided(search, [connector], `an operator chose ${name}`);
  note(search, obstacle);
  return {
    kind: 'none',
    explanation: `an operator chose ${name}; ${listPassedOver(search.passedOver)}`,
    passedOver: search.passedOver,
    ...(obstacle === limit && { limit }),
  };
}

function decided(search: Search, chain: readonly ConnectorRule[], why: string): RouteDecision {
  const [first] = chain;
  if (!first) throw new RangeError('no connector was chosen');
  const names = chain.map(({ name }) => name);
  const suspended = chain.filter(({ config }) => config.suspended).map(({ name }) => name);
  const { passedOver } = search;
  const then = names.length > 1 ? `; then ${names.slice(1).join(', ')}` : '';
  const notes = passedOver.length > 0 ? `; ${listPassedOver(passedOver)}` : '';
  const tenant = first.config.tenant?.name ?? first.config.tenant?.domain;
  return {
    kind: 'connectors',
    chosen: first.name,
    names,
    explanation: `${why}${then}${notes}${suspendedText(suspended)}`,
    passedOver,
    suspended,
    ...(tenant !== undefined && { tenant }),
  };
}

/** Once each: a connector with several address spaces is met several times. */
function note({ passedOver }: Search, { connector, code, reason }: PassedOver): void {
  if (passedOver.every((one) => one.connector !== connector)) passedOver.push({ connector, code, reason });
}
