/** Listens for one SMTP endpoint and runs one session a connection. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { replies } from './replies.ts';
import { SmtpSession } from './session.ts';
import type { SessionContext } from './session-context.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Connections open now. */
  connections(): number;
  /** Cuts every connection and stops listening. */
  stop(): Promise<void>;
}

export interface SmtpServerOptions {
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Connections at a time; one more is answered 421 4.3.2. */
  readonly connectionsMax: number;
  readonly context: SessionContext;
}

/** Resolves when connections are taken; rejects when the address cannot be listened on. */
export async function startSmtpServer(options: SmtpServerOptions): Promise<SmtpServer> {
  const { context } = options;
  const open = new Set<Socket>();
  let count = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (open.size >= options.connectionsMax) {
      socket.end(`${replies.tooManyConnections}\r\n`, () => socket.destroy());
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    count += 1;
    void new SmtpSession(context, socket, count).run();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.address, port: options.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    connections: () => open.size,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
