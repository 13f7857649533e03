/**
 * The composition root: builds one relay from a checked configuration and takes it apart in reverse.
 *
 * Nothing here is global, so several relays fit in one process. What cannot be had at the start (data directory, store,
 * policy, a port) rejects with StartFailure and leaves nothing behind; a next hop that is down is no reason not to start.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatFinding } from './config/finding.ts';
import type { Loaded, LoadedNodeConfig } from './config/load.ts';
import type { Events } from './observe/events.ts';
import { systemClock } from './platform/clock.ts';
import { makeAdminContext } from './main/admin-context.ts';
import { StartFailure } from './main/failure.ts';
import type { Foundation, Remark } from './main/foundation.ts';
import { openFoundation } from './main/foundation.ts';
import { startMailFlow } from './main/mail-flow.ts';
import type { Observation } from './main/observation.ts';
import { observe } from './main/observation.ts';
import { openOversight } from './main/oversight.ts';
import type { Overrides, Relay } from './main/relay.ts';
import { startAdmin } from './main/start-admin.ts';

export { StartFailure } from './main/failure.ts';
export type { Overrides, Relay } from './main/relay.ts';

export const pidFileName = 'relay365.pid';

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
  remarks: readonly Remark[],
  overrides: Overrides,
  observation: Observation,
  stack: AsyncDisposableStack,
): Promise<Built> {
  const startedAt = (overrides.clock ?? systemClock).now();
  const foundation = await openFoundation(node, remarks, overrides, observation, stack);
  const flow = await startMailFlow(foundation, stack);
  let isStopping = false;
  const trouble = (): string | undefined =>
    isStopping ? 'the relay is stopping' : flow.acceptance.ready(undefined)?.explanation;
  const oversight = await openOversight(foundation, flow, trouble, stack);
  const context = await makeAdminContext(foundation, flow, oversight, { startedAt, trouble }, stack);
  const { store, identity, shown, expiries, events, queue, holder } = foundation;
  const { consoleDirectory } = overrides;
  const admin =
    node.console === false
      ? undefined
      : stack.use(
          await startAdmin(node.console, {
            context,
            store,
            identity,
            consoleDirectory,
            onCertificate(pem) {
              shown.console = pem;
              expiries.look();
            },
          }),
        );
  oversight.watch.start();
  oversight.diagnosis.doctor.startDaily();
  await announce(foundation, flow.states(), admin?.url, stack);
  return {
    listeners: flow.states(),
    ...(admin ? { consoleUrl: admin.url } : {}),
    ...(admin?.firstAccountUrl === undefined ? {} : { firstAccountUrl: admin.firstAccountUrl }),
    queue,
    policy: holder,
    events,
    flushLog: () => observation.logger.flush(),
    reloadPolicy: oversight.reloadPolicy,
    reloadCertificates: async () => {
      await Promise.all([oversight.reloadIdentity(), admin?.reloadCertificate()]);
    },
    drainMs: node.shutdown.drain,
    markStopping: () => {
      isStopping = true;
    },
    drain: (graceMs) => Promise.all([flow.closeListeners(graceMs), flow.delivery.stop(graceMs)]),
  };
}

/** Tells that mail is accepted: by the process that may be signalled, and by the event `ready`. */
async function announce(
  { node, events }: Foundation,
  listeners: readonly { name: string; address: string; port: number; tls: string }[],
  consoleUrl: string | undefined,
  stack: AsyncDisposableStack,
): Promise<void> {
  const pidFile = join(node.data, pidFileName);
  await writeFile(pidFile, `${process.pid}\n`);
  stack.defer(() => rm(pidFile, { force: true }));
  events.emit({
    kind: 'ready',
    listeners: listeners.map(({ name, address, port, tls }) => ({ name, address, port, tls })),
    data: node.data,
    ...(consoleUrl === undefined ? {} : { console: consoleUrl }),
  });
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
