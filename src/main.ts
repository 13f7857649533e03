/**
 * The composition root: builds one relay from a checked configuration and takes it apart in reverse.
 *
 * Nothing here is global, so several relays fit in one process. What cannot be had at the start (data directory, store,
 * policy, a port) rejects with StartFailure and leaves nothing behind; a next hop that is down is no reason not to start.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminContext, PolicyChange } from './admin/context.ts';
import { DecisionBook } from './admin/strangers/decision-book.ts';
import { createAcceptance } from './accept/accept.ts';
import { createSpfCheck } from './listener/spf-check.ts';
import { openDiagnosis } from './main/diagnosis/open-diagnosis.ts';
import { rehearser } from './main/rehearser.ts';
import { SignInDesk } from './main/sign-in-desk.ts';
import { formatFinding } from './config/finding.ts';
import type { Loaded, LoadedNodeConfig } from './config/load.ts';
import { createConnector } from './connector/create.ts';
import { createDelivery } from './delivery/delivery.ts';
import type { Listener } from './listener/listener.ts';
import type { Events } from './observe/events.ts';
import { createScrape } from './observe/metrics.ts';
import type { Clock } from './platform/clock.ts';
import { systemClock } from './platform/clock.ts';
import { watchDisk } from './platform/disk.ts';
import type { Dns } from './platform/dns.ts';
import { createDns } from './platform/dns.ts';
import type { Random } from './platform/random.ts';
import { idFactory, systemRandom } from './platform/random.ts';
import { endsToRemind } from './policy/ageing.ts';
import { LoginGuard } from './policy/login.ts';
import type { PolicyHolder } from './policy/holder.ts';
import { RateBook } from './policy/rates.ts';
import type { Queue } from './queue/queue.ts';
import { packageVersion } from './main/version.ts';
import { CutOverKeeper } from './main/cut-over-keeper.ts';
import { certificateList } from './main/certificate-list.ts';
import { dangerOfPlace, prepareDataDirectory } from './main/data-directory.ts';
import { expiriesOf } from './main/expiries.ts';
import { ExpiryWatch } from './main/expiry-watch.ts';
import { StartFailure } from './main/failure.ts';
import { startHousekeeping } from './main/housekeeping.ts';
import { identityOf } from './main/identity.ts';
import { openKeeping } from './main/keeping.ts';
import { startListeners } from './main/listeners.ts';
import { startMeasures } from './main/measures.ts';
import type { Observation, ObservationOptions } from './main/observation.ts';
import { observe, watchOutput } from './main/observation.ts';
import { openW3cLog } from './main/w3c-log.ts';
import { PolicyKeeper } from './main/policy-keeper.ts';
import { openQueue } from './main/queue.ts';
import { readings } from './main/readings.ts';
import { SignInFiles } from './main/sign-ins.ts';
import { openNodeAccess } from './main/access.ts';
import { setupTenants } from './main/setup-tenants.ts';
import { startAdmin } from './main/start-admin.ts';
import { resender } from './accept/resend.ts';
import { openStore, storeName } from './main/store.ts';
import { openTracing } from './main/tracing.ts';
import { openTraffic } from './main/traffic.ts';
import { recordedReload } from './main/recorded-reload.ts';
import { openWatch } from './main/watch/open-watch.ts';
import { TroubleBook } from './main/watch/trouble-book.ts';
import { watchPolicy } from './main/watch-policy.ts';
import { watchSecrets } from './main/watch-secrets.ts';

export { StartFailure } from './main/failure.ts';

/** Of what ends by itself, `status` shows so many. */
const expiriesShown = 5;

export const pidFileName = 'relay365.pid';

/** What tests and the quickstart put in place of the real thing. */
export interface Overrides extends ObservationOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly dns?: Dns;
  /** Which addresses an MX may not lead to because they are our own; absent: those of this machine. */
  readonly isOwnAddress?: (address: string) => boolean;
  /** Where the console was built to; absent: `console/dist` beside `src/`. */
  readonly consoleDirectory?: string;
}

export interface Relay {
  readonly listeners: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  readonly consoleUrl?: string;
  /** Of the console, while it has no account: whoever opens it makes the first one. */
  readonly firstAccountUrl?: string;
  readonly queue: Queue;
  readonly policy: PolicyHolder;
  readonly events: Events;
  /** Writes out what waits in the log; blocks. */
  flushLog(): void;
  /** Reads the policy file again; a faulty one changes nothing. */
  reloadPolicy(): Promise<PolicyChange>;
  /**
   * Drains for at most `graceMs` (default: `shutdown.drain`), then closes everything. A second call with a shorter
   * time shortens the first.
   */
  stop(options?: { readonly graceMs?: number; readonly reason?: string }): Promise<void>;
}

