/** What a simulated message comes to at MAIL and RCPT: sender, size, rates, SPF, recipients, in the order of a session. */
import { formatBytes } from '../platform/words.ts';
import type { Source } from '../policy/policy.ts';
import { judgeRecipient } from '../policy/recipient.ts';
import { judgeSender } from '../policy/sender.ts';
import { messageBytesMaxOf, recipientsMaxOf, tooLarge, tooManyRecipients } from '../policy/size.ts';
import { judgeSpf, spfRuleFor } from '../policy/spf-verdict.ts';
import type { Refusal, Verdict } from '../policy/verdict.ts';
import type { Mailbox } from '../protocol/address.ts';
import { placeOf } from './rule-places.ts';
import type { Judges, SimulationQuestion, Stage, StageName } from './simulation.ts';
import { accepted, note, refused } from './simulation-stage.ts';

export type EnvelopeVerdict =
  | { readonly kind: 'accept'; readonly recipients: readonly Mailbox[] }
  | { readonly kind: 'refuse' | 'defer' };

/** Adds its stages to `stages`. */
export function judgeEnvelope(
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
    bytes === undefined
      ? `up to ${formatBytes(bytesMax)} is taken`
      : `${formatBytes(bytes)}, and up to ${formatBytes(bytesMax)} is taken`;
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
