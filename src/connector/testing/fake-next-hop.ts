/**
 * A next hop for tests that behaves as it is told: it refuses, stays silent, breaks off and injects where a
 * real server would only rarely. It records what it was sent. It shares no code with the client that it tests.
 */
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { HopRecord, NextHopOptions, ReceivedMessage } from './fake-conversation.ts';
import { FakeConversation } from './fake-conversation.ts';

export type { NextHopOptions } from './fake-conversation.ts';

export class FakeNextHop implements AsyncDisposable, HopRecord {
  readonly messages: ReceivedMessage[] = [];
  /** Every command line of every connection, `connection: line`. */
  readonly lines: string[] = [];
  /** Chunks as they arrived, as an observation of round trips. */
  readonly reads: number[] = [];
  connections = 0;
  readonly sockets = new Set<Socket>();
  readonly #waiting = new Set<() => boolean>();
  readonly #server: Server;
  readonly options: NextHopOptions;

  private constructor(options: NextHopOptions) {
    this.options = options;
    const allowHalfOpen = options.neverCloses === true;
    this.#server = createServer({ noDelay: true, allowHalfOpen }, (socket) => this.#accept(socket));
  }

  static async start(options: NextHopOptions = {}, host = '127.0.0.1', port = 0): Promise<FakeNextHop> {
    const hop = new FakeNextHop(options);
    await new Promise<void>((resolve, reject) => {
      hop.#server.once('error', reject);
      hop.#server.listen(port, host, resolve);
    });
    return hop;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves once the condition holds; it is looked at after each command, message and connection. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add(() => {
        if (condition()) resolve();
        return condition();
      });
    });
  }

  /** Something happened; for conversations. */
  noticed(): void {
    for (const check of this.#waiting) if (check()) this.#waiting.delete(check);
  }

  /** Commands of one verb, without the number of the connection. */
  said(verb: string): readonly string[] {
    return this.lines
      .map((line) => line.replace(/^\d+: /, ''))
      .filter((line) => line.toUpperCase().startsWith(verb));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.noticed();
    });
    const number = this.connections;
    const conversation = new FakeConversation(this, number);
    if (this.options.implicitTls) conversation.secure(socket);
    else conversation.start(socket);
    this.noticed();
  }
}
