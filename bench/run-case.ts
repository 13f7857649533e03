/** A case with all its runs, for each relay. */
import { measure, medianOf, type Equipment, type Measurement } from './measure.ts';
import type { BenchOptions, Case } from './options.ts';
import type { CaseResult } from './report.ts';
import type { Target } from './targets/target.ts';

export interface RunEquipment extends Equipment {
  readonly options: BenchOptions;
}

/** Messages of one run, whatever the warm-up said. */
const messagesMax = 60_000;
/** Messages of the warm-up where each one takes tens of milliseconds. */
const warmUpAfar = 30;

/** One case: a warm-up, then the targets in turns: what disturbs the machine meanwhile disturbs all of them. */
export async function runCase(
  one: Case,
  targets: readonly Target[],
  equipment: RunEquipment,
): Promise<CaseResult> {
  const { runs, seconds } = equipment.options;
  const counts = new Map<Target, number>();
  const measured = new Map<Target, Measurement[]>();
  const failed = new Map<Target, string>();
  const attempt = async (target: Target, messages: number): Promise<Measurement | undefined> => {
    if (failed.has(target)) return undefined;
    try {
      return await measure(target, one, messages, equipment);
    } catch (error) {
      const trouble = (await target.trouble?.()) ?? '';
      failed.set(target, `${(error as Error).message}${trouble === '' ? '' : ` (its log: ${trouble})`}`);
      return undefined;
    }
  };
  for (const target of targets) {
    const warm = await attempt(target, warmUpMessages(one));
    const wanted = Math.round((warm?.relayed ?? 0) * seconds);
    counts.set(target, Math.min(messagesMax, Math.max(wanted, one.connections * 2, 20)));
  }
  for (let run = 0; run < runs; run += 1) {
    for (const target of targets) {
      const result = await attempt(target, counts.get(target) ?? 0);
      if (result !== undefined) measured.set(target, [...(measured.get(target) ?? []), result]);
    }
  }
  return {
    case: one,
    targets: new Map(
      targets.map((target) => [
        target.name,
        failed.has(target) ? { failed: failed.get(target) ?? '' } : medianOf(measured.get(target) ?? []),
      ]),
    ),
  };
}

/** Enough to start every process and connection, and to guess the rate. */
function warmUpMessages({ bytes, connections, route }: Case): number {
  if (route !== undefined) return warmUpAfar;
  return Math.max(connections * 2, bytes >= 1_048_576 ? 20 : 200);
}
