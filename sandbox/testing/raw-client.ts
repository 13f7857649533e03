/** A client of raw sockets for the tests: sends octets as they are and reads whole replies. */
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

export class RawClient {
  #socket: Socket;
  #text = '';
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  static async open(port: number, host = '127.0.0.1'): Promise<RawClient> {
    const socket = connect({ host, port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  line(text: string): Promise<string> {
    this.send(`${text}\r\n`);
    return this.reply();
  }

  /** The next whole reply, lines joined by LF; empty when the connection is closed instead. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-[^\r]*\r\n)*\d{3} [^\r]*\r\n/.exec(this.#text);
      if (match) {
        this.#text = this.#text.slice(match[0].length);
        return match[0].trimEnd().replaceAll('\r\n', '\n');
      }
      if (this.#closed) return '';
      await this.#more();
    }
  }

  /** Everything until the other side closes. */
  async rest(): Promise<string> {
    while (!this.#closed) await this.#more();
    return this.#text;
  }

  async startTls(options: ConnectionOptions): Promise<void> {
    this.#socket.removeAllListeners('data');
    const secured = connectTls({ ...options, socket: this.#socket });
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('error', reject);
    });
    this.#socket = secured;
    this.#listen();
  }

  end(): void {
    this.#socket.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #listen(): void {
    const wake = (): void => {
      this.#wake?.();
      this.#wake = undefined;
    };
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      wake();
    });
    this.#socket.on('error', wake);
    this.#socket.on('close', () => {
      this.#closed = true;
      wake();
    });
  }
}
