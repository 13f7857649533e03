/** One connection of the fake next hop: the server's side of SMTP, and what it does instead where it is told to. */
import type { Socket } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';
import type { TestIdentity } from './certificates.ts';

/** What to do instead of the ordinary answer. */
export type Behaviour =
  /** An answer, or `drop` (FIN), `reset` (RST), `silence`. */
  string | { readonly say: string; readonly end: 'close' | 'reset' };

export interface NextHopOptions {
  /** EHLO keywords; a default set without STARTTLS otherwise. */
  readonly offers?: readonly string[];
  /** Keywords in the answer to the second EHLO, after TLS. */
  readonly offersAfterTls?: readonly string[];
  readonly identity?: TestIdentity;
  readonly implicitTls?: boolean;
  /** Answers QUIT and leaves the closing to the client. */
  readonly neverCloses?: true;
  readonly minVersion?: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Root of client certificates, one of which is then demanded. */
  readonly clientCa?: string;
  /**
   * Asked before each answer: `connect`, `EHLO`, `STARTTLS`, `AUTH`, `MAIL`, `RCPT`, `DATA`, `BDAT`, `content` (its end),
   * `RSET`, `QUIT`; `undefined` gives the ordinary answer.
   */
  readonly on?: (step: Step) => Behaviour | undefined;
}

export interface Step {
  readonly verb: string;
  /** The whole command line, without CR LF. */
  readonly line: string;
  /** 1 for the first connection. */
  readonly connection: number;
  /** Messages that this connection has completed. */
  readonly messages: number;
  readonly secure: boolean;
}

export interface ReceivedMessage {
  readonly connection: number;
  readonly mail: string;
  readonly recipients: readonly string[];
  readonly content: Buffer;
  readonly secure: boolean;
}

/** What a conversation asks of its hop and tells it. */
export interface HopRecord {
  readonly options: NextHopOptions;
  readonly messages: ReceivedMessage[];
  /** Every command line of every connection, `connection: line`. */
  readonly lines: string[];
  /** Chunks as they arrived. */
  readonly reads: number[];
  /** Something happened. */
  noticed(): void;
}

const defaultOffers = [
  'PIPELINING',
  'SIZE 10485760',
  '8BITMIME',
  'ENHANCEDSTATUSCODES',
  'DSN',
  'SMTPUTF8',
  'CHUNKING',
];

export class FakeConversation {
  readonly #hop: HopRecord;
  readonly #number: number;
  #socket!: Socket;
  #input: Buffer = Buffer.alloc(0);
  #secure = false;
  #messages = 0;
  #mail = '';
  #recipients: string[] = [];
  #chunks: Buffer[] = [];
  #mode: 'commands' | 'data' | { readonly bdat: number; readonly last: boolean; readonly line: string } =
    'commands';
  #auth: 'username' | 'password' | undefined;

  constructor(hop: HopRecord, number: number) {
    this.#hop = hop;
    this.#number = number;
  }

  start(socket: Socket): void {
    this.#listen(socket);
    this.#answer('connect', '', '220 next-hop.test ESMTP');
  }

  secure(raw: Socket): void {
    const { identity, clientCa, minVersion, maxVersion } = this.#hop.options;
    if (!identity) throw new Error('a fake next hop needs an identity for TLS');
    const old = maxVersion === 'TLSv1' || maxVersion === 'TLSv1.1';
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext: createSecureContext({
        cert: identity.certificate,
        key: identity.key,
        ...(clientCa !== undefined && { ca: clientCa }),
        ...(minVersion && { minVersion }),
        ...(maxVersion && { maxVersion }),
        ...(old && { ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1' as const }),
      }),
      requestCert: clientCa !== undefined,
      rejectUnauthorized: clientCa !== undefined,
    });
    const greets = !this.#secure && this.#hop.options.implicitTls === true;
    this.#secure = true;
    this.#listen(socket);
    if (greets) this.#answer('connect', '', '220 next-hop.test ESMTP');
  }