/** Accepts mail when it resolves. */
export async function startRelay(
  loaded: Loaded<LoadedNodeConfig>,
  overrides: Overrides = {},
): Promise<Relay> {
  if (loaded.kind === 'faulty') {
    throw new StartFailure('configuration', loaded.findings.map(formatFinding).join('\n'));
  }
  const { clock = systemClock } = overrides;
  const observation = observe(loaded.value, overrides, clock);
  const stack = new AsyncDisposableStack();
  stack.defer(() => observation.logger.flush());
  try {
    const relay = await build(
      loaded.value,
      // The event `expiring` tells what ends.
      loaded.findings
        .filter(({ ends }) => !ends)
        .map((finding) => ({ ...finding, text: formatFinding(finding) })),
      overrides,
      observation,
      stack,
    );
    return { ...relay, stop: stopper(relay, stack, observation) };
  } catch (error) {
    await takeApart(stack, observation.events);
    await observation.closeLog();
    throw error;
  }
}

/** After a failed start. What fails here is only logged: it must not hide why the relay did not start. */
async function takeApart(stack: AsyncDisposableStack, events: Events): Promise<void> {
  try {
    await stack.disposeAsync();
  } catch (error) {
    events.emit({
      kind: 'fault',
      where: 'clearing up after a failed start',
      text: error instanceof Error ? error.message : String(error),
    });
  }
}

interface Built extends Omit<Relay, 'stop'> {
  readonly drain: (graceMs: number) => Promise<unknown>;
  readonly drainMs: number;
  readonly markStopping: () => void;
}

