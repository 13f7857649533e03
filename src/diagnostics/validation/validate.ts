/**
 * Proves that a connector works and may do no more than it needs: a real test message through each stage, then the same
 * identity with a canary mailbox, which must be refused. "Limiting application permissions to specific Exchange Online
 * mailboxes" and "Role Based Access Control for Applications in Exchange Online", Microsoft Learn.
 */
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import { createConnector } from '../../connector/create.ts';
import type { ConnectorEnvironment } from '../../connector/environment.ts';
import { wayOf } from '../../connector/way/way.ts';
import type { QueueId } from '../../message/message.ts';
import type { RecipientOutcome } from '../../message/outcome.ts';
import { formatReply } from '../../message/reply.ts';
import type { Mailbox } from '../../protocol/address.ts';
import { withTestTimeouts } from '../conversation/any-host.ts';
import type { ConversationStep, StepName } from '../conversation/conversation.ts';
import { hold } from '../conversation/hold.ts';
import { Recorder } from '../conversation/recorder.ts';
import { tokenFinding } from '../conversation/token-step.ts';

/** `not-applicable`: the route has no mailbox of its own, so there is no right to narrow. */
export type LeastPrivilege = 'proven' | 'violated' | 'unknown' | 'not-asked' | 'not-applicable';

export interface Validation {
  readonly outcome: 'ok' | 'warn' | 'fail';
  readonly summary: string;
  readonly delivered: boolean;
  readonly leastPrivilege: LeastPrivilege;
  readonly steps: ConversationStep[];
}

export interface ValidationGiven {
  readonly config: ConnectorConfig;
  readonly environment: ConnectorEnvironment;
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly canary?: Mailbox | undefined;
  /** Content of a message from this sender. */
  readonly content: (from: string) => Buffer;
  readonly signal: AbortSignal;
}

interface Tried {
  readonly steps: ConversationStep[];
  readonly delivered: boolean;
  /** The other side said no to this identity or sender, at one of these steps. */
  readonly refusedAt?: StepName;
}

export async function validate(given: ValidationGiven): Promise<Validation> {
  const { canary } = given;
  const proof = await tryAs(given, given.from, 'message');
  const failed = proof.steps.find(({ outcome }) => outcome === 'fail');
  if (!proof.delivered) {
    return {
      outcome: 'fail',
      summary: `${failed?.title ?? 'The message'} failed: ${failed?.explained ?? 'it was not taken'}`,
      delivered: false,
      leastPrivilege: canary ? 'unknown' : 'not-asked',
      steps: proof.steps,
    };
  }
  const sent = `The test message to ${given.to.text} was taken`;
  if (!canary) {
    return { outcome: 'ok', summary: sent, delivered: true, leastPrivilege: 'not-asked', steps: proof.steps };
  }
  if (!hasIdentity(given.config)) {
    const why = `${given.config.name} is known by its address or certificate, and such a connector may send as every address of the accepted domains: whether as ${canary.text}, decide \`senders\` of the sources alone, so nothing was sent as it`;
    return {
      outcome: 'ok',
      summary: `${sent}; ${why}`,
      delivered: true,
      leastPrivilege: 'not-applicable',
      steps: proof.steps,
    };
  }
  const trial = await tryAs(withMailbox(given, canary), canary, canaryStops(given.config));
  return judged(proof, trial, { sent, canary });
}

function judged(
  proof: Tried,
  trial: Tried,
  { sent, canary }: { readonly sent: string; readonly canary: Mailbox },
): Validation {
  const refused = trial.refusedAt !== undefined;
  const violated = !refused && (trial.delivered || trial.steps.every(({ outcome }) => outcome !== 'fail'));
  const steps = [...proof.steps, ...trial.steps.map((step) => asCanary(step, canary))];
  if (violated) {
    return {
      outcome: 'fail',
      summary: `${sent}, but this identity may also send as ${canary.text}: it has more rights than it needs. Scope it to its own mailbox (New-ManagementScope and New-ManagementRoleAssignment with -CustomResourceScope, or Add-MailboxPermission for that mailbox alone).`,
      delivered: true,
      leastPrivilege: 'violated',
      steps,
    };
  }
  return {
    outcome: refused ? 'ok' : 'warn',
    summary: refused
      ? `${sent}, and ${canary.text} was refused, as it must be`
      : `${sent}; whether ${canary.text} would be refused could not be found out`,
    delivered: true,
    leastPrivilege: refused ? 'proven' : 'unknown',
    steps,
  };
}

/** A refusal is what is hoped for. */
function asCanary(step: ConversationStep, canary: Mailbox): ConversationStep {
  const outcome = step.outcome === 'fail' ? 'ok' : step.outcome;
  return { ...step, outcome, title: `${step.title} as ${canary.text}` };
}

