/**
 * One SMTP session as Exchange Online holds it (RFC 5321, with the extensions of capabilities.ts).
 * Untrusted: every octet of the socket. The conversation is read line by line and answered in order; replies to a
 * pipeline leave together (RFC 2920 3.2). Every end of a session closes the socket; nothing is retried.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ArrivalClient } from '../ledger.ts';
import { handleCommand } from './commands.ts';
import { parseCommand } from './command-line.ts';
import { banner, replies, sessionTimeout, stamped } from './replies.ts';
import type { SessionContext } from './session-context.ts';
import type { TenantConfig } from '../tenant/config.ts';
import type { Transaction } from './transaction.ts';
import { WireInput, type Ending } from './wire-input.ts';

/** What a command leaves to do besides its reply. */
export type After = 'go-on' | 'close' | 'cut' | 'start-tls';

export interface Login {
  readonly tenant: TenantConfig;
  /** Mailbox, HVE account or user name of Communication Services. */
  readonly name: string;
  readonly mechanism: 'LOGIN' | 'XOAUTH2';
  readonly clientId?: string;
}

export class SmtpSession {
  readonly context: SessionContext;
  readonly connection: number;
  input: WireInput;
  helo: string | undefined;
  extended = false;
  transaction: Transaction | undefined;
  /** Who logged in. */
  login: Login | undefined;
  readonly sessionId: string;
  readonly #startedAt: number;
  readonly #remote: { address: string; port: number };
  #socket: Socket;
  #out: string[] = [];
  #errors = 0;

  constructor(context: SessionContext, socket: Socket, connection: number) {
    this.context = context;
    this.connection = connection;
    this.#socket = socket;
    this.#remote = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    this.#startedAt = context.clock.now();
    // The form of Exchange's session ids: sixteen hexadecimal digits that begin with 08D.
    const digits = (this.#startedAt * 4096 + (connection % 4096)).toString(16).toUpperCase();
    this.sessionId = `08D${digits.slice(-13).padStart(13, '0')}`;
    this.input = new WireInput(socket, context.limits.idleMs, context.clock);
  }

  /** Runs until the connection is over; never rejects. */
  async run(): Promise<void> {
    const callOff = this.context.clock.after(this.context.limits.sessionMs, () => this.input.stop('expired'));
    try {
      this.say(banner({ host: this.context.host, session: this.sessionId }, this.context.clock.now()));
      await this.#converse();
    } finally {
      callOff();
      this.endTransaction();
      this.context.endpoint.ended?.(this);
      this.#socket.destroy();
    }
  }

  get secured(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** The socket once TLS is on. */
  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined;
  }

  get clientAddress(): string {
    return this.#remote.address;
  }

  client(): ArrivalClient {
    const shared = { ...this.#remote, helo: this.helo ?? '', connection: this.connection };
    if (!(this.#socket instanceof TLSSocket)) return shared;
    const certificate = this.#socket.getPeerX509Certificate();
    return {
      ...shared,
      tls: { version: this.#socket.getProtocol() ?? '', cipher: this.#socket.getCipher().name },
      ...(certificate && {
        certificate: {
          subject: certificate.subject,
          issuer: certificate.issuer,
          subjectAltName: certificate.subjectAltName ?? '',
          fingerprint256: certificate.fingerprint256,
        },
      }),
    };
  }

  /** Queues a reply; it leaves with the others of its pipeline. */
  say(reply: string): void {
    if (/^[45]/.test(reply)) {
      this.#errors += 1;
      this.context.refused(reply, { client: this.clientAddress });
    }
    this.#out.push(reply, '\r\n');
  }

  /** A refusal, with the host, time and session that Exchange Online adds to most of them. */
  refuse(reply: string): void {
    const { host } = this.context;
    this.say(stamped(reply, { host, session: this.sessionId }, this.context.clock.now()));
  }

  flush(): void {
    if (this.#out.length === 0) return;
    this.#socket.write(this.#out.join(''));
    this.#out = [];
  }

  endTransaction(): void {
    this.transaction?.release();
    this.transaction = undefined;
  }

  async #converse(): Promise<void> {
    for (;;) {
      if (this.input.bufferedBytes === 0) this.flush();
      const read = await this.input.line(this.context.limits.lineBytes);
      let after: After = 'go-on';
      if (read.kind === 'too-long') this.refuse(replies.lineTooLong);
      else if (read.kind === 'line') after = await this.#command(read.line);
      else return this.#ended(read.kind);
      if (after === 'cut') return this.#cut();
      if (after === 'close') return this.#close();
      if (after === 'start-tls' && !(await this.#startTls())) return undefined;
      if (this.#errors > this.context.limits.errors) {
        this.refuse(replies.tooManyErrors);
        return this.#close();
      }
    }
  }

  async #command(line: Buffer): Promise<After> {
    const command = parseCommand(line);
    if (command !== undefined) return handleCommand(this, command);
    this.refuse(replies.noHello);
    return 'go-on';
  }

  /** Says why the session ends, where somebody is still there to hear it. */
  async #ended(ending: Ending): Promise<void> {
    if (ending === 'idle') this.refuse(replies.inputTimeout);
    if (ending === 'expired') this.say(sessionTimeout(this.context.clock.now() - this.#startedAt));
    return this.#close();
  }

  #close(): Promise<void> {
    this.flush();
    return withinASecond((done) => this.#socket.end(done));
  }

  /** Without a word about the last command; what was said about those before it leaves first (RFC 2920 3.2). */
  async #cut(): Promise<void> {
    const said = this.#out.splice(0).join('');
    if (said !== '') await withinASecond((done) => this.#socket.write(said, () => done()));
  }

  /** RFC 3207: everything said so far is forgotten, and octets sent ahead of the handshake end the session. */
  async #startTls(): Promise<boolean> {
    const smuggled = this.input.bufferedBytes > 0;
    this.flush();
    if (smuggled) return false;
    this.input.detach();
    const secured = new TLSSocket(this.#socket, {
      isServer: true,
      secureContext: this.context.secureContext,
      requestCert: true,
      rejectUnauthorized: false,
    });
    this.#socket = secured;
    this.endTransaction();
    this.helo = undefined;
    this.extended = false;
    if (!(await handshake(secured, this.context.limits.idleMs))) return false;
    this.input = new WireInput(secured, this.context.limits.idleMs, this.context.clock);
    return true;
  }
}

/** A peer that never reads must not hold the session: its socket goes after a second. */
function withinASecond(begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000);
    begin(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** True when the handshake is through; false when it failed or took longer than `timeoutMs`. */
function handshake(socket: TLSSocket, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const settle = (done: boolean) => (): void => {
      clearTimeout(timer);
      resolve(done);
    };
    socket.once('secure', settle(true));
    socket.once('error', settle(false));
    socket.once('close', settle(false));
  });
}

/** `::ffff:127.0.0.1` is how a dual-stack socket names an IPv4 peer. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
