/** Handshakes of one listener, for implicit TLS and STARTTLS alike. */
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { ListenerConfig } from '../config/node-schema.ts';
import { serverTlsOptions, type ServerTlsSettings, type TlsIdentity } from '../platform/tls.ts';

interface Waiting {
  readonly secured: (socket: TLSSocket) => void;
  readonly failed: (error: Error) => void;
}

export class TlsGate {
  readonly #waiting = new Map<string, Waiting>();
  readonly #plain: Server;
  readonly #asking: Server;

  /** Throws where certificate and key of the identity do not fit. */
  constructor(identity: TlsIdentity, config: ListenerConfig) {
    const settings = { minimumTls: config.minimumTls, handshakeMs: config.limits.tlsHandshake };
    this.#plain = this.#server(identity, { ...settings, requestCertificate: false });
    // Some devices fail when they are asked for a certificate, so they are asked only where one can matter.
    this.#asking = this.#server(identity, { ...settings, requestCertificate: true });
  }

  /** Runs the handshake on a raw socket, which belongs to the gate from now on. One of both is called once. */
  secure(socket: Socket, options: { readonly requestCertificate: boolean }, waiting: Waiting): void {
    const key = connectionKey(socket);
    const forget = (): void => {
      if (this.#waiting.delete(key)) waiting.failed(new Error('the connection closed during the handshake'));
    };
    this.#waiting.set(key, waiting);
    socket.once('close', forget);
    // https://nodejs.org/api/tls.html#event-connection: a socket may be given to a TLS server that does not listen.
    (options.requestCertificate ? this.#asking : this.#plain).emit('connection', socket);
  }

  #server(identity: TlsIdentity, settings: ServerTlsSettings): Server {
    const server = createServer(serverTlsOptions(identity, settings));
    // For handshakes from now on; sessions that are open keep what they agreed on.
    identity.onChange?.(() => server.setSecureContext(serverTlsOptions(identity, settings)));
    server.on('secureConnection', (socket) => this.#take(socket)?.secured(socket));
    server.on('tlsClientError', (error, socket) => {
      this.#take(socket)?.failed(handshakeError(error, settings));
      socket.destroy();
    });
    return server;
  }

  #take(socket: TLSSocket): Waiting | undefined {
    const key = connectionKey(socket);
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiting;
  }
}

// The TLS socket is made by the TLS server; what it shares with the raw one is the pair of addresses.
function connectionKey(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;
}

// OpenSSL's own text holds addresses of memory and a line end; `reason` is the part that means something.
function handshakeError(error: Error, settings: ServerTlsSettings): Error {
  const { code, reason } = error as Error & { readonly code?: string; readonly reason?: string };
  const words =
    code === 'ERR_SSL_UNSUPPORTED_PROTOCOL' || code === 'ERR_SSL_VERSION_TOO_LOW'
      ? `the client offers only TLS versions below ${settings.minimumTls} (minimumTls of the listener)`
      : `the TLS handshake failed: ${reason ?? code ?? error.name}`;
  return new Error(words, { cause: error });
}