/**
 * An inbound connector gives the tenant's name to whatever it lets in; Exchange Online has no right as a mailbox that could
 * be narrowed there ("Set up connectors to route mail between Microsoft 365 and your own email servers", Microsoft Learn).
 */
function hasIdentity({ route }: ConnectorConfig): boolean {
  if (route.type === 'smart-host') return route.login !== undefined;
  return route.type === 'graph' || route.type === 'smtp-submission';
}

/**
 * With a token the login names the mailbox, so the login decides and nothing is sent. A password's login is its own
 * mailbox, and sending as another one is refused only after the content (5.2.252).
 */
function canaryStops({ route }: ConnectorConfig): 'login' | 'message' {
  return route.type === 'smtp-submission' && route.credential.type === 'oauth' ? 'login' : 'message';
}

function withMailbox(given: ValidationGiven, { text }: Mailbox): ValidationGiven {
  const { route } = given.config;
  if (route.type === 'graph')
    return { ...given, config: { ...given.config, route: { ...route, mailbox: text } } };
  if (route.type === 'smtp-submission' && route.credential.type === 'oauth') {
    return { ...given, config: { ...given.config, route: { ...route, mailbox: text } } };
  }
  return given;
}

async function tryAs(given: ValidationGiven, from: Mailbox, until: 'login' | 'message'): Promise<Tried> {
  return given.config.route.type === 'graph' ? tryGraph(given, from) : trySmtp(given, from, until);
}

async function trySmtp(given: ValidationGiven, from: Mailbox, until: 'login' | 'message'): Promise<Tried> {
  const way = wayOf(withTestTimeouts(given.config), given.environment);
  try {
    const { steps } = await hold(
      { kind: 'way', way, reach: 'policy' },
      {
        title: given.config.name,
        clock: given.environment.clock,
        sender: until === 'message' ? from : undefined,
        ...(until === 'message' && { recipient: given.to, content: given.content(from.text) }),
        signal: given.signal,
        told: () => undefined,
      },
    );
    const failed = steps.find(({ outcome }) => outcome === 'fail');
    const byReply = failed !== undefined && /^[45]\d\d/.test(failed.received.at(-1) ?? '');
    const aboutRights = failed && ['auth', 'mail', 'content'].includes(failed.step) && byReply;
    return {
      steps,
      delivered: steps.some(({ step, outcome }) => step === 'content' && outcome === 'ok'),
      ...(aboutRights && isPermanent(failed) && { refusedAt: failed.step }),
    };
  } finally {
    await way.close();
  }
}

/** A 4yz may be a throttle, and proves nothing about rights. */
function isPermanent({ received }: ConversationStep): boolean {
  return (received.at(-1) ?? '').startsWith('5');
}

async function tryGraph(given: ValidationGiven, from: Mailbox): Promise<Tried> {
  const { config, environment, signal } = given;
  const recorder = new Recorder(environment.clock, () => undefined);
  const way = wayOf(withTestTimeouts(config), environment);
  try {
    if (way.kind === 'graph') recorder.add('token', await tokenFinding(way.tokens, signal));
  } finally {
    await way.close();
  }
  if (recorder.hasFailed) return { steps: recorder.steps, delivered: false };
  const content = given.content(from.text);
  const connector = createConnector(withTestTimeouts(config), environment);
  try {
    const outcome = await connector.attempt(
      {
        id: 'validation' as QueueId,
        envelope: {
          reversePath: from,
          recipients: [{ address: given.to }],
          body: '7bit',
          smtpUtf8: false,
          requireTls: false,
        },
        facts: {
          bytes: content.length,
          headerBytes: content.indexOf('\r\n\r\n'),
          eightBit: false,
          utf8Header: false,
          binary: false,
        },
        inMemory: [content],
        async *open() {
          yield content;
        },
      },
      signal,
    );
    return graphTried(recorder, outcome.recipients[0]);
  } finally {
    await connector[Symbol.asyncDispose]();
  }
}

function graphTried(recorder: Recorder, outcome: RecipientOutcome | undefined): Tried {
  if (outcome?.kind === 'relayed') {
    recorder.add('http', {
      explained: 'Microsoft Graph has taken the test message.',
      received: [formatReply(outcome.reply)],
    });
    return { steps: recorder.steps, delivered: true };
  }
  const failure = outcome && 'failure' in outcome ? outcome.failure : undefined;
  recorder.add('http', {
    outcome: 'fail',
    explained: failure?.text ?? 'the time was over before there was an answer',
    ...(failure && { code: failure.code }),
    received: failure?.reply ? [formatReply(failure.reply)] : [],
  });
  // Graph's 403 is about rights; 404 says that there is no such mailbox, and proves nothing.
  const refused = failure?.reply?.code === 403;
  return { steps: recorder.steps, delivered: false, ...(refused && { refusedAt: 'http' as const }) };
}
