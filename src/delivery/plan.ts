/**
 * Where the recipients of one message go now: a pure function of policy, state of the connectors and state of the message.
 * It is asked at every attempt, so queued mail follows a changed policy.
 */
import type { Failure } from '../message/outcome.ts';
import type { Accepted, Progress } from '../message/message.ts';
import type { ConnectorRule, QuotaOutlook, RouteLimit, RouteQuestion } from '../policy/policy.ts';
import type { RouteDecision } from '../policy/route.ts';
import type { Instant } from '../platform/clock.ts';
import { formatInstant, plus } from '../platform/clock.ts';
import type { Mailbox } from '../protocol/address.ts';
import type { RetrySettings } from './back-off.ts';
import { retryWithoutRoute } from './back-off.ts';
import type { Gate } from './suspension.ts';

/** Recipients of one message that go to one place in one attempt. */
export interface PartPlan {
  readonly connector: string;
  readonly destination: string;
  /** Indexes into the envelope. */
  readonly recipients: readonly number[];
  /** For the trace: why this connector. */
  readonly explanation: string;
}

/** Recipients that cannot go now, which is no attempt. */
export interface WaitPlan {
  readonly recipients: readonly number[];
  readonly failure: Failure;
  readonly until: Instant;
  readonly retry: RetrySettings;
  /** False: an operator stopped this mail, so its age is not held against it. */
  readonly mayExpire: boolean;
}

/** Recipients that no connector of theirs can ever serve. */
export interface RefusalPlan {
  readonly recipients: readonly number[];
  readonly failure: Failure;
  readonly retry: RetrySettings;
  readonly connector: string;
}

export interface Plan {
  readonly parts: readonly PartPlan[];
  readonly waits: readonly WaitPlan[];
  readonly refusals: readonly RefusalPlan[];
}

export interface PlanInput {
  readonly now: Instant;
  readonly accepted: Accepted;
  readonly progress: Progress;
  /** Recipients to plan for, by index. */
  readonly recipients: readonly number[];
  readonly connectors: ReadonlyMap<string, ConnectorRule>;
  route(question: RouteQuestion): RouteDecision;
  gate(connector: string, destination: string): Gate;
  /** What quotas leave to a connector for all of `recipients`. */
  readonly outlook?: (connector: string) => QuotaOutlook;
  /** Connectors that failed in this round already, by recipient: a fallback is not tried twice. */
  tried?(recipient: number): ReadonlySet<string> | undefined;
}

/** What shares one suspension: the whole connector, or behind `mx`, where hosts differ by domain, one domain. */
export function destinationOf(rule: ConnectorRule, recipient: Mailbox): string {
  return rule.config.route.type === 'mx' ? `${rule.name} ${recipient.domainKey}` : rule.name;
}

/** Domain of a destination key, where it is one of many behind a connector. */
export function domainOfDestination(destination: string): string | undefined {
  const space = destination.indexOf(' ');
  return space < 0 ? undefined : destination.slice(space + 1);
}

/** Recipients that are due. Held and final ones are left alone. */
export function dueRecipients(progress: Progress, now: Instant): number[] {
  const due: number[] = [];
  for (const [index, state] of progress.recipients.entries()) {
    if (state.kind === 'pending' && state.notBefore <= now) due.push(index);
  }
  return due;
}

export function planMessage(input: PlanInput): Plan {
  const parts: FillingPart[] = [];
  const filling = new Map<string, FillingPart>();
  const waits: WaitPlan[] = [];
  const refusals: RefusalPlan[] = [];
  for (const index of input.recipients) {
    const chosen = choose(input, index);
    if (chosen.kind === 'wait') waits.push(chosen.wait);
    else if (chosen.kind === 'refuse') refusals.push(chosen.refusal);
    else {
      const { rule, destination, explanation } = chosen;
      const part = filling.get(destination);
      if (part && part.recipients.length < rule.config.limits.recipientsPerMessage)
        part.recipients.push(index);
      else {
        const next = { connector: rule.name, destination, recipients: [index], explanation };
        filling.set(destination, next);
        parts.push(next);
      }
    }
  }
  return { parts, waits: waits.length > 1 ? mergeWaits(waits) : waits, refusals };
}

interface FillingPart extends PartPlan {
  readonly recipients: number[];
}

type Choice =
  | {
      readonly kind: 'connector';
      readonly rule: ConnectorRule;
      readonly destination: string;
      readonly explanation: string;
    }
  | { readonly kind: 'wait'; readonly wait: WaitPlan }
  | { readonly kind: 'refuse'; readonly refusal: RefusalPlan };

/** Why connectors of the route could not be used, gathered while going down the list. */
interface Obstacles {
  closed?: { rule: ConnectorRule; gate: Extract<Gate, { kind: 'closed' }> };
  stopped?: { rule: ConnectorRule; by: string };
  /** A way that somebody else is probing at this moment. */
  probing?: { rule: ConnectorRule; destination: string };
}

