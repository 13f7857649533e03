/** Runs checks side by side; one that fails to end, or breaks, is a finding of its own and harms no other. */
import type { Check, CheckFinding, DoctorContext, State } from './check.ts';

export interface Finding {
  readonly id: string;
  readonly check: string;
  readonly title: string;
  readonly state: State;
  readonly input: string;
  readonly evidence: string;
  readonly advice?: string;
  readonly details: string[];
  readonly source: string;
  readonly ms: number;
}

/** Findings of one check that are kept. */
const findingsMax = 100;

const order: Readonly<Record<State, number>> = { fail: 0, warn: 1, unknown: 2, ok: 3 };

/** The worst first; among equals in the order of the checks. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  signal: AbortSignal,
): Promise<Finding[]> {
  const results = await Promise.all(checks.map((check) => runOne(check, context, signal)));
  return results.flat().toSorted((a, b) => order[a.state] - order[b.state]);
}

async function runOne(check: Check, context: DoctorContext, signal: AbortSignal): Promise<Finding[]> {
  const { clock } = context;
  const now = (): number => clock.monotonic?.() ?? clock.now();
  const began = now();
  const found = await bounded(check, context, signal);
  const ms = Math.round(now() - began);
  return found.slice(0, findingsMax).map((finding) => named(check, finding, ms));
}

async function bounded(
  check: Check,
  context: DoctorContext,
  signal: AbortSignal,
): Promise<readonly CheckFinding[]> {
  const ended = new AbortController();
  const late = Promise.withResolvers<readonly CheckFinding[]>();
  const cancel = context.clock.after(check.timeoutMs, () => {
    ended.abort();
    late.resolve([unknown(`no answer within ${check.timeoutMs / 1000} seconds`)]);
  });
  const stop = (): void => {
    ended.abort();
    late.resolve([unknown('the run was ended')]);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([check.run(context, ended.signal), late.promise]);
  } catch (error) {
    return [unknown(`the check itself failed: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

function unknown(evidence: string): CheckFinding {
  return { state: 'unknown', input: '', evidence };
}

function named({ name, title, source }: Check, finding: CheckFinding, ms: number): Finding {
  const { about, details = [], advice, source: own = source, ...rest } = finding;
  return {
    ...rest,
    id: about === undefined ? name : `${name}:${about}`,
    check: name,
    title: about === undefined ? title : `${title}: ${about}`,
    details: [...details],
    source: own,
    ms,
    ...(advice !== undefined && { advice }),
  };
}
