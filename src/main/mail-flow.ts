/** The way of mail through the relay: acceptance, delivery, and the listeners, which come last. */
import { createAcceptance } from '../accept/accept.ts';
import { createConnector } from '../connector/create.ts';
import { createDelivery } from '../delivery/delivery.ts';
import type { Listener } from '../listener/listener.ts';
import { createSpfCheck } from '../listener/spf-check.ts';
import { LoginGuard } from '../policy/login.ts';
import { RateBook } from '../policy/rates.ts';
import { watchClockSteps } from './clock-steps.ts';
import { CutOverKeeper } from './cut-over-keeper.ts';
import type { Foundation } from './foundation.ts';
import { startListeners } from './listeners.ts';
import { watchOutput } from './observation.ts';
import { openTraffic } from './traffic.ts';
import { packageVersion } from './version.ts';
import { openW3cLog } from './w3c-log.ts';
import { TroubleBook } from './watch/trouble-book.ts';

export type MailFlow = Awaited<ReturnType<typeof startMailFlow>>;

/** Mail is taken and sent when it resolves. */
export async function startMailFlow(foundation: Foundation, stack: AsyncDisposableStack) {
  const { node, observation, clock, random, dns, events, store, identity } = foundation;
  const { environment, keeper, holder, queue, newId, disk } = foundation;
  const acceptance = createAcceptance({
    queue,
    clock,
    newId,
    hostname: node.hostname,
    events,
    diskHealth: () => store.health?.() ?? 'ok',
    roomBytes: () =>
      node.store === 'memory' || disk.bytesFree === undefined
        ? undefined
        : Math.max(0, disk.bytesFree - node.minimumFree),
    contentBytesInFlightMax: Math.max(...node.listeners.map(({ limits }) => limits.bytesInFlight)),
  });
  const delivery = createDelivery({
    queue,
    policy: holder,
    connectorFor: (rule) =>
      createConnector(rule.config, { ...environment, secrets: keeper.secretsOf(rule.name) }),
    clock,
    random,
    events,
    hostname: node.hostname,
    newId,
  });
  // Before anything is told: what was not over before a restart is told again at the start.
  const troubles = new TroubleBook();
  observation.watchBy((event) => troubles.note(event));
  delivery.start();
  stack.defer(() => delivery.stop(0));
  stack.use(await watchClockSteps({ store, clock, events, onSetBack: () => delivery.clockSetBack() }));
  const { failures, lockout } = node.logins;
  const logins = new LoginGuard({ clock, random, failures, lockoutMs: lockout });
  const traffic = stack.use(await openTraffic({ store, clock, events, logins }));
  observation.watchBy((event) => traffic.note(event));
  const rates = new RateBook(clock);
  const cutOver = stack.use(await CutOverKeeper.open(store, clock, events));
  observation.watchBy((event) => cutOver.note(event));
  const spf = createSpfCheck(clock, dns);
  const listeners = await startListeners(node.listeners, {
    hostname: node.hostname,
    policy: holder,
    acceptance,
    logins,
    rates,
    cutOver,
    events,
    clock,
    newId,
    identity,
    spf,
    transcripts: traffic.transcripts,
  });
  stack.defer(() => closeAll(listeners, 0));
  if (node.w3cLog) {
    const { metrics } = observation;
    const watch = watchOutput('w3c', metrics, (event) => events.emit(event));
    const listener = (name: string) => listeners.find((one) => one.name === name);
    const places = { hostname: node.hostname, version: packageVersion(), listener };
    const w3cLog = stack.use(openW3cLog(node.w3cLog, places, { clock, watch }));
    observation.watchBy((event) => w3cLog.note(event));
  }
  const states = () =>
    listeners.map(({ name, address, port, connections }, index) => ({
      name,
      address,
      port,
      connections,
      tls: node.listeners[index]?.tls ?? 'off',
    }));
  const wouldAdmit = (name: string, address: string) =>
    listeners.find((one) => one.name === name)?.wouldAdmit(address);
  return {
    acceptance,
    delivery,
    logins,
    traffic,
    troubles,
    rates,
    cutOver,
    spf,
    listeners,
    states,
    wouldAdmit,
    closeListeners: (graceMs: number) => closeAll(listeners, graceMs),
  };
}

async function closeAll(listeners: readonly Listener[], graceMs: number): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close(graceMs)));
}
