/** Listens on loopback, takes all mail and counts it. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { serveSink } from './session.ts';

export interface Sink {
  readonly port: number;
  readonly counts: SinkCounts;
  /** Resolves with the time (CLOCK_MONOTONIC, nanoseconds) at which the count since `restart` reached `messages`. */
  reached(messages: number): Promise<bigint>;
  restart(): void;
  stop(): Promise<void>;
}

export interface SinkCounts {
  readonly messages: number;
  readonly bytes: number;
  readonly connections: number;
}

export async function startSink(): Promise<Sink> {
  let counts = { messages: 0, bytes: 0, connections: 0 };
  let goal: { readonly messages: number; readonly resolve: (at: bigint) => void } | undefined;
  let lastAt = process.hrtime.bigint();
  const open = new Set<Socket>();
  const message = (bytes: number): void => {
    counts.messages += 1;
    counts.bytes += bytes;
    if (goal === undefined || counts.messages < goal.messages) return;
    lastAt = process.hrtime.bigint();
    goal.resolve(lastAt);
    goal = undefined;
  };
  const server = createServer({ noDelay: true }, (socket) => {
    counts.connections += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    serveSink(socket, { message });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    get counts() {
      return counts;
    },
    reached: (messages) => {
      if (counts.messages >= messages) return Promise.resolve(lastAt);
      return new Promise((resolve) => {
        goal = { messages, resolve };
      });
    },
    restart: () => {
      counts = { messages: 0, bytes: 0, connections: 0 };
      goal = undefined;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
