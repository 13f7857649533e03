/** Reads the PROXY header that listed load balancers must send first. */
import type { Socket } from 'node:net';
import { parseProxyHeader, type ProxyHeader } from '../protocol/proxy/proxy-header.ts';

export interface ProxyGate {
  readonly done: (header: ProxyHeader) => void;
  readonly failed: (reason: string) => void;
}

/** Takes octets until the header is complete; what follows it is put back. Exactly one of both is called, once. */
export function readProxyHeader(socket: Socket, gate: ProxyGate): void {
  let octets: Buffer = Buffer.alloc(0);
  const stop = (): void => {
    socket.pause();
    socket.off('data', onData);
    socket.off('end', onEnd);
  };
  const onData = (chunk: Buffer): void => {
    // Bounded by the parser, which gives up at its caps.
    octets = octets.length === 0 ? chunk : Buffer.concat([octets, chunk]);
    const result = parseProxyHeader(octets);
    if (result.kind === 'more') return;
    stop();
    if (result.kind === 'malformed') {
      gate.failed(result.reason);
      return;
    }
    const rest = octets.subarray(result.header.bytes);
    if (rest.length > 0) socket.unshift(rest);
    gate.done(result.header);
  };
  const onEnd = (): void => {
    stop();
    gate.failed('the connection ended within the PROXY header');
  };
  socket.on('data', onData);
  socket.on('end', onEnd);
}
