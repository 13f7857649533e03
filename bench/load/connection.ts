/** One sending connection: waits for each expected reply in order and tells its plan what was acknowledged. */
import { connect, type Socket } from 'node:net';

export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** Messages, all connections together. */
  readonly messages: number;
  readonly connections: number;
  /** True: a connection is used until nothing is left; false: one message a connection. */
  readonly reuse: boolean;
  /** True: RFC 2920, envelope in one write, and with the end of the content before it; false: one command at a time. */
  readonly pipelining: boolean;
  readonly content: Buffer;
}

export interface ConnectionWork {
  readonly plan: LoadPlan;
  /** Claims the next message; false when none is left. */
  take(): boolean;
  /** A message was acknowledged with 250. */
  acknowledged(): void;
}

const envelope = [
  'MAIL FROM:<load@contoso.com>\r\n',
  'RCPT TO:<sink@fabrikam.example>\r\n',
  'DATA\r\n',
] as const;
const envelopeAtOnce = Buffer.from(envelope.join(''));
const endOfData = Buffer.from('.\r\n');

type Step = 'banner' | 'hello' | 'mail' | 'rcpt' | 'data' | 'content' | 'quit';
const expectedCode: Readonly<Record<Step, string>> = {
  banner: '220',
  hello: '250',
  mail: '250',
  rcpt: '250',
  data: '354',
  content: '250',
  quit: '221',
};

/** Sends one claimed message and, with reuse, further ones until nothing is left to take; rejects on any unexpected reply or a lost connection. */
export function runConnection(work: ConnectionWork): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = new LoadConnection(work, resolve, reject);
    connection.open();
  });
}

class LoadConnection {
  readonly #work: ConnectionWork;
  readonly #done: () => void;
  readonly #fail: (error: Error) => void;
  readonly #endThenEnvelope: Buffer;
  readonly #content: Buffer;
  #socket: Socket | undefined;
  #expected: Step[] = ['banner'];
  #text = '';
  // The first message was claimed before the connection was opened.
  #hasSent = false;

  constructor(work: ConnectionWork, done: () => void, fail: (error: Error) => void) {
    this.#work = work;
    this.#done = done;
    this.#fail = fail;
    this.#content = work.plan.content;
    this.#endThenEnvelope = Buffer.concat([endOfData, envelopeAtOnce]);
  }

  open(): void {
    const { host, port } = this.#work.plan;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      if (this.#expected.length === 0) this.#done();
      else this.#fail(new Error(`connection closed while waiting for the reply to ${this.#expected[0]}`));
    });
  }

  #read(chunk: Buffer): void {
    this.#text += chunk.toString('latin1');
    let start = 0;
    for (let end = this.#text.indexOf('\n', start); end !== -1; end = this.#text.indexOf('\n', start)) {
      // A line with a dash after its code is not the last of its reply (RFC 5321 4.2.1).
      if (this.#text[start + 3] !== '-' && !this.#reply(this.#text.slice(start, end))) return;
      start = end + 1;
    }
    this.#text = this.#text.slice(start);
  }

  #reply(line: string): boolean {
    const step = this.#expected.shift();
    if (step === undefined || !line.startsWith(expectedCode[step])) {
      this.#expected.unshift(step ?? 'quit');
      this.#fail(new Error(`unexpected reply to ${step ?? 'nothing'}: ${line.trimEnd()}`));
      this.#socket?.destroy();
      return false;
    }
    this.#after(step);
    return true;
  }

  #after(step: Step): void {
    switch (step) {
      case 'banner':
        return this.#say('EHLO load.contoso.com\r\n', 'hello');
      case 'hello':
        return this.#next();
      case 'mail':
        return this.#work.plan.pipelining ? undefined : this.#say(envelope[1], 'rcpt');
      case 'rcpt':
        return this.#work.plan.pipelining ? undefined : this.#say(envelope[2], 'data');
      case 'data':
        return this.#sendContent();
      case 'content':
        this.#work.acknowledged();
        return this.#expected.length === 0 ? this.#next() : undefined;
      case 'quit':
        this.#socket?.end();
        return undefined;
      default:
        return step satisfies never;
    }
  }

  #next(): void {
    const { reuse, pipelining } = this.#work.plan;
    const mayGoOn = !this.#hasSent || (reuse && this.#work.take());
    if (!mayGoOn) return this.#say('QUIT\r\n', 'quit');
    this.#hasSent = true;
    if (pipelining) return this.#say(envelopeAtOnce, 'mail', 'rcpt', 'data');
    return this.#say(envelope[0], 'mail');
  }

  #sendContent(): void {
    const { reuse, pipelining } = this.#work.plan;
    this.#socket?.cork();
    this.#socket?.write(this.#content);
    // RFC 2920 3.1: the end of the content may travel with the next envelope.
    if (reuse && pipelining && this.#work.take()) {
      this.#say(this.#endThenEnvelope, 'content', 'mail', 'rcpt', 'data');
    } else {
      this.#say(endOfData, 'content');
    }
    this.#socket?.uncork();
  }

  #say(bytes: string | Buffer, ...expected: Step[]): void {
    this.#expected.push(...expected);
    this.#socket?.write(bytes);
  }
}
