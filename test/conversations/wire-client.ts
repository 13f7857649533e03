/** A raw client on a real socket: sends exactly the octets it is told to. */
import { connect, type Socket } from 'node:net';
import { connect as tlsConnect, type ConnectionOptions, type TLSSocket } from 'node:tls';

export class WireClient {
  #socket: Socket;
  #received = '';
  #closed = false;
  #wake: (() => void) | undefined;
  /** Data events so far: how many pieces the replies came in. */
  pieces = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#attach(socket);
  }

  static async connect(port: number, options: { readonly from?: string } = {}): Promise<WireClient> {
    const { from } = options;
    const socket = connect({
      port,
      host: '127.0.0.1',
      allowHalfOpen: true,
      ...(from === undefined ? {} : { localAddress: from }),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new WireClient(socket);
  }

  get socket(): Socket {
    return this.#socket;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(octets: string | Buffer): void {
    this.#socket.write(octets, 'latin1');
  }

  /** Waits for this many whole replies (last lines `ddd `) and returns all that came, or what came before the close. */
  async replies(count = 1): Promise<string> {
    const complete = new RegExp(`^(?:(?:\\d{3}-[^\\r\\n]*\\r\\n)*\\d{3} [^\\r\\n]*\\r\\n){${count}}`);
    for (;;) {
      const found = complete.exec(this.#received)?.[0];
      if (found !== undefined) {
        this.#received = this.#received.slice(found.length);
        return found;
      }
      if (this.#closed) return this.#take();
      await this.#event();
    }
  }

  async command(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.replies();
  }

  /** Waits for the close; returns what came before it. */
  async end(): Promise<string> {
    while (!this.#closed) await this.#event();
    return this.#take();
  }

  /** The client's side of a handshake on this connection. */
  async startTls(options: ConnectionOptions = {}): Promise<TLSSocket> {
    this.#socket.removeAllListeners('data');
    const socket = tlsConnect({ socket: this.#socket, rejectUnauthorized: false, ...options });
    this.#closed = false;
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed in the handshake')));
    });
    this.#socket = socket;
    this.#attach(socket);
    return socket;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.pieces += 1;
      this.#received += chunk.toString('latin1');
      this.#wake?.();
    });
    // A reset by the server is one way of being closed, which `end` reports.
    socket.on('error', () => {});
    const closed = (): void => {
      this.#closed = true;
      this.#wake?.();
    };
    socket.once('end', closed);
    socket.once('close', closed);
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #take(): string {
    const received = this.#received;
    this.#received = '';
    return received;
  }
}
