/** What the content of a simulated message comes to: its rules, and the envelope and header that would leave. */
import { countOf, formatBytes } from '../platform/words.ts';
import type { TraceEntry } from '../message/message.ts';
import { judgeHeaderFrom } from '../policy/header-from.ts';
import type { Source } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { Mailbox, ReversePath } from '../protocol/address.ts';
import { placeOf } from './rule-places.ts';
import { accepted, note, refused } from './simulation-stage.ts';
import type { Judges, SimulationQuestion, Stage, TakenContent } from './simulation.ts';

export type ContentOutcome =
  | {
      readonly kind: 'accept';
      /** As it leaves. */
      readonly reversePath: ReversePath;
      readonly recipients: readonly Mailbox[];
      readonly changes: readonly Stage[];
    }
  | { readonly kind: 'refuse' | 'defer' };

interface ContentCase {
  readonly source: Source;
  /** Those that were taken. */
  readonly recipients: readonly Mailbox[];
  readonly question: SimulationQuestion;
  readonly judges: Judges;
}

/** Adds its stages to `stages`. */
export function judgeContent(about: ContentCase, stages: Stage[]): ContentOutcome {
  return about.question.content === undefined ? judgeFromAlone(about, stages) : judgeWhole(about, stages);
}

/** A content is there: the way in says what becomes of it. */
function judgeWhole(about: ContentCase, stages: Stage[]): ContentOutcome {
  const { source, recipients, question, judges } = about;
  const { policy } = judges;
  const said = judges.content({ source, recipients, question });
  if (said.kind !== 'taken') {
    const stage = said.rule.startsWith('header-from') ? 'header-from' : 'content';
    stages.push(refused(stage, said, placeOfContent(about, said)));
    return { kind: said.kind };
  }
  const { verdict, addresses } = said.from;
  stages.push(
    accepted('content', { rule: 'content', explanation: wordsOf(said) }, undefined),
    accepted('header-from', verdict, placeOf(policy, source, verdict.rule, addresses[0])),
  );
  return {
    kind: 'accept',
    reversePath: said.envelope.reversePath,
    recipients: said.envelope.recipients.map(({ address }) => address),
    changes: [...said.trace.map((entry) => changeStage(entry, about)), ...missing(said, source)],
  };
}

/** Only who it says to be from is known; absent: who the envelope says. */
function judgeFromAlone(about: ContentCase, stages: Stage[]): ContentOutcome {
  const { source, question, judges } = about;
  const { from, reversePath } = question;
  const addresses = from?.addresses ?? (reversePath ? [reversePath] : []);
  const verdict = judgeHeaderFrom(source, addresses, from?.form ?? { fields: addresses.length });
  const path = placeOf(judges.policy, source, verdict.rule, addresses[0]);
  if (verdict.kind !== 'accept') {
    stages.push(refused('header-from', verdict, path));
    return { kind: verdict.kind };
  }
  stages.push(accepted('header-from', verdict, path));
  const leaving = judges.rewrite(source, {
    reversePath,
    recipients: about.recipients.map((address) => ({ address })),
  });
  return {
    kind: 'accept',
    reversePath: leaving.reversePath,
    recipients: leaving.recipients,
    changes: [
      ...leaving.changes.map(({ by, text }) =>
        note('rewrite', by, text, placeOf(judges.policy, source, 'rewrite')),
      ),
      ...mayRepair(about),
    ],
  };
}

function mayRepair({ source, judges }: ContentCase): Stage[] {
  if (source.repairs.size === 0) return [];
  const text = `malformed content would be repaired where it needs it: ${[...source.repairs].join(', ')}`;
  return [note('repair', 'repair', text, placeOf(judges.policy, source, 'repair'))];
}

/** A repair or rewrite, or what the trace remarks. */
function changeStage({ step, by = 'content', text }: TraceEntry, about: ContentCase): Stage {
  const { source, judges } = about;
  const place = (key: 'rewrite' | 'repair') => placeOf(judges.policy, source, key);
  if (by.startsWith('rewrite')) return note('rewrite', by, text, place('rewrite'));
  if (step === 'changed' && source.repairs.has(by as never)) return note('repair', by, text, place('repair'));
  return note(by === 'header-from' ? 'header-from' : 'content', by, text);
}

const repairOf = new Map([
  ['Date', 'missing-date'],
  ['Message-ID', 'missing-message-id'],
] as const);

/** RFC 5322 3.6 asks for a Date and 3.6.4 for a Message-ID; without the repair the message goes without. */
function missing({ header }: TakenContent, source: Source): Stage[] {
  return [...repairOf].flatMap(([field, repair]) => {
    if (!header.missing.includes(field) || source.repairs.has(repair)) return [];
    const text = `the header has no ${field} and goes without; the repair ${repair} of ${source.name} would write one`;
    return [note('content', repair, text)];
  });
}

function wordsOf({ facts, header }: TakenContent): string {
  const { fields, hops } = header;
  const section =
    fields === 0 ? 'no header section' : `${countOf(fields, 'header field')}, ${hops} of them Received`;
  const kind = facts.binary ? 'binary' : 'every line ends in CR LF';
  return `${formatBytes(facts.bytes)} as it would leave; ${section}; ${kind}`;
}

/** The setting that decides, where it is one of the source. */
function placeOfContent({ source, judges }: ContentCase, { rule }: Refusal): string | undefined {
  const key = rule === 'line-ends' ? 'repair' : rule;
  return placeOf(judges.policy, source, key);
}
