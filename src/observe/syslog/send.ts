/**
 * Sends one syslog message over UDP (RFC 5426), TCP (RFC 6587 3.4.1, octet counting) or TLS (RFC 5425). Each message has its
 * own connection: for what is rare and must not depend on a connection that died unseen.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SyslogPlace {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** PEM text; absent: the roots of the system. */
  readonly ca?: string;
}

/** RFC 5426 3.2: what every receiver of IPv4 and IPv6 takes should stay below this; longer ones are cut by some. */
const datagramBytesMax = 2_048;

/** Rejects with what went wrong; `timeoutMs` in real time. UDP resolves when the system took the datagram. */
export async function sendSyslog(place: SyslogPlace, message: string, timeoutMs: number): Promise<void> {
  const bytes = Buffer.from(message, 'utf8');
  if (place.transport === 'udp') return sendDatagram(place, bytes.subarray(0, datagramBytesMax));
  const signal = AbortSignal.timeout(timeoutMs);
  const { host, port, ca } = place;
  const socket =
    place.transport === 'tcp'
      ? connectTcp({ host, port })
      : connectTls({
          host,
          port,
          minVersion: 'TLSv1.2',
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        });
  try {
    await once(socket, place.transport === 'tcp' ? 'connect' : 'secureConnect', { signal });
    socket.end(Buffer.concat([Buffer.from(`${bytes.length} `), bytes]));
    // A collector says nothing; that our side could be closed in order is all that there is to know.
    socket.resume();
    await once(socket, 'close', { signal });
  } finally {
    socket.destroy();
  }
}

async function sendDatagram({ host, port }: SyslogPlace, bytes: Buffer): Promise<void> {
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
}
