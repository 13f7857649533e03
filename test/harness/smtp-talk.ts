/** A raw SMTP client for tests: says exactly what it is told and gives every reply as it came. */
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

export interface TalkReply {
  readonly code: number;
  /** Lines without code and separator. */
  readonly lines: readonly string[];
  readonly text: string;
}

export class SmtpTalk implements AsyncDisposable {
  #socket: Socket;
  #buffer = '';
  #ended = false;
  #wake: (() => void) | undefined;
  #greeting: TalkReply | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Connects and reads the greeting; `header` goes before everything, as a load balancer sends it. */
  static async open(port: number, host = '127.0.0.1', header = ''): Promise<SmtpTalk> {
    const socket = connect({ port, host });
    const talk = new SmtpTalk(socket);
    if (header !== '') socket.write(header);
    talk.#greeting = await talk.reply();
    return talk;
  }

  /** What it was greeted with. */
  get greeting(): TalkReply | undefined {
    return this.#greeting;
  }

  /** Sends octets as they are. */
  write(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  /** Sends one command line and reads its reply. */
  say(line: string): Promise<TalkReply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  /** Sends commands in one write and reads as many replies. */
  async pipeline(...lines: readonly string[]): Promise<readonly TalkReply[]> {
    this.write(lines.map((line) => `${line}\r\n`).join(''));
    const replies: TalkReply[] = [];
    for (const _ of lines) replies.push(await this.reply());
    return replies;
  }

  /** One whole transaction; the reply to the end of the content, or the first refusal. */
  async send(mail: {
    readonly from: string;
    readonly to: readonly string[];
    readonly content: string;
  }): Promise<TalkReply> {
    const replies = await this.pipeline(
      `MAIL FROM:<${mail.from}>`,
      ...mail.to.map((to) => `RCPT TO:<${to}>`),
      'DATA',
    );
    const refused = replies.find(({ code }) => code >= 400);
    if (refused) return refused;
    this.write(`${mail.content.replaceAll(/^\./gm, '..')}\r\n.\r\n`);
    return this.reply();
  }

  /** Performs the TLS handshake after STARTTLS; the certificate is not verified. */
  async startTls(): Promise<TalkReply> {
    const answer = await this.say('STARTTLS');
    if (answer.code !== 220) return answer;
    this.#socket.removeAllListeners();
    const socket = tlsConnect({ socket: this.#socket, rejectUnauthorized: false });
    this.#socket = socket;
    this.#listen(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', () => resolve());
      socket.once('error', reject);
    });
    return answer;
  }

  /** The next reply, with all its lines; rejects when the connection ends first. */
  async reply(): Promise<TalkReply> {
    for (;;) {
      const reply = this.#takeReply();
      if (reply) return reply;
      if (this.#ended) throw new Error(`connection ended; unread: ${JSON.stringify(this.#buffer)}`);
      await this.#more();
    }
  }

  /** Resolves when the other side has ended the connection. */
  async ended(): Promise<void> {
    while (!this.#ended) await this.#more();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.ended();
  }

  #takeReply(): TalkReply | undefined {
    const match = /^(?:\d{3}-[^\r\n]*\r\n)*(\d{3})(?: [^\r\n]*)?\r\n/.exec(this.#buffer);
    if (!match) return undefined;
    this.#buffer = this.#buffer.slice(match[0].length);
    const lines = match[0]
      .split('\r\n')
      .slice(0, -1)
      .map((line) => line.slice(4));
    return { code: Number(match[1]), lines, text: `${match[1]} ${lines.join(' ')}` };
  }

  #listen(socket: Socket): void {
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1');
      this.#wake?.();
    });
    socket.on('end', end);
    socket.on('close', end);
    socket.on('error', end);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
