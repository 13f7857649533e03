/** What a finished handshake shows of the client. */
import type { TLSSocket } from 'node:tls';
import { readPeerCertificate } from '../platform/tls.ts';
import type { ClientCertificate } from '../policy/client-facts.ts';
import type { Client } from './session-core.ts';

export function tlsFacts(socket: TLSSocket): Pick<Client, 'tls' | 'certificate'> {
  const certificate = clientCertificate(socket);
  return {
    tls: {
      version: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().standardName,
      verified: certificate?.trusted ?? false,
    },
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function clientCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  // `authorized` is OpenSSL's verdict on chain, validity and purpose against clientCa; without one nothing verifies.
  return certificate === undefined
    ? undefined
    : { ...readPeerCertificate(certificate), trusted: socket.authorized };
}
