/**
 * What everything else of a relay stands on: data directory, store, identity, policy, queue. Each thing is given to the
 * stack as soon as it is open, so that a later failure closes it again.
 */
import type { LoadedNodeConfig } from '../config/load.ts';
import { systemClock } from '../platform/clock.ts';
import { watchDisk } from '../platform/disk.ts';
import { createDns } from '../platform/dns.ts';
import { idFactory, systemRandom } from '../platform/random.ts';
import { LiveIdentity } from '../platform/tls.ts';
import { endsToRemind } from '../policy/ageing.ts';
import { dangerOfPlace, prepareDataDirectory } from './data-directory.ts';
import type { ShownCertificates } from './expiries.ts';
import { expiriesOf } from './expiries.ts';
import { ExpiryWatch } from './expiry-watch.ts';
import { identityOf } from './identity.ts';
import { startMeasures } from './measures.ts';
import type { Observation } from './observation.ts';
import { PolicyKeeper } from './policy-keeper.ts';
import { openQueue } from './queue.ts';
import type { Overrides } from './relay.ts';
import { SignInFiles } from './sign-ins.ts';
import { openStore } from './store.ts';
import { openTracing } from './tracing.ts';

export type Foundation = Awaited<ReturnType<typeof openFoundation>>;

/** A remark about the configuration, in words. */
export interface Remark {
  readonly severity: string;
  readonly text: string;
}

export async function openFoundation(
  node: LoadedNodeConfig,
  remarks: readonly Remark[],
  overrides: Overrides,
  observation: Observation,
  stack: AsyncDisposableStack,
) {
  const { clock = systemClock, random = systemRandom(), dns = createDns() } = overrides;
  await prepareDataDirectory(node.data);
  const { events } = observation;
  for (const { severity, text } of remarks) {
    events.emit(severity === 'danger' ? { kind: 'danger', text } : { kind: 'warning', text });
  }
  const placeDanger = node.store === 'memory' ? undefined : await dangerOfPlace(node.data);
  if (placeDanger !== undefined) events.emit({ kind: 'danger', text: placeDanger });
  const measures = stack.use(startMeasures(observation.metrics));
  const [store, present] = await Promise.all([
    openStore(node, clock, measures.onCommit),
    identityOf(node, clock),
  ]);
  const identity = new LiveIdentity(present);
  const shown: ShownCertificates & { console: string | undefined } = {
    get pairs() {
      return identity.pairs;
    },
    get clientCa() {
      return identity.clientCa;
    },
    console: undefined,
  };
  stack.use(store);
  observation.recordInto(store);
  const signIns = new SignInFiles(node);
  const lookAtSignIns = async (): Promise<void> => {
    for (const text of await signIns.look()) events.emit({ kind: 'warning', text });
  };
  await lookAtSignIns();
  const tracing = await openTracing(node, observation.metrics, clock);
  if (tracing) {
    stack.use(tracing);
    observation.watchBy((event) => tracing.note(event));
  }
  const { onTokenRequest } = measures;
  const { isOwnAddress } = overrides;
  const environment = {
    clock,
    random,
    dns,
    hostname: node.hostname,
    signIns,
    onTokenRequest,
    ...(isOwnAddress && { isOwnAddress }),
  };
  const keeper = await PolicyKeeper.open({
    node,
    store,
    clock,
    events,
    environment,
  });
  const { holder } = keeper;
  const expiries = new ExpiryWatch({
    expiries: () =>
      [
        ...expiriesOf(
          holder.current,
          (name) => keeper.secretsOf(name),
          shown,
          (name) => signIns.endOf(name),
        ),
        ...endsToRemind(holder.current, clock.now()),
      ].toSorted((a, b) => a.at - b.at),
    clock,
    events,
  });
  expiries.look();
  stack.defer(holder.onChange(() => expiries.look()));
  stack.defer(identity.onChange(() => expiries.look()));
  const queue = stack.use(await openQueue(node, store, clock, events));
  const newId = idFactory(random);
  const disk = stack.use(watchDisk({ path: node.data, clock, minimumFreeBytes: node.minimumFree }));
  await disk.look();
  return {
    node,
    observation,
    clock,
    random,
    dns,
    events,
    store,
    identity,
    shown,
    signIns,
    lookAtSignIns,
    environment,
    keeper,
    holder,
    expiries,
    queue,
    newId,
    disk,
  };
}