function choose(input: PlanInput, index: number): Choice {
  const recipient = input.accepted.envelope.recipients[index]?.address;
  if (!recipient) throw new RangeError(`no recipient ${index} in ${input.accepted.id}`);
  const { source, priority, envelope, content } = input.accepted;
  const decision = input.route({
    source,
    sender: envelope.reversePath,
    recipient,
    bytes: content.bytes,
    priority,
    ...(input.outlook && { outlook: input.outlook }),
    ...(input.progress.reroute !== undefined && { reroute: input.progress.reroute }),
  });
  if (decision.kind === 'none') {
    const rule = decision.limit && input.connectors.get(decision.limit.connector);
    return decision.limit && rule
      ? beyondLimit(input, index, decision.limit, rule)
      : withoutRoute(input, index, decision.explanation);
  }
  const obstacles: Obstacles = {};
  for (const name of decision.names) {
    const rule = input.connectors.get(name);
    if (!rule || input.tried?.(index)?.has(name)) continue;
    const destination = destinationOf(rule, recipient);
    if (isUsable(input, rule, destination, obstacles)) {
      const instead = name === decision.names[0] ? '' : `; ${name} stands in: ${describe(obstacles)}`;
      return { kind: 'connector', rule, destination, explanation: decision.explanation + instead };
    }
  }
  if (obstacles.probing) {
    return { kind: 'connector', ...obstacles.probing, explanation: decision.explanation };
  }
  return blocked(input, index, obstacles, decision.explanation);
}

function isUsable(input: PlanInput, rule: ConnectorRule, destination: string, obstacles: Obstacles): boolean {
  if (rule.config.suspended) {
    obstacles.stopped ??= { rule, by: 'in the policy' };
    return false;
  }
  const gate = input.gate(rule.name, destination);
  if (gate.kind === 'stopped') {
    obstacles.stopped ??= { rule, by: `by an operator: ${gate.reason}` };
    return false;
  }
  if (gate.kind === 'closed') {
    if (!obstacles.closed || gate.until < obstacles.closed.gate.until) obstacles.closed = { rule, gate };
    return false;
  }
  if (gate.kind === 'probe' && gate.underWay) {
    obstacles.probing ??= { rule, destination };
    return false;
  }
  return true;
}

function describe({ stopped, closed, probing }: Obstacles): string {
  if (stopped) return `${stopped.rule.name} is suspended ${stopped.by}`;
  if (closed) {
    const whom = closed.gate.sender === undefined ? '' : ` for mail of ${closed.gate.sender}`;
    return `${closed.rule.name} is suspended${whom} until ${formatInstant(closed.gate.until)}`;
  }
  if (probing) return `${probing.rule.name} is being probed`;
  return 'the first choice has failed';
}

function blocked(input: PlanInput, index: number, obstacles: Obstacles, explanation: string): Choice {
  const { closed, stopped } = obstacles;
  const recipients = [index];
  if (stopped) {
    const { name, config } = stopped.rule;
    const { retry } = config;
    const failure = waiting(
      'connector-stopped',
      `connector ${name} is suspended ${stopped.by}; its mail waits`,
    );
    const look = plus(input.now, retry.maximum);
    const until = closed && closed.gate.until < look ? closed.gate.until : look;
    return { kind: 'wait', wait: { recipients, failure, until, retry, mayExpire: false } };
  }
  if (closed) {
    const { until, failure: cause } = closed.gate;
    const { sender } = closed.gate;
    const what =
      sender === undefined
        ? `connector ${closed.rule.name} is suspended`
        : `mail of ${sender} by ${closed.rule.name} waits`;
    const text = `${what} until ${formatInstant(until)}: ${cause.text}`;
    const failure: Failure = {
      ...cause,
      permanence: 'transient',
      code: sender === undefined ? 'connector-suspended' : 'sender-suspended',
      text,
      status: transientStatus(cause.status),
    };
    return {
      kind: 'wait',
      wait: { recipients, failure, until, retry: closed.rule.config.retry, mayExpire: true },
    };
  }
  return withoutRoute(input, index, explanation);
}

/** No connector's route could take it: back to its sender where waiting cannot help, else it waits for a change. */
function beyondLimit(input: PlanInput, index: number, limit: RouteLimit, rule: ConnectorRule): Choice {
  const { permanence, code, status, reason } = limit;
  const { retry } = rule.config;
  const recipients = [index];
  const text = `connector ${rule.name}: ${reason}`;
  const failure: Failure = { scope: 'message', permanence, stage: 'route', code, text, status };
  if (permanence === 'permanent')
    return { kind: 'refuse', refusal: { recipients, connector: rule.name, retry, failure } };
  const until = plus(input.now, retry.maximum);
  return { kind: 'wait', wait: { recipients, failure, until, retry, mayExpire: true } };
}

/** An administrator's slip must not bounce mail: it waits, and is looked at again when the policy changes. */
function withoutRoute(input: PlanInput, index: number, explanation: string): Choice {
  const failure = waiting('no-route', `no connector takes this mail: ${explanation}`);
  const until = plus(input.now, retryWithoutRoute.maximum);
  return {
    kind: 'wait',
    wait: { recipients: [index], failure, until, retry: retryWithoutRoute, mayExpire: true },
  };
}

// RFC 3463 3.5: X.4.4, unable to route.
function waiting(code: string, text: string): Failure {
  return { scope: 'connector', permanence: 'transient', stage: 'route', code, text, status: '4.4.4' };
}

/** RFC 3463 2: the class digit says permanence; a fault of ours that may be put right is never 5. */
export function transientStatus(status: string): string {
  return status.startsWith('5.') ? `4.${status.slice(2)}` : status;
}

function mergeWaits(waits: readonly WaitPlan[]): WaitPlan[] {
  const merged = new Map<string, WaitPlan>();
  for (const wait of waits) {
    const key = `${wait.failure.code} ${wait.until} ${wait.failure.text}`;
    const same = merged.get(key);
    merged.set(key, same ? { ...same, recipients: [...same.recipients, ...wait.recipients] } : wait);
  }
  return [...merged.values()];
}
