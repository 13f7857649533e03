/** Ports that stay free while nobody listens on them: for next hops that are dead now and come back later. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems give ports to whoever asks for any, also to clients (Linux: 32768 and up; IANA, RFC 6335 6:
 * 49152 and up). A port of that range which was just let go may be somebody else's in the next moment, and a client that connects
 * to it may even meet itself.
 */
const lowest = 20_000;
const beyond = 32_000;

/** A TCP port of 127.0.0.1 on which nothing listens. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, beyond);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ]).catch(() => false);
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
