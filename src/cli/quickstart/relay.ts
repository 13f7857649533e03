/** The relay of the quickstart: the whole product in this process, its log in a file beside the configuration. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { loadNodeConfig } from '../../config/load.ts';
import { type Overrides, type Relay, StartFailure, startRelay } from '../../main.ts';
import { CommandFailure, exitCodes } from '../failure.ts';
import { Settlements } from './settlements.ts';
import type { Workspace } from './workspace.ts';

export interface RunningRelay {
  readonly host: string;
  readonly port: number;
  readonly consoleUrl: string | undefined;
  readonly firstAccountUrl: string | undefined;
  readonly logFile: string;
  readonly settlements: Settlements;
  stop(): Promise<void>;
}

/** What is still under way at the end may take this long; the messages of the samples are through by then. */
const stopGraceMs = 2000;

export async function startQuickstartRelay(workspace: Workspace): Promise<RunningRelay> {
  const logFile = join(workspace.directory, 'relay.log');
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  await once(log, 'open');
  const settlements = new Settlements();
  const relay = await start(workspace.configFile, {
    log: { write: (line) => void log.write(line) },
    onEvent: settlements.see,
  });
  const [listener] = relay.listeners;
  if (listener === undefined) throw new Error('the relay started without a listener');
  return {
    host: listener.address,
    port: listener.port,
    consoleUrl: relay.consoleUrl,
    firstAccountUrl: relay.firstAccountUrl,
    logFile,
    settlements,
    stop: async () => {
      await relay.stop({ graceMs: stopGraceMs });
      log.end();
      await once(log, 'close');
    },
  };
}

async function start(configFile: string, overrides: Overrides): Promise<Relay> {
  try {
    return await startRelay(await loadNodeConfig(configFile), overrides);
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    throw new CommandFailure(exitCodes.other, `The relay cannot start: ${error.message}`, { cause: error });
  }
}
