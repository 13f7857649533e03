/**
 * A TCP proxy on loopback that carries every octet, and the end of each direction, so many milliseconds late: the distance
 * to a next hop that is not on this machine. Order and half-close are kept; what is on its way is bounded by not reading on.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DelayProxy {
  readonly port: number;
  stop(): Promise<void>;
}

export interface DelayProxyOptions {
  /** On loopback. */
  readonly targetPort: number;
  /** Of one direction, in milliseconds. */
  readonly delayMs: number;
  /** Octets on their way in one direction of a connection; beyond it the sender is not read. */
  readonly bytesMax?: number;
}

const bytesMaxDefault = 4 * 2 ** 20;
/** SYN, SYN + ACK and ACK cross the distance before the far side knows of a connection; here the kernel answers at once. */
const crossingsOfOpening = 3;

export async function startDelayProxy(options: DelayProxyOptions): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
    keep(near);
    near.on('error', () => undefined);
    setTimeout(() => {
      if (near.destroyed) return;
      const far = connect({
        host: '127.0.0.1',
        port: options.targetPort,
        allowHalfOpen: true,
        noDelay: true,
      });
      keep(far);
      join(near, far, options);
    }, crossingsOfOpening * options.delayMs);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function join(near: Socket, far: Socket, options: DelayProxyOptions): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    carry(from, to, options);
    // A broken connection is broken for both sides, after the distance.
    from.on('error', () => undefined);
    from.on('close', (broken) => {
      if (broken) setTimeout(() => to.resetAndDestroy(), options.delayMs);
    });
  }
}

function carry(from: Socket, to: Socket, { delayMs, bytesMax = bytesMaxDefault }: DelayProxyOptions): void {
  let underWay = 0;
  let isFull = false;
  const goOn = (): void => {
    if (isFull || underWay > bytesMax / 2 || from.destroyed) return;
    from.resume();
  };
  from.on('data', (chunk: Buffer) => {
    underWay += chunk.length;
    if (underWay > bytesMax) from.pause();
    setTimeout(() => {
      underWay -= chunk.length;
      if (to.destroyed) return;
      isFull = !to.write(chunk);
      goOn();
    }, delayMs);
  });
  to.on('drain', () => {
    isFull = false;
    goOn();
  });
  from.on('end', () => setTimeout(() => to.end(), delayMs));
  from.resume();
}
