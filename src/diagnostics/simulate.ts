/**
 * "What would happen": one message, judged stage by stage in the order of a live session and by the very functions that
 * judge there. Nothing is counted, kept or sent.
 */
import { withCutOver } from '../policy/cut-over.ts';
import type { BlockRule, Policy, Source } from '../policy/policy.ts';
import type { Recognition } from '../policy/recognise.ts';
import { recognise } from '../policy/recognise.ts';
import { blockRefusal } from '../policy/block.ts';
import { placeOf } from './rule-places.ts';
import type { ContentOutcome } from './simulate-content.ts';
import { judgeContent } from './simulate-content.ts';
import { judgeEnvelope } from './simulate-envelope.ts';
import { routeStages } from './simulate-route.ts';
import { accepted, note, refused, summaryOf } from './simulation-stage.ts';
import type { Judges, Simulation, SimulationQuestion, Stage, StageName } from './simulation.ts';

export function simulate(asked: SimulationQuestion, judges: Judges): Simulation {
  const stages: Stage[] = [];
  const decided = judgeAll(sized(asked), judges, stages);
  const { verdict, source } = decided;
  return {
    verdict,
    ...(source && { source: source.name }),
    summary: summaryOf(stages, verdict, source),
    stages,
  };
}

/** A content has a size of its own, where none is said. */
function sized(asked: SimulationQuestion): SimulationQuestion {
  const { content, bytes } = asked;
  if (!content || bytes !== undefined) return asked;
  return { ...asked, bytes: content.reduce((sum, piece) => sum + piece.length, 0) };
}

interface Decided {
  readonly verdict: Simulation['verdict'];
  readonly source?: Source;
}

function judgeAll(question: SimulationQuestion, judges: Judges, stages: Stage[]): Decided {
  const { policy, listener } = judges;
  const { facts } = question;
  const tls = facts.tls ? 'over TLS' : 'without TLS';
  const blocked = policy.blocked.find(facts.address, facts.at);
  if (blocked) {
    const refusal = blockRefusal(blocked);
    stages.push(refused('listener', refusal, blockedAt(blocked, policy)));
    return { verdict: refusal.kind };
  }
  const crowded = judges.admission(facts.address);
  if (crowded) {
    stages.push(refused('listener', crowded, undefined));
    return { verdict: crowded.kind };
  }
  stages.push(
    note(
      'listener',
      'listener',
      `${facts.address} connects to ${listener.name} (TLS ${listener.tls}) ${tls}`,
    ),
  );
  const { hello, sender } = question.faults ?? {};
  for (const [stage, fault] of [
    ['hello', hello],
    ['sender', sender],
  ] as const) {
    if (!fault) continue;
    stages.push(refused(stage, { kind: 'refuse', ...fault }, undefined));
    return { verdict: 'refuse' };
  }
  const recognition = withCutOver(recognise(policy, facts), facts, judges.cutOver);
  if (recognition.kind === 'stranger') {
    stages.push(
      refused(
        stageOf(recognition),
        recognition.refusal,
        placeOf(policy, recognition.source, recognition.refusal.rule),
      ),
    );
    return { verdict: recognition.refusal.kind, ...(recognition.source && { source: recognition.source }) };
  }
  const { source } = recognition;
  stages.push(accepted('recognition', recognition, placeOf(policy, source, recognition.rule)));
  stages.push(...demands(source, question, judges));
  const connection = judges.connection(source);
  if (connection.kind !== 'accept') {
    stages.push(refused('connections', connection, placeOf(policy, source, connection.rule)));
    return { verdict: connection.kind, source };
  }
  stages.push(accepted('connections', connection, placeOf(policy, source, connection.rule)));
  const envelope = judgeEnvelope(source, question, judges, stages);
  if (envelope.kind !== 'accept') return { verdict: envelope.kind, source };
  const content = judgeContent({ source, recipients: envelope.recipients, question, judges }, stages);
  if (content.kind !== 'accept') return { verdict: content.kind, source };
  if (recognition.age) {
    const { kind, text } = recognition.age;
    stages.push(note('hold', kind, text, placeOf(policy, source, 'expires')));
  }
  stages.push(...content.changes, ...routes(source, content, question, judges));
  return { verdict: 'accept', source };
}

/** What was asked of the client beyond being found, and was given. */
function demands(source: Source, { facts }: SimulationQuestion, { policy }: Judges): Stage[] {
  const { require, requireTls } = source.config;
  const stages: Stage[] = [];
  if (require?.includes('login') && facts.login) {
    stages.push(
      accepted(
        'login',
        { rule: 'login-required', explanation: `it logged in as ${facts.login.username}` },
        placeOf(policy, source, 'login-required'),
      ),
    );
  }
  if (requireTls) {
    stages.push(
      accepted(
        'tls',
        { rule: 'tls-required', explanation: `${source.name} must use TLS and does` },
        placeOf(policy, source, 'tls-required'),
      ),
    );
  }
  return stages;
}

/** Routes, and what Microsoft 365 would see. */
function routes(
  source: Source,
  { reversePath, recipients }: Extract<ContentOutcome, { kind: 'accept' }>,
  question: SimulationQuestion,
  judges: Judges,
): Stage[] {
  return recipients.flatMap((recipient) => routeStages({ source, reversePath, recipient, question, judges }));
}

function stageOf({ refusal, source }: Extract<Recognition, { kind: 'stranger' }>): StageName {
  if (refusal.rule === 'tls-required') return 'tls';
  return source && refusal.rule === 'login-required' ? 'login' : 'recognition';
}

/** Where the block is written; what the relay blocks by itself stands nowhere but in the setting that lets it. */
function blockedAt(blocked: BlockRule, { blocked: { rules } }: Policy): string {
  return blocked.by === undefined ? `blocked[${rules.indexOf(blocked)}]` : 'review.block';
}
