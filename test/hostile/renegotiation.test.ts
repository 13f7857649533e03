/** Renegotiation costs the server a handshake each time, and no mail client needs it (RFC 8446 4.1.2 dropped it). */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { selfSigned } from '../../src/platform/certificates.ts';
import { startListener } from '../../src/listener/listener.ts';
import { testSurroundings } from '../conversations/surroundings.ts';

it('is refused under TLS 1.2', async () => {
  const identity = { pairs: [await selfSigned('relay.test', { now: new Date(), days: 1 })] };
  const listener = await startListener(testSurroundings({ tls: 'implicit' }, { identity }).options);
  const socket = connect({
    port: listener.port,
    host: '127.0.0.1',
    maxVersion: 'TLSv1.2',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const outcome = await new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
    socket.renegotiate({ rejectUnauthorized: false }, (error) =>
      resolve(error === null ? 'done' : error.message),
    );
  });
  expect(outcome).toMatch(/NO_RENEGOTIATION|closed/);
  socket.destroy();
  await listener.close(0);
});
