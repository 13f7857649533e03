/**
 * What really came, judged by the policy in force and by a draft, by the functions of the simulator: where the two differ.
 * Pure. Rates and room are left out, because they are those of another moment.
 */
import { simulate } from '../simulate.ts';
import type { Judges, Simulation, SimulationQuestion } from '../simulation.ts';

export interface Replayed {
  /** Id of the message, or reference of the refusal. */
  readonly ref: string;
  readonly question: SimulationQuestion;
  /** Shown with a difference. */
  readonly what: { readonly address: string; readonly sender: string; readonly recipient: string };
}

export type DifferenceKind =
  | 'now-refused'
  | 'now-accepted'
  | 'now-held'
  | 'other-source'
  | 'other-route'
  | 'other-reason';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly ref: string;
  readonly what: Replayed['what'];
  readonly before: Outcome;
  readonly after: Outcome;
}

export interface Outcome {
  readonly verdict: Simulation['verdict'];
  readonly source?: string;
  /** The first connector of each recipient. */
  readonly routes: readonly string[];
  readonly isHeld: boolean;
  /** What decided, where it was not accepted. */
  readonly rule?: string;
  readonly summary: string;
}

/** `judgesOf`: of a listener, for each of the two policies. */
export function difference(
  { ref, question, what }: Replayed,
  judges: { readonly before: Judges; readonly after: Judges },
): Difference | undefined {
  const before = outcomeOf(simulate(question, judges.before));
  const after = outcomeOf(simulate(question, judges.after));
  const kind = kindOf(before, after);
  return kind && { kind, ref, what, before, after };
}

function outcomeOf({ verdict, source, stages, summary }: Simulation): Outcome {
  const routes = stages
    .filter(({ stage }) => stage === 'route')
    .map(({ connectors }) => connectors?.[0] ?? '(waits)');
  const decided = verdict === 'accept' ? undefined : stages.findLast((stage) => stage.verdict === verdict);
  return {
    verdict,
    ...(source !== undefined && { source }),
    routes: [...new Set(routes)].toSorted(),
    isHeld: stages.some(({ stage, rule }) => stage === 'hold' && rule === 'quarantine'),
    ...(decided && { rule: decided.rule }),
    summary,
  };
}

function kindOf(before: Outcome, after: Outcome): DifferenceKind | undefined {
  const was = before.verdict === 'accept';
  const is = after.verdict === 'accept';
  if (was && !is) return 'now-refused';
  if (!was && is) return 'now-accepted';
  if (!was)
    return before.rule === after.rule && before.verdict === after.verdict ? undefined : 'other-reason';
  if (!before.isHeld && after.isHeld) return 'now-held';
  if (before.source !== after.source) return 'other-source';
  return before.routes.join('\n') === after.routes.join('\n') ? undefined : 'other-route';
}

export interface DifferenceGroup extends Omit<Difference, 'ref'> {
  readonly count: number;
  /** The first few. */
  readonly refs: readonly string[];
}

const refsMax = 5;
const severity: readonly DifferenceKind[] = [
  'now-refused',
  'now-held',
  'other-route',
  'other-source',
  'now-accepted',
  'other-reason',
];

/** Those that are alike together, the worst first. */
export function grouped(differences: readonly Difference[]): readonly DifferenceGroup[] {
  const groups = new Map<string, { first: Difference; count: number; refs: string[] }>();
  for (const one of differences) {
    const { kind, before, after, what } = one;
    const key = [
      kind,
      before.source,
      after.source,
      before.rule,
      after.rule,
      ...before.routes,
      '>',
      ...after.routes,
      what.address,
      what.sender,
    ].join('\n');
    const group = groups.get(key) ?? { first: one, count: 0, refs: [] };
    group.count += 1;
    if (group.refs.length < refsMax) group.refs.push(one.ref);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ first: { ref: _ref, ...first }, count, refs }) => ({ ...first, count, refs }))
    .toSorted((a, b) => severity.indexOf(a.kind) - severity.indexOf(b.kind) || b.count - a.count);
}
