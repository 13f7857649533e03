/**
 * Messages a second over one connection of each SMTP route, with 15 ms each way between relay and next hop: what counts
 * there is how many times a message makes the relay wait for an answer.
 */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from '../child.ts';
import type { DelayRequest } from '../delay/process.ts';
import type { NextHopFacts } from '../next-hop/process.ts';
import type { CaseResult } from '../report.ts';
import { runCase, type RunEquipment } from '../run-case.ts';
import { postfixMissing, startPostfixTarget } from '../targets/postfix.ts';
import { startRelayTarget } from '../targets/relay.ts';
import type { Target, TargetPlace } from '../targets/target.ts';
import { routesOver } from './routes.ts';

const delayMs = 15;
const startMsMax = 20_000;

export interface OneConnection {
  readonly directory: string;
  readonly sinkPort: number;
  readonly say: (text: string) => void;
  readonly options: RunEquipment['options'];
  readonly equipment: RunEquipment;
}

/** One result for each route, as it is measured. */
export async function* runOneConnection(given: OneConnection): AsyncGenerator<CaseResult> {
  const { directory, sinkPort, equipment } = given;
  await using stack = new AsyncDisposableStack();
  const standIn = startChild(new URL('../next-hop/process.ts', import.meta.url));
  stack.defer(() => standIn.stop());
  const delays = startChild(new URL('../delay/process.ts', import.meta.url));
  stack.defer(() => delays.stop());
  const deadline = AbortSignal.timeout(startMsMax);
  const facts = (await standIn.ask({ kind: 'facts' }, deadline)) as NextHopFacts;
  const afar = async (targetPort: number): Promise<number> =>
    (await delays.ask({ targetPort, delayMs } satisfies DelayRequest, deadline)) as number;
  const ports = {
    'stand-in: mx': await afar(facts.mxPort),
    'stand-in: submission': await afar(facts.submissionPort),
    sink: await afar(sinkPort),
  };
  const routes = routesOver(facts, ports);
  for (const [index, route] of routes.entries()) {
    if (equipment.stop.aborted) return;
    await using owned = new AsyncDisposableStack();
    const place = { sinkPort: ports[route.nextHop], route, directory: join(directory, `route-${index}`) };
    const targets = await startTargets(place, given, owned);
    const one = { bytes: 4096, connections: 1, reuse: true, route: route.name };
    const sink = route.nextHop === 'sink' ? equipment.sink : standIn;
    yield await runCase(one, targets, { ...equipment, sink });
  }
}

async function startTargets(
  place: TargetPlace,
  { options }: OneConnection,
  owned: AsyncDisposableStack,
): Promise<readonly Target[]> {
  const keep = (target: Target): Target => {
    owned.defer(() => target.stop());
    return target;
  };
  const targets = [keep(await startRelayTarget({ ...place, directory: `${place.directory}-relay365` }))];
  if (!options.postfix || postfixMissing() !== undefined) return targets;
  const root = join(place.directory, '..');
  await chmod(root, 0o755);
  targets.push(keep(await startPostfixTarget({ ...place, directory: `${place.directory}-postfix` })));
  return targets;
}
