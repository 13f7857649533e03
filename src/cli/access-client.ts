/**
 * Accounts, tokens and audit log, by the admin API of the running relay, or in the store where it is stopped: the first
 * account must be possible before the first start. Whoever may open the data directory may do this.
 */
import { userInfo } from 'node:os';
import type { AccountChange } from '../accounts/accounts.ts';
import type { Role } from '../accounts/account.ts';
import { AccessRefused } from '../accounts/account.ts';
import type { LoadedNodeConfig } from '../config/load.ts';
import { openNodeAccess } from '../main/access.ts';
import type { OpenedAccess } from '../main/access.ts';
import { prepareDataDirectory } from '../main/data-directory.ts';
import { StartFailure } from '../main/failure.ts';
import { openStore } from '../main/store.ts';
import { systemClock } from '../platform/clock.ts';
import { systemRandom } from '../platform/random.ts';
import type { Store } from '../store/store.ts';
import type { AdminClient, ConfigOption } from './client.ts';
import { connect } from './client.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { readConfig } from './read-config.ts';

export type { AccountChange, Role };

/** What a command does either way; `stopped` leaves its own audit entries by `record`. */
export interface EitherWay<T> {
  readonly running: (client: AdminClient) => Promise<T>;
  readonly stopped: (opened: Stopped) => Promise<T>;
}

export interface Stopped extends OpenedAccess {
  readonly node: LoadedNodeConfig;
  readonly store: Store;
  /** Does it and puts it on record, the refusal as well. */
  readonly record: <T>(
    entry: { readonly action: string; readonly object?: string; readonly after?: unknown },
    work: () => Promise<T>,
  ) => Promise<T>;
}

export async function eitherWay<T>(option: ConfigOption, ways: EitherWay<T>): Promise<T> {
  const client = await runningRelay(option);
  if (client) return ways.running(client);
  const { node } = await readConfig(option.config);
  return inStore(node, ways.stopped);
}

/** `undefined` where no relay answers; one that is named by its URL has no store here. */
async function runningRelay(option: ConfigOption): Promise<AdminClient | undefined> {
  if (option.url !== undefined) return connect(option);
  try {
    const client = await connect(option);
    await client.call('health');
    return client;
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.notReachable) return undefined;
    throw error;
  }
}

async function inStore<T>(node: LoadedNodeConfig, work: (opened: Stopped) => Promise<T>): Promise<T> {
  if (node.store === 'memory') {
    throw new CommandFailure(
      exitCodes.notReachable,
      'no relay answers, and its store is memory, which has nothing while it is stopped: start it first',
    );
  }
  await prepareDataDirectory(node.data);
  const store = await openStore(node, systemClock).catch((error: unknown) => {
    if (!(error instanceof StartFailure)) throw error;
    throw new CommandFailure(exitCodes.other, error.message, { cause: error });
  });
  await using _closed = store;
  try {
    const opened = await openNodeAccess(node, { store, clock: systemClock, random: systemRandom() });
    return await work({ ...opened, node, store, record: recorder(opened) });
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error;
    throw new CommandFailure(exitCodes.other, error.message, { cause: error });
  }
}

function recorder({ audit }: OpenedAccess): Stopped['record'] {
  return async (entry, work) => {
    const write = (result: string) =>
      audit.append({ ...entry, by: `command:${userName()}`, via: 'command', result });
    try {
      const done = await work();
      await write('ok');
      return done;
    } catch (error) {
      if (error instanceof AccessRefused) await write(`${error.kind}: ${error.message}`);
      throw error;
    }
  };
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
