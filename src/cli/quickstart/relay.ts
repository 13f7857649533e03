/** The relay of the quickstart: the whole product in this process, its log in a file beside the configuration. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadNodeConfig } from '../../config/load.ts';
import { startRelay } from '../../main.ts';
import type { Workspace } from './workspace.ts';

export interface RunningRelay {
  readonly host: string;
  readonly port: number;
  readonly consoleUrl: string | undefined;
  readonly logFile: string;
  stop(): Promise<void>;
}

export async function startQuickstartRelay(workspace: Workspace): Promise<RunningRelay> {
  const logFile = join(workspace.directory, 'relay.log');
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  await once(log, 'open');
  const relay = await startRelay(await loadNodeConfig(workspace.configFile), { log });
  const [listener] = relay.listeners;
  if (listener === undefined) throw new Error('the relay started without a listener');
  return {
    host: listener.address,
    port: listener.port,
    consoleUrl: relay.consoleUrl,
    logFile,
    stop: async () => {
      await relay.stop();
      log.end();
      await once(log, 'close');
    },
  };
}
