/** `relay365 start`: the relay in the foreground, from its configuration to the last signal. */
import { loadNodeConfig } from '../config/load.ts';
import type { Relay } from '../main.ts';
import { StartFailure, startRelay } from '../main.ts';
import type { LogFormat } from '../observe/logger.ts';
import { defaultLogFormat } from '../observe/logger.ts';
import { CommandFailure, exitCodes } from './failure.ts';

/** After a second signal, what is still open is left to the system: mail is on disk. */
const hurryMs = 2_000;

export async function start(options: {
  readonly config: string;
  readonly logFormat?: LogFormat;
}): Promise<void> {
  // Everything that the relay writes holds mail or secrets.
  process.umask(0o077);
  const stopped = Promise.withResolvers<void>();
  let relay: Relay | undefined;
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals++;
    if (!relay) process.exit(0);
    if (signals > 1) setTimeout(() => endNow(relay, 0), hurryMs).unref();
    relay
      .stop({ reason: signal, ...(signals > 1 ? { graceMs: 0 } : {}) })
      .then(stopped.resolve, stopped.reject);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', () => {
    // The policy in force stays; a disk that is full when the new one is to be put on record must not end the relay.
    relay?.reloadPolicy().catch((error: unknown) => {
      const text = `the policy was not read again: ${error instanceof Error ? error.message : String(error)}`;
      relay?.events.emit({ kind: 'fault', where: 'SIGHUP', text });
    });
    void relay?.reloadCertificates();
  });
  process.on('uncaughtException', (error) => {
    relay?.events.emit({
      kind: 'fault',
      where: 'process',
      text: error.message,
      ...(error.stack ? { stack: error.stack } : {}),
    });
    if (!relay) process.stderr.write(`${error.stack ?? error.message}\n`);
    // The state is unknown; what was acknowledged is on disk and is sent by the next start.
    endNow(relay, exitCodes.other);
  });
  try {
    relay = await startRelay(await loadNodeConfig(options.config), {
      ...(options.logFormat && { logFormat: options.logFormat }),
      logFormatDefault: defaultLogFormat(),
    });
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    const code = error.kind === 'configuration' ? exitCodes.configuration : exitCodes.other;
    throw new CommandFailure(code, error.message, { cause: error });
  }
  await stopped.promise;
}

function endNow(relay: Relay | undefined, code: number): never {
  relay?.flushLog();
  process.exit(code);
}
