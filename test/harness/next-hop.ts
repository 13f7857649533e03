/** A next hop of a library that is not ours: keeps what it takes, and can be told to refuse. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ArrivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: Buffer;
  readonly secure: boolean;
}

export interface NextHop extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly ArrivedMail[];
  /** Resolves when so many have arrived in all; rejects after `timeoutMs`. */
  arrived(count: number, timeoutMs?: number): Promise<readonly ArrivedMail[]>;
}

export interface NextHopOptions {
  readonly port?: number;
  /** Reply to RCPT; `undefined`: taken. */
  readonly refuse?: (recipient: string) => { readonly code: number; readonly text: string } | undefined;
  /** Called at MAIL. */
  readonly onMail?: () => void;
  readonly key?: string;
  readonly cert?: string;
}

export async function startNextHop(options: NextHopOptions = {}): Promise<NextHop> {
  const mails: ArrivedMail[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.cert ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...(options.cert && options.key ? { cert: options.cert, key: options.key } : {}),
    logger: false,
    // Names of clients are of no interest, and a resolver that does not answer would delay each greeting.
    disableReverseLookup: true,
    size: 200 * 2 ** 20,
    onMailFrom(_address, _session, done) {
      options.onMail?.();
      done();
    },
    onRcptTo({ address }, _session, done) {
      const refusal = options.refuse?.(address);
      if (!refusal) return done();
      return done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks),
          secure: session.secure,
        });
        done();
        for (const wake of waiting) wake();
      });
    },
  });
  // A client that goes away is what some of the tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    arrived(count, timeoutMs = 60_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${mails.length} of ${count} messages arrived within ${timeoutMs} ms`));
        }, timeoutMs);
        const look = (): void => {
          if (mails.length < count) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(mails);
        };
        waiting.add(look);
        look();
      });
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
