/** A door in front of an endpoint of the stand-in: open, shut (connections are refused), or one behind which nobody answers. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { quietPort } from '../harness/quiet-port.ts';

export type GateState = 'open' | 'shut' | 'silent';

export class Gate {
  readonly #targetPort: number;
  /** While it is shut, nobody else gets it. */
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #state: GateState = 'open';

  private constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  static async before(targetPort: number): Promise<Gate> {
    const gate = new Gate(await quietPort(), targetPort);
    await gate.#listen();
    return gate;
  }

  /** Connections of the state before end with it. */
  async set(state: GateState): Promise<void> {
    this.#state = state;
    if (state === 'shut') await this.close();
    else {
      this.#cut();
      if (!this.#server) await this.#listen();
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      this.#cut();
    });
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(): Promise<void> {
    const server = createServer((near) => this.#enter(near));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: this.port }, resolve);
    });
    this.#server = server;
  }

  #enter(near: Socket): void {
    this.#keep(near);
    if (this.#state !== 'open') {
      near.resume();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: this.#targetPort });
    this.#keep(far);
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}
