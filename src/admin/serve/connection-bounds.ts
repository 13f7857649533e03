/**
 * Bounds on connections to the console, so that one address that opens many and says nothing shuts nobody else out.
 *
 * A connection that is not counted in is closed without an answer. One whose request is not there within `headerMs` ends
 * (answered 408), and so does one whose handshake is not done by then.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { formatAddress, parseAddress } from '../../config/network-range.ts';

export interface ConnectionBounds {
  /** Open at a time. */
  readonly connections: number;
  /** Of them from one address; a listed proxy stands for many clients and is not held to it. */
  readonly connectionsPerAddress: number;
  readonly headerMs: number;
}

/** How often connections are looked at whose time is over, in milliseconds. */
export const sweepMs = 1_000;

export function boundConnections(
  server: Pick<Server, 'on' | 'maxConnections'>,
  { connections, connectionsPerAddress }: ConnectionBounds,
  isProxy: (address: string) => boolean,
): void {
  server.maxConnections = connections;
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const client = clientOf(address);
    const count = (open.get(client) ?? 0) + 1;
    if (count > connectionsPerAddress && !isProxy(address)) {
      socket.destroy();
      return;
    }
    open.set(client, count);
    socket.once('close', () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
  });
}

/** An IPv6 host has a network of 64 bits to itself (RFC 4291 2.5.4), so its addresses count together. */
function clientOf(text: string): string {
  const address = parseAddress(text);
  if (!address.ok) return text;
  const { family, value } = address.value;
  return family === 4 ? formatAddress(address.value) : `${(value >> 64n).toString(16)}/64`;
}