async function build(
  node: LoadedNodeConfig,
  findings: readonly { readonly severity: string; readonly text: string }[],
  overrides: Overrides,
  observation: Observation,
  stack: AsyncDisposableStack,
): Promise<Built> {
  const { clock = systemClock, random = systemRandom(), dns = createDns() } = overrides;
  const startedAt = clock.now();
  await prepareDataDirectory(node.data);
  const { events, logger } = observation;
  for (const { severity, text } of findings) {
    events.emit(severity === 'danger' ? { kind: 'danger', text } : { kind: 'warning', text });
  }
  const placeDanger = node.store === 'memory' ? undefined : await dangerOfPlace(node.data);
  if (placeDanger !== undefined) events.emit({ kind: 'danger', text: placeDanger });
  const measures = stack.use(startMeasures(observation.metrics));
  const [store, identity] = await Promise.all([
    openStore(node, clock, measures.onCommit),
    identityOf(node, clock),
  ]);
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
          identity,
          (name) => signIns.endOf(name),
        ),
        ...endsToRemind(holder.current, clock.now()),
      ].toSorted((a, b) => a.at - b.at),
    clock,
    events,
  });
  expiries.look();
  stack.defer(holder.onChange(() => expiries.look()));
  const queue = stack.use(await openQueue(node, store, clock, events));
  const newId = idFactory(random);
  const disk = stack.use(watchDisk({ path: node.data, clock, minimumFreeBytes: node.minimumFree }));
  await disk.look();
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
  delivery.start();
  stack.defer(() => delivery.stop(0));
  const { failures, lockout } = node.logins;
  const logins = new LoginGuard({ clock, random, failures, lockoutMs: lockout });
  const traffic = stack.use(await openTraffic({ store, clock, events, logins }));
  const troubles = new TroubleBook();
  observation.watchBy((event) => {
    traffic.note(event);
    troubles.note(event);
  });
  const rates = new RateBook(clock);
  const cutOver = stack.use(await CutOverKeeper.open(store, clock, events));
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
  stack.use(watchSecrets({ holder, clock, events, reread: () => keeper.rereadFiles() }));
  const opened = await openNodeAccess(node, { store, clock, random, events });
  const certificates = () =>
    certificateList(
      holder.current,
      (name) => keeper.secretsOf(name),
      identity,
      (name) => signIns.endOf(name)?.at,
    );
  const keeping = stack.use(
    await openKeeping({
      node,
      queue,
      clock,
      events,
      newId,
      policy: holder,
      traffic,
      ...opened,
      certificates,
    }),
  );
  stack.use(
    startHousekeeping({
      store,
      clock,
      events,
      retention: keeping.retention,
      expiries,
      beforeLook: lookAtSignIns,
    }),
  );
  const recorded = { audit: opened.audit, holder, file: keeper.file };
  const reloadIfChanged = () => recordedReload(recorded, () => keeper.reloadIfChanged());
  if (keeper.file) stack.use(watchPolicy({ reloadIfChanged }, keeper.file, clock, events));
  let isStopping = false;
  const states = () =>
    listeners.map(({ name, address, port, connections }, index) => ({
      name,
      address,
      port,
      connections,
      tls: node.listeners[index]?.tls ?? 'off',
    }));
  const trouble = (): string | undefined =>
    isStopping ? 'the relay is stopping' : acceptance.ready(undefined)?.explanation;
  const watch = stack.use(
    await openWatch({
      node,
      store,
      clock,
      events,
      disk,
      policy: holder,
      delivery,
      troubles,
      environment,
      statistics: traffic.statistics,
      sightings: traffic.sightings,
      expiries: () => expiries.next(Number.POSITIVE_INFINITY),
      policyRefused: () => keeper.refused,
      secretsOf: (name) => keeper.secretsOf(name),
      newId: () => newId(clock.now()),
      listeners: states,
      trouble,
    }),
  );
  const diagnosis = stack.use(
    await openDiagnosis({
      node,
      store,
      events,
      environment,
      policy: holder,
      identity,
      newId,
      delivery,
      traffic,
      visit: { policy: holder, acceptance, rates, cutOver, clock, newId, identity, logins, spf },
      secretsOf: (name) => keeper.secretsOf(name),
      listeners: states,
    }),
  );
  const scrape = createScrape(observation.metrics);
  const context: AdminContext = {
    version: packageVersion(),
    hostname: node.hostname,
    startedAt,
    data: node.data,
    storeName: storeName(node),
    clock,
    events,
    queue,
    policy: holder,
    policies: keeper,
    delivery,
    traffic,
    resend: resender({ queue, policy: holder, clock, newId }),
    ...opened,
    listeners: states,
    node,
    rates,
    room: (bytes) => acceptance.ready(bytes),
    signIns: stack.use(new SignInDesk({ signIns, environment, secretsOf: (name) => keeper.secretsOf(name) })),
    testBench: diagnosis.testBench,
    setupTenants: () => setupTenants(holder.current, keeper.document, (name) => keeper.secretsOf(name)),
    doctor: diagnosis.doctor,
    rehearse: rehearser(node, { policy: holder, acceptance, rates, cutOver, clock, newId, spf }),
    cutOver,
    decisions: await DecisionBook.open(store, clock),
    certificates,
    keeping,
    expiries: () => expiries.next(expiriesShown),
    trouble: () => {
      const checks = watch.health.notReadyBecause().filter((id) => id !== 'intake');
      return trouble() ?? (checks.length === 0 ? undefined : `no listener greets (${checks.join(', ')})`);
    },
    watch,
    scrape: async () => scrape(await readings(context, startedAt)),
  };
  const admin =
    node.console === false
      ? undefined
      : stack.use(
          await startAdmin(node.console, {
            context,
            store,
            identity,
            consoleDirectory: overrides.consoleDirectory,
          }),
        );
  watch.start();
  diagnosis.doctor.startDaily();
  const pidFile = join(node.data, pidFileName);
  await writeFile(pidFile, `${process.pid}\n`);
  stack.defer(() => rm(pidFile, { force: true }));
  events.emit({
    kind: 'ready',
    listeners: states().map(({ name, address, port, tls }) => ({ name, address, port, tls })),
    data: node.data,
    ...(admin ? { console: admin.url } : {}),
  });
  return {
    listeners: states(),
    ...(admin ? { consoleUrl: admin.url } : {}),
    ...(admin?.firstAccountUrl === undefined ? {} : { firstAccountUrl: admin.firstAccountUrl }),
    queue,
    policy: holder,
    events,
    flushLog: () => logger.flush(),
    reloadPolicy: () => recordedReload(recorded, () => keeper.reload()),
    drainMs: node.shutdown.drain,
    markStopping: () => {
      isStopping = true;
    },
    drain: (graceMs) => Promise.all([closeAll(listeners, graceMs), delivery.stop(graceMs)]),
  };
}

async function closeAll(listeners: readonly Listener[], graceMs: number): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close(graceMs)));
}

/** Stops once; a later call with a shorter grace hurries the first along. */
function stopper(relay: Built, owned: AsyncDisposableStack, { closeLog }: Observation): Relay['stop'] {
  let stopped: Promise<void> | undefined;
  const drained = Promise.withResolvers<void>();
  const drain = (graceMs: number): void => {
    relay.drain(graceMs).then(() => drained.resolve(), drained.reject);
  };
  return (options = {}) => {
    drain(options.graceMs ?? relay.drainMs);
    if (stopped) return stopped;
    relay.markStopping();
    relay.events.emit({ kind: 'stopping', reason: options.reason ?? 'asked by the program' });
    stopped = (async () => {
      await drained.promise;
      await owned.disposeAsync();
      relay.events.emit({ kind: 'stopped' });
      await closeLog();
      relay.flushLog();
    })();
    return stopped;
  };
}
