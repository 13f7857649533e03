/**
 * A session of a client that is not there: the session of a real connection, as a client of any address would have it,
 * on a pair of loopback sockets of its own. Handshakes are real. Nothing of it is counted as traffic: events go to who
 * asked for the visit.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Acceptance } from '../accept/acceptance.ts';
import { blockRefusal } from '../policy/block.ts';
import type { ClientCertificate } from '../policy/client-facts.ts';
import type { RateBook } from '../policy/rates.ts';
import { serverTlsOptions } from '../platform/tls.ts';
import { formatServerReply } from '../protocol/smtp/server/reply.ts';
import { tlsFacts } from './client-certificate.ts';
import type { ListenerOptions } from './options.ts';
import { Session } from './session.ts';

export interface VisitOptions extends Omit<ListenerOptions, 'rates' | 'acceptance'> {
  readonly rates: Pick<RateBook, 'wouldAdmit'>;
  /** `content: false`: a message would be refused after its content. */
  readonly acceptance: Pick<Acceptance, 'ready'> & Partial<Pick<Acceptance, 'begin'>>;
}

export interface Visitor {
  /** Normalised. */
  readonly address: string;
  /** Counts as shown in the handshake. */
  readonly certificate?: ClientCertificate | undefined;
}

/** The client's end. Destroying it ends the session. Rejects where loopback cannot be used. */
export async function visit(given: VisitOptions, visitor: Visitor): Promise<Socket> {
  const [client, server] = await socketPair();
  const options = uncounted(given);
  const policy = options.policy.current;
  const ref = options.newId(options.clock.now());
  const blocked = policy.blocked.find(visitor.address, options.clock.now());
  server.on('error', () => undefined);
  if (blocked) {
    const { code, enhanced, text, rule, explanation } = blockRefusal(blocked);
    const reply = `${code} ${enhanced} ${text}`;
    const { address } = visitor;
    const listener = options.config.name;
    options.events.emit({
      kind: 'refused',
      ref,
      address,
      listener,
      stage: 'connect',
      reply,
      rule,
      explanation,
    });
    server.end(formatServerReply({ code, enhanced, text: `${text} (ref ${ref})` }), 'latin1');
    return client;
  }
  const begin = (stream: Socket, secured: TLSSocket | undefined): Session => {
    const tls = secured && tlsFacts(secured);
    const session = new Session(stream, {
      options,
      policy,
      client: {
        address: visitor.address,
        ...tls,
        ...(tls && visitor.certificate && { certificate: visitor.certificate }),
      },
      ref,
      messages: 0,
      upgrade: () => {
        session.dispose();
        handshake(stream, options, (socket) => void begin(socket, socket));
      },
    });
    stream.once('close', () => session.dispose());
    return session;
  };
  if (options.config.tls === 'implicit') {
    handshake(server, options, (socket) => begin(socket, socket).greet());
  } else {
    begin(server, undefined).greet();
  }
  return client;
}

function handshake(
  stream: Socket,
  { identity, config }: ListenerOptions,
  done: (socket: TLSSocket) => void,
): void {
  const socket = new TLSSocket(stream, {
    ...serverTlsOptions(identity, {
      minimumTls: config.minimumTls,
      handshakeMs: config.limits.tlsHandshake,
      requestCertificate: false,
    }),
    isServer: true,
  });
  socket.on('error', () => stream.destroy());
  socket.once('secure', () => done(socket));
}

/** Streams in memory would do for all but TLS, whose handshake does not survive a change of their listeners. */
async function socketPair(): Promise<readonly [client: Socket, server: Socket]> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 8 });
  await once(server, 'listening');
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, noDelay: true });
  const accepted = new Promise<Socket>((resolve) => {
    server.on('connection', (socket) => {
      // Another program of this machine may be quicker.
      if (socket.remotePort === client.localPort) resolve(socket);
      else socket.destroy();
    });
  });
  try {
    await once(client, 'connect');
    return [client, await accepted];
  } finally {
    server.close();
  }
}

function uncounted(given: VisitOptions): ListenerOptions {
  const { acceptance, rates } = given;
  return {
    ...given,
    rates: {
      admit: (source) => rates.wouldAdmit(source),
      connectionOpened: () => ({ kind: 'accept', rule: 'visit', explanation: 'not counted' }),
      connectionClosed: () => undefined,
    },
    acceptance: {
      ready: (bytes) => acceptance.ready(bytes),
      begin(transaction) {
        if (!acceptance.begin) throw new Error('this visit sends nothing');
        return acceptance.begin(transaction);
      },
    },
  };
}
