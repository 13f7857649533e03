/** The stages of a simulation as they are told, and all of them in one sentence. */
import type { Source } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { Simulation, Stage, StageName } from './simulation.ts';
import { countOf } from '../platform/words.ts';

export function accepted(
  stage: StageName,
  { rule, explanation }: { readonly rule: string; readonly explanation: string },
  path: string | undefined,
): Stage {
  return { stage, verdict: 'accept', rule, explanation, ...(path !== undefined && { path }) };
}

export function refused(stage: StageName, refusal: Refusal, path: string | undefined): Stage {
  const { kind, rule, explanation, code, enhanced, text } = refusal;
  const reply = `${code} ${enhanced} ${text}`;
  return { stage, verdict: kind, rule, explanation, reply, ...(path !== undefined && { path }) };
}

export function note(stage: StageName, rule: string, explanation: string, path?: string): Stage {
  return { stage, verdict: 'note', rule, explanation, ...(path !== undefined && { path }) };
}

export function summaryOf(
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
    without > 0
      ? `, and ${without} of ${countOf(routes.length, 'recipient')} would wait for a connector`
      : '';
  return `It would be accepted as ${source?.name ?? ''}${held ? ', be held, and once released' : ' and'} ${way}${waits}.`;
}
