/**
 * "What would happen": one message, judged stage by stage in the order of a live session and by the very functions that
 * judge there. Nothing is counted, kept or sent.
 */
import { judgeHeaderFrom } from '../policy/header-from.ts';
import { withCutOver } from '../policy/cut-over.ts';
import type { Source } from '../policy/policy.ts';
import type { Recognition } from '../policy/recognise.ts';
import { recognise } from '../policy/recognise.ts';
import { judgeSpf, spfRuleFor } from '../policy/spf-verdict.ts';
import { judgeRecipient } from '../policy/recipient.ts';
import { judgeSender } from '../policy/sender.ts';
import { messageBytesMaxOf, recipientsMaxOf, tooLarge, tooManyRecipients } from '../policy/size.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';
import type { Mailbox } from '../protocol/address.ts';
import { blockRefusal } from '../policy/block.ts';
import { placeOf } from './rule-places.ts';
import { routeStages } from './simulate-route.ts';
import type { Judges, Simulation, SimulationQuestion, Stage, StageName } from './simulation.ts';

export function simulate(question: SimulationQuestion, judges: Judges): Simulation {
  const stages: Stage[] = [];
  const decided = judgeAll(question, judges, stages);
  const { verdict, source } = decided;
  return {
    verdict,
    ...(source && { source: source.name }),
    summary: summaryOf(stages, verdict, source),
    stages,
  };
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
    stages.push(refused('listener', refusal, `blocked[${policy.blocked.rules.indexOf(blocked)}]`));
    return { verdict: refusal.kind };
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
  const content = judgeContent(source, question, judges, stages);
  if (content !== undefined) return { verdict: content.kind, source };
  if (recognition.age) {
    const { kind, text } = recognition.age;
    stages.push(note('hold', kind, text, placeOf(policy, source, 'expires')));
  }
  stages.push(...afterwards(source, envelope.recipients, question, judges));
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

type EnvelopeVerdict =
  | { readonly kind: 'accept'; readonly recipients: readonly Mailbox[] }
  | { readonly kind: 'refuse' | 'defer' };

function judgeEnvelope(
  source: Source,
  question: SimulationQuestion,
  judges: Judges,
  stages: Stage[],
): EnvelopeVerdict {
  const { policy, listener } = judges;
  const { reversePath, bytes } = question;
  const say = (stage: StageName, verdict: Verdict): boolean => {
    const path = placeOf(policy, source, verdict.rule, reversePath ?? undefined);
    stages.push(verdict.kind === 'accept' ? accepted(stage, verdict, path) : refused(stage, verdict, path));
    return verdict.kind === 'accept';
  };
  const sender = judgeSender(source, reversePath);
  if (!say('sender', sender)) return { kind: (sender as Refusal).kind };
  const bytesMax = messageBytesMaxOf(source, listener);
  const size =
    bytes !== undefined && bytes > bytesMax ? tooLarge(bytesMax, bytes) : sizeFits(bytes, bytesMax);
  if (!say('size', size)) return { kind: (size as Refusal).kind };
  const room = judges.room(bytes);
  if (room && !say('size', room)) return { kind: room.kind };
  const rate = judges.rate(source);
  if (!say('rates', rate)) return { kind: (rate as Refusal).kind };
  const spf = askSpf(source, question, judges, stages);
  if (spf) return { kind: spf.kind };
  return judgeRecipients(source, question, judges, stages);
}

/** In the place of the live session: last at MAIL, because it may have to be looked up. */
function askSpf(
  source: Source,
  { facts, spf }: SimulationQuestion,
  { policy, listener }: Judges,
  stages: Stage[],
): Refusal | undefined {
  const rule = spfRuleFor(policy, source, facts, listener);
  if (!rule) return undefined;
  if (!spf) {
    stages.push(
      note('spf', 'spf', `SPF would be asked (\`spf\` of ${rule.of}); its result is not given here`),
    );
    return undefined;
  }
  const refusal = judgeSpf(rule, spf);
  const path = source.config.spf ? placeOf(policy, source, 'spf') : undefined;
  const { result, domain } = spf;
  stages.push(
    refusal
      ? refused('spf', refusal, path)
      : accepted('spf', { rule: `spf-${result}`, explanation: `SPF of ${domain} comes to ${result}` }, path),
  );
  return refusal;
}

function sizeFits(bytes: number | undefined, bytesMax: number): Verdict {
  const explanation =
    bytes === undefined ? `up to ${bytesMax} octets are taken` : `${bytes} of at most ${bytesMax} octets`;
  return { kind: 'accept', rule: 'size', explanation };
}

function judgeRecipients(
  source: Source,
  question: SimulationQuestion,
  { policy, listener }: Judges,
  stages: Stage[],
): EnvelopeVerdict {
  const taken: Mailbox[] = [];
  const recipientsMax = recipientsMaxOf(source, listener);
  let last: Refusal | undefined;
  for (const recipient of question.recipients) {
    if ('fault' in recipient) {
      last = { kind: 'refuse', ...recipient.fault };
      stages.push({ ...refused('recipient', last, undefined), recipient: recipient.text });
      continue;
    }
    const verdict = judgeRecipient(source, recipient);
    const path = placeOf(policy, source, verdict.rule, recipient);
    const isKnown = taken.some(({ text }) => text === recipient.text);
    if (verdict.kind !== 'accept') {
      last = verdict;
      stages.push({ ...refused('recipient', verdict, path), recipient: recipient.text });
    } else if (!isKnown && taken.length >= recipientsMax) {
      last = tooManyRecipients(recipientsMax, source);
      stages.push({
        ...refused('recipients', last, placeOf(policy, source, 'recipients')),
        recipient: recipient.text,
      });
    } else {
      if (!isKnown) taken.push(recipient);
      stages.push({ ...accepted('recipient', verdict, path), recipient: recipient.text });
    }
  }
  return taken.length > 0 ? { kind: 'accept', recipients: taken } : { kind: last?.kind ?? 'refuse' };
}

function judgeContent(
  source: Source,
  question: SimulationQuestion,
  { policy }: Judges,
  stages: Stage[],
): Refusal | undefined {
  const { from, reversePath } = question;
  const addresses = from?.addresses ?? (reversePath ? [reversePath] : []);
  const verdict = judgeHeaderFrom(source, addresses, from?.form ?? { fields: addresses.length });
  const path = placeOf(policy, source, verdict.rule, addresses[0]);
  stages.push(
    verdict.kind === 'accept'
      ? accepted('header-from', verdict, path)
      : refused('header-from', verdict, path),
  );
  return verdict.kind === 'accept' ? undefined : verdict;
}

/** Changes, routes, and what Microsoft 365 would see. */
function afterwards(
  source: Source,
  recipients: readonly Mailbox[],
  question: SimulationQuestion,
  judges: Judges,
): Stage[] {
  const { policy } = judges;
  const rewritten = judges.rewrite(source, {
    reversePath: question.reversePath,
    recipients: recipients.map((address) => ({ address })),
  });
  const stages: Stage[] = rewritten.changes.map(({ by, text }) =>
    note('rewrite', by, text, placeOf(policy, source, 'rewrite')),
  );
  if (source.repairs.size > 0) {
    const repairs = [...source.repairs].join(', ');
    const text = `malformed content would be repaired where it needs it: ${repairs}`;
    stages.push(note('repair', 'repair', text, placeOf(policy, source, 'repair')));
  }
  for (const recipient of rewritten.recipients) {
    stages.push(...routeStages({ source, reversePath: rewritten.reversePath, recipient, question, judges }));
  }
  return stages;
}

function stageOf({ refusal, source }: Extract<Recognition, { kind: 'stranger' }>): StageName {
  if (refusal.rule === 'tls-required') return 'tls';
  return source && refusal.rule === 'login-required' ? 'login' : 'recognition';
}

function accepted(
  stage: StageName,
  { rule, explanation }: { readonly rule: string; readonly explanation: string },
  path: string | undefined,
): Stage {
  return { stage, verdict: 'accept', rule, explanation, ...(path !== undefined && { path }) };
}

function refused(stage: StageName, refusal: Refusal, path: string | undefined): Stage {
  const { kind, rule, explanation, code, enhanced, text } = refusal;
  const reply = `${code} ${enhanced} ${text}`;
  return { stage, verdict: kind, rule, explanation, reply, ...(path !== undefined && { path }) };
}

function note(stage: StageName, rule: string, explanation: string, path?: string): Stage {
  return { stage, verdict: 'note', rule, explanation, ...(path !== undefined && { path }) };
}

function summaryOf(
  stages: readonly Stage[],
  verdict: Simulation['verdict'],
  source: Source | undefined,
): string {
  if (verdict !== 'accept') {
    const last = stages.findLast((stage) => stage.verdict === verdict);
    const words = verdict === 'refuse' ? 'It would be refused' : 'It would be told to come back';
    return `${words}: ${last?.explanation ?? ''}.`;
  }
  const routes = stages.filter(({ stage }) => stage === 'route');
  const ways = [...new Set(routes.flatMap(({ connectors }) => connectors?.[0] ?? []))];
  const without = routes.filter(({ connectors }) => connectors === undefined).length;
  const held = stages.some(({ stage, rule }) => stage === 'hold' && rule === 'quarantine');
  const way = ways.length > 0 ? `would leave by ${ways.join(' and ')}` : 'would stay here';
  const waits =
    without > 0 ? `, and ${without} of ${routes.length} recipients would wait for a connector` : '';
  return `It would be accepted as ${source?.name ?? ''}${held ? ', be held, and once released' : ' and'} ${way}${waits}.`;
}