  #listen(socket: Socket): void {
    this.#socket = socket;
    this.#input = Buffer.alloc(0);
    // What clients do to a connection is observed through lines and messages; resets belong to the tests.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      this.#hop.reads.push(chunk.length);
      this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
      this.#read();
    });
  }

  #read(): void {
    while (!this.#socket.destroyed) {
      if (this.#mode === 'data') {
        if (!this.#readData()) return;
      } else if (this.#mode !== 'commands') {
        if (!this.#readChunk(this.#mode)) return;
      } else {
        const end = this.#input.indexOf('\r\n');
        if (end < 0) return;
        const line = this.#input.toString('utf8', 0, end);
        this.#input = this.#input.subarray(end + 2);
        this.#hop.lines.push(`${this.#number}: ${line}`);
        this.#command(line);
        this.#hop.noticed();
      }
    }
  }

  #readData(): boolean {
    const atOnce = this.#input.subarray(0, 3).equals(Buffer.from('.\r\n'));
    const end = atOnce ? 0 : this.#input.indexOf('\r\n.\r\n');
    if (end < 0) return false;
    const stuffed = atOnce ? '' : this.#input.toString('latin1', 0, end + 2);
    this.#input = this.#input.subarray(atOnce ? 3 : end + 5);
    this.#mode = 'commands';
    this.#complete(Buffer.from(stuffed.replaceAll(/^\./gm, ''), 'latin1'), '.');
    return true;
  }

  #readChunk(mode: { readonly bdat: number; readonly last: boolean; readonly line: string }): boolean {
    if (this.#input.length < mode.bdat) return false;
    this.#chunks.push(this.#input.subarray(0, mode.bdat));
    this.#input = this.#input.subarray(mode.bdat);
    this.#mode = 'commands';
    if (this.#recipients.length === 0) this.#answer('BDAT', mode.line, '503 5.5.1 no valid recipients');
    else if (mode.last) this.#complete(Buffer.concat(this.#chunks.splice(0)), mode.line);
    else this.#answer('BDAT', mode.line, '250 2.0.0 chunk taken');
    return true;
  }

  #complete(content: Buffer, line: string): void {
    if (this.#recipients.length > 0) {
      const given = this.#hop.options.on?.(this.#step('content', line));
      if (given === undefined) {
        this.#hop.messages.push({
          connection: this.#number,
          mail: this.#mail,
          recipients: this.#recipients,
          content,
          secure: this.#secure,
        });
        this.#messages += 1;
        this.#say('250 2.0.0 taken');
      } else this.#behave(given);
    } else this.#say('554 5.5.1 no valid recipients');
    this.#reset();
    this.#hop.noticed();
  }

  #command(line: string): void {
    if (this.#auth) {
      this.#credentials(line);
      return;
    }
    const verb = line.split(/[ :]/, 1)[0]?.toUpperCase() ?? '';
    switch (verb) {
      case 'EHLO':
      case 'HELO': {
        const { offers = defaultOffers, offersAfterTls } = this.#hop.options;
        const keywords = verb === 'HELO' ? [] : ((this.#secure ? offersAfterTls : undefined) ?? offers);
        const lines = ['next-hop.test', ...keywords];
        const text = lines
          .map((text_, index) => `250${index < lines.length - 1 ? '-' : ' '}${text_}`)
          .join('\r\n');
        this.#answer(verb, line, text);
        return;
      }
      case 'STARTTLS':
        if (this.#answer(verb, line, '220 2.0.0 go ahead')) {
          const raw = this.#socket;
          raw.removeAllListeners('data');
          this.secure(raw);
        }
        return;
      case 'AUTH':
        if (line.toUpperCase() === 'AUTH LOGIN') {
          if (this.#answer(verb, line, '334 VXNlcm5hbWU6')) this.#auth = 'username';
        } else this.#answer(verb, line, '235 2.7.0 welcome');
        return;
      case 'MAIL':
        if (this.#mail !== '') this.#say('503 5.5.1 nested MAIL');
        else if (this.#answer(verb, line, '250 2.1.0 ok')) this.#mail = line;
        return;
      case 'RCPT':
        if (this.#mail === '') this.#say('503 5.5.1 MAIL first');
        else if (this.#answer(verb, line, '250 2.1.5 ok')) this.#recipients.push(line);
        return;
      case 'DATA':
        if (this.#recipients.length === 0)
          this.#answer('DATA-without-recipient', line, '554 5.5.1 no valid recipients');
        else if (this.#answer(verb, line, '354 go ahead')) this.#mode = 'data';
        return;
      case 'BDAT': {
        const [, size = '0', last] = line.split(' ');
        this.#mode = { bdat: Number(size), last: last?.toUpperCase() === 'LAST', line };
        return;
      }
      case 'RSET':
        this.#reset();
        this.#answer(verb, line, '250 2.0.0 reset');
        return;
      case 'QUIT':
        this.#answer(verb, line, '221 2.0.0 bye');
        if (!this.#hop.options.neverCloses) this.#socket.end();
        return;
      default:
        this.#say('500 5.5.2 unknown');
    }
  }

  #credentials(line: string): void {
    const step = this.#auth;
    this.#auth = step === 'username' ? 'password' : undefined;
    if (step === 'username') this.#say('334 UGFzc3dvcmQ6');
    else this.#answer('AUTH-PASSWORD', line, '235 2.7.0 welcome');
  }

  #reset(): void {
    this.#mail = '';
    this.#recipients = [];
    this.#chunks = [];
  }

  /** True when the ordinary answer was given, or one that is positive too. */
  #answer(verb: string, line: string, ordinary: string): boolean {
    const given = this.#hop.options.on?.(this.#step(verb, line));
    if (given === undefined) {
      this.#say(ordinary);
      return true;
    }
    this.#behave(given);
    // A lone 354 to DATA without recipient opens the content, as sloppy servers do.
    if (given === '354 anyway') this.#mode = 'data';
    return false;
  }

  #behave(given: Behaviour): void {
    if (typeof given !== 'string') {
      this.#socket.write(`${given.say}\r\n`, () => {
        if (given.end === 'close') this.#socket.end();
        else this.#socket.resetAndDestroy();
      });
    } else if (given === 'drop') this.#socket.destroy();
    else if (given === 'reset') this.#socket.resetAndDestroy();
    else if (given !== 'silence') this.#say(given);
  }

  #step(verb: string, line: string): Step {
    return { verb, line, connection: this.#number, messages: this.#messages, secure: this.#secure };
  }

  #say(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(`${text}\r\n`);
  }
}
