/** A relay under measurement: a process tree that takes mail on one port of loopback and sends it to the sink. */
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Target {
  readonly name: string;
  readonly port: number;
  /** Root of its process tree. */
  readonly pid: number;
  stop(): Promise<void>;
  /** What its log says went wrong last; empty: nothing. Its log is removed with the rest at the end. */
  trouble?(): Promise<string>;
}

export interface TargetPlace {
  /** Its own directory; on the file system that is measured. */
  readonly directory: string;
  readonly sinkPort: number;
  /** How it sends; absent: to the sink, in clear, over many connections. */
  readonly route?: RouteSetup;
}

/** One way to the next hop, in the words of each relay; the same limits for both. */
export interface RouteSetup {
  /** `policy.yaml` of relay365, as a document. */
  readonly policy: unknown;
  /** Further lines of Postfix's main.cf; later ones win. */
  readonly mainCf: string;
  /** Written beside the configuration before the start, by name. */
  readonly files: Readonly<Record<string, string>>;
}

export async function writeFiles(directory: string, route: RouteSetup | undefined): Promise<void> {
  for (const [name, text] of Object.entries(route?.files ?? {})) {
    await writeFile(join(directory, name), text, { mode: 0o600 });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Resolves when the port answers with a banner; rejects with the reason of `signal`. */
export async function untilReady(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    if (await hasBanner(port)) return;
    await delay(50, undefined, { signal });
  }
}

function hasBanner(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk: Buffer) => end(chunk.toString('latin1').startsWith('220')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
