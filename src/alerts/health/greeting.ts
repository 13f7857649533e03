/** Connects to a listener of ours as a client would, and waits for its greeting (RFC 5321 4.3.1). */
import { connect as connectPlain } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface GreetingPlace {
  readonly address: string;
  readonly port: number;
  readonly isImplicitTls: boolean;
  /** The listener expects a PROXY header from this machine. */
  readonly sendsProxyHeader: boolean;
}

export type Greeting =
  | { readonly kind: 'greeted'; readonly code: number; readonly ms: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly ms: number };

/** Octets of a greeting; ours is one line. */
const greetingBytesMax = 2_048;

/** Never rejects. `timeoutMs` in real time. */
export function askGreeting(place: GreetingPlace, timeoutMs: number): Promise<Greeting> {
  const begin = performance.now();
  const { promise, resolve } = Promise.withResolvers<Greeting>();
  const ms = (): number => Math.round(performance.now() - begin);
  const plain = connectPlain({ host: reachable(place.address), port: place.port });
  let socket: Socket = plain;
  const signal = AbortSignal.timeout(timeoutMs);
  const end = (greeting: Greeting): void => {
    signal.removeEventListener('abort', onAbort);
    resolve(greeting);
    // A client that says goodbye leaves no error in anybody's log.
    if (greeting.kind === 'greeted') socket.end('QUIT\r\n');
    setImmediate(() => plain.destroySoon());
  };
  const onAbort = (): void =>
    end({ kind: 'failed', reason: `no greeting within ${timeoutMs / 1000} s`, ms: ms() });
  signal.addEventListener('abort', onAbort, { once: true });
  const onError = (error: NodeJS.ErrnoException): void =>
    end({ kind: 'failed', reason: error.code ?? error.message, ms: ms() });
  plain.on('error', onError);
  plain.on('connect', () => {
    // PROXY protocol 2.1: UNKNOWN is what a health check of a load balancer sends.
    if (place.sendsProxyHeader) plain.write('PROXY UNKNOWN\r\n');
    if (place.isImplicitTls) {
      // It is our own listener; whether clients trust the certificate is another check.
      socket = connectTls({ socket: plain, rejectUnauthorized: false });
      socket.on('error', onError);
    }
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const code = /^(\d{3})[ -]/.exec(text)?.[1];
      if (code !== undefined && text.includes('\n')) end({ kind: 'greeted', code: Number(code), ms: ms() });
      else if (text.length > greetingBytesMax) end({ kind: 'failed', reason: 'it speaks no SMTP', ms: ms() });
    });
    socket.on('end', () => end({ kind: 'failed', reason: 'closed before a greeting', ms: ms() }));
  });
  return promise;
}

/** An address that means "all of this machine" can be listened on, and not be asked. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  return address === '::' ? '::1' : address;
}
