/** Which way one recipient's mail would leave, and what Microsoft 365 would make of it. */
import { formatInstant, plus } from '../platform/clock.ts';
import type { ConnectorRule, QuotaOutlook, Source } from '../policy/policy.ts';
import { routeFor } from '../policy/route.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import { attributionOf } from './attribution.ts';
import type { Judges, SimulationQuestion, Stage } from './simulation.ts';

export function routeStages(about: {
  readonly source: Source;
  readonly reversePath: ReversePath;
  readonly recipient: Mailbox;
  readonly question: SimulationQuestion;
  readonly judges: Judges;
}): Stage[] {
  const { source, reversePath, recipient, question, judges } = about;
  const { policy, outlook } = judges;
  const decision = routeFor(policy, {
    source: source.name,
    sender: reversePath,
    recipient,
    priority: source.config.priority,
    ...(question.bytes !== undefined && { bytes: question.bytes }),
    ...(outlook && { outlook }),
  });
  const common = {
    stage: 'route',
    recipient: recipient.text,
    explanation: decision.explanation,
    passedOver: decision.passedOver.map(({ connector, reason }) => ({ connector, reason })),
  } as const;
  if (decision.kind === 'none') return [{ ...common, verdict: 'note', rule: 'no-route', path: 'connectors' }];
  const first = policy.connectors.get(decision.chosen);
  const isSuspended = decision.suspended.includes(decision.chosen);
  const route: Stage = {
    ...common,
    verdict: 'accept',
    rule: isSuspended ? 'route-suspended' : 'route',
    connectors: decision.names,
    ...(first && { path: pathOf(first, judges) }),
  };
  const quota = outlook?.(decision.chosen);
  const waits = quota?.kind === 'wait' ? [quotaStage(decision.chosen, quota, recipient, question)] : [];
  return first
    ? [route, ...waits, attributionStage(first, reversePath, recipient, judges)]
    : [route, ...waits];
}

/** What the ledger of the connector would hold it for, and until when. */
function quotaStage(
  connector: string,
  { waitMs, quota }: Extract<QuotaOutlook, { kind: 'wait' }>,
  recipient: Mailbox,
  { facts }: SimulationQuestion,
): Stage {
  return {
    stage: 'quota',
    verdict: 'note',
    rule: 'quota',
    explanation: `it would be held until ${formatInstant(plus(facts.at, waitMs))}: ${quota} of ${connector} is used up`,
    recipient: recipient.text,
  };
}

function attributionStage(
  rule: ConnectorRule,
  reversePath: ReversePath,
  recipient: Mailbox,
  judges: Judges,
): Stage {
  const { rule: name, explanation } = attributionOf(rule, reversePath, recipient);
  return {
    stage: 'attribution',
    verdict: 'note',
    rule: name,
    explanation,
    recipient: recipient.text,
    path: `${pathOf(rule, judges)}.route`,
  };
}

function pathOf(rule: ConnectorRule, { policy }: Judges): string {
  return `connectors[${[...policy.connectors.keys()].indexOf(rule.name)}]`;
}
