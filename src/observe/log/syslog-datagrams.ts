/**
 * The log to a syslog collector over UDP (RFC 5426): one datagram a message. Nobody tells whether it arrived; what the system
 * refuses to send (no route, nobody listens on this machine) is counted as dropped. The name is looked up again after an error and
 * every five minutes.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { CancelTimer, Clock } from '../../platform/clock.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LogOutput, OutputWatch } from './output.ts';
import type { SyslogOrigin } from './syslog-line.ts';
import { syslogLine } from './syslog-line.ts';

export interface SyslogDatagramsOptions {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly origin: SyslogOrigin;
  readonly bufferBytes: number;
  readonly watch: OutputWatch;
}

const gatherMs = 50;
const pauseMs = 1_000;
const batchBytesMax = 64 * 1024;
const lookUpEveryMs = 300_000;

interface Place {
  readonly socket: Socket;
  readonly address: string;
  readonly until: number;
}

export class SyslogDatagrams implements LogOutput {
  readonly #options: SyslogDatagramsOptions;
  readonly #buffer: LineBuffer;
  #place: Place | undefined;
  #sending: Promise<void> | undefined;
  #cancel: CancelTimer | undefined;
  #isTroubled = false;
  #isClosed = false;

  constructor(options: SyslogDatagramsOptions) {
    this.#options = options;
    this.#buffer = new LineBuffer(options.bufferBytes);
  }

  write(line: string): void {
    if (this.#isClosed || !this.#buffer.push(line)) {
      this.#options.watch.dropped(1);
      return;
    }
    this.#schedule(gatherMs);
  }

  flushNow(): void {
    // The socket hands over in a later turn.
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    const timer = setTimeout(() => this.#letGo(), graceMs);
    await this.#sending;
    if (!this.#buffer.isEmpty) await this.#sendAll();
    clearTimeout(timer);
    this.#letGo();
  }

  #schedule(delayMs: number): void {
    if (this.#cancel || this.#sending) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#cancel = undefined;
      this.#sending = this.#sendAll().finally(() => {
        this.#sending = undefined;
        if (!this.#buffer.isEmpty && !this.#isClosed) this.#schedule(this.#isTroubled ? pauseMs : gatherMs);
      });
    });
  }

  async #sendAll(): Promise<void> {
    const { watch, origin, port } = this.#options;
    try {
      while (!this.#buffer.isEmpty) {
        for (const line of this.#buffer.first(batchBytesMax)) {
          const { socket, address } = await this.#reach();
          await send(socket, syslogLine(line, origin), port, address);
          this.#buffer.remove(1);
        }
      }
    } catch (error) {
      this.#letGo();
      // The same datagram would meet the same error; a name that cannot be looked up says nothing of the line.
      if (!this.#isTroubled) watch.trouble((error as Error).message);
      this.#isTroubled = true;
      return;
    }
    const lost = this.#buffer.takeDropped();
    if (this.#isTroubled || lost > 0) watch.works(lost);
    this.#isTroubled = false;
  }

  async #reach(): Promise<Place> {
    const { host, clock } = this.#options;
    const now = clock.now();
    if (this.#place && this.#place.until > now) return this.#place;
    this.#letGo();
    const { address, family } = await lookup(host);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.unref();
    // Of a datagram that went before; the sender of the next one hears its own.
    socket.on('error', () => this.#letGo());
    this.#place = { socket, address, until: now + lookUpEveryMs };
    return this.#place;
  }

  #letGo(): void {
    const socket = this.#place?.socket;
    this.#place = undefined;
    socket?.close();
  }
}

function send(socket: Socket, bytes: Buffer, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
  });
}
