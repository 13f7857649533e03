/** Starts the listeners; when one cannot listen, those before it are closed again and the reason is said in words. */
import type { ListenerConfig } from '../config/node-schema.ts';
import type { Listener, ListenerOptions } from '../listener/listener.ts';
import { startListener } from '../listener/listener.ts';
import { StartFailure } from './failure.ts';

export async function startListeners(
  configs: readonly ListenerConfig[],
  options: Omit<ListenerOptions, 'config'>,
): Promise<readonly Listener[]> {
  const started: Listener[] = [];
  try {
    for (const config of configs) started.push(await startListener({ ...options, config }));
    return started;
  } catch (error) {
    await Promise.all(started.map((listener) => listener.close(0)));
    const config = configs[started.length];
    throw config ? listenFailure(error, `listener ${config.name}`, config) : error;
  }
}

/** The system's code for a failed `listen`, as a person would say it. */
export function listenFailure(
  error: unknown,
  what: string,
  place: { readonly address: string; readonly port: number },
): StartFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  const at = place.address.includes(':')
    ? `[${place.address}]:${place.port}`
    : `${place.address}:${place.port}`;
  const words = new Map([
    ['EADDRINUSE', `${at} is in use by another program; stop that one, or choose another port`],
    [
      'EACCES',
      `this user may not listen on ${at}; ports below 1024 need the right to (CAP_NET_BIND_SERVICE)`,
    ],
    ['EADDRNOTAVAIL', `${place.address} is not an address of this machine`],
  ]);
  return new StartFailure('environment', `${what}: ${words.get(code ?? '') ?? message}`, { cause: error });
}
