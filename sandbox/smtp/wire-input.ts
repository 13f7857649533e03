/**
 * Pulls lines and octets from a socket in order, so that a session reads like the conversation it is.
 * At most `bufferBytesMax` wait here; beyond it the socket is not read.
 */
import type { Socket } from 'node:net';
import type { SandboxClock } from '../clock.ts';

/** Why nothing more comes. */
export type Ending = 'ended' | 'idle' | 'expired';
export type LineRead =
  | { readonly kind: 'line'; readonly line: Buffer }
  | { readonly kind: 'too-long' }
  | { readonly kind: Ending };
export type OctetsRead = { readonly kind: 'octets'; readonly octets: Buffer } | { readonly kind: Ending };

const bufferBytesMax = 1024 * 1024;
const crlf = Buffer.from('\r\n');

export class WireInput {
  readonly #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #ending: Ending | undefined;
  #wake: (() => void) | undefined;
  readonly #idleMs: number;
  readonly #clock: SandboxClock;

  constructor(socket: Socket, idleMs: number, clock: SandboxClock) {
    this.#socket = socket;
    this.#idleMs = idleMs;
    this.#clock = clock;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    socket.on('error', this.#onEnd);
  }

  /** Octets that have come and were not read: more commands of a pipeline. */
  get bufferedBytes(): number {
    return this.#buffered.length;
  }

  /** Ends all reading from outside; the octets already there are lost. */
  stop(ending: Ending): void {
    this.#ending ??= ending;
    this.#buffered = Buffer.alloc(0);
    this.#wakeUp();
  }

  /** One line up to CR LF, without it. A line longer than `bytesMax` is swallowed to its end. */
  async line(bytesMax: number): Promise<LineRead> {
    let tooLong = false;
    for (;;) {
      const end = this.#buffered.indexOf(crlf);
      if (end !== -1) {
        const line = this.#take(end + 2).subarray(0, end);
        return tooLong || end > bytesMax ? { kind: 'too-long' } : { kind: 'line', line };
      }
      if (this.#buffered.length > bytesMax) {
        tooLong = true;
        // The last octet may be the CR of the end.
        this.#take(this.#buffered.length - 1);
      }
      const ending = await this.#more();
      if (ending !== undefined) return { kind: ending };
    }
  }

  /** Whatever is there, at least one octet and at most `bytesMax`. */
  async octets(bytesMax: number): Promise<OctetsRead> {
    while (this.#buffered.length === 0) {
      const ending = await this.#more();
      if (ending !== undefined) return { kind: ending };
    }
    return { kind: 'octets', octets: this.#take(Math.min(bytesMax, this.#buffered.length)) };
  }

  /** Lets time pass, in which the client owes nothing; false as soon as it went away. */
  async wait(ms: number): Promise<boolean> {
    let over = false;
    const callOff = this.#clock.after(ms, () => {
      over = true;
      this.#wakeUp();
    });
    // More of a pipeline may arrive meanwhile, so waking up does not mean the end.
    while (this.#ending === undefined && !over) await this.#nextWake();
    callOff();
    return this.#ending === undefined;
  }

  /** Puts octets back that belong to what follows. */
  unread(octets: Buffer): void {
    this.#buffered = octets.length === 0 ? this.#buffered : Buffer.concat([octets, this.#buffered]);
  }

  /** Lets go of the socket, for TLS to take it over. */
  detach(): void {
    this.#socket.off('data', this.#onData);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onEnd);
  }

  #take(bytes: number): Buffer {
    const taken = this.#buffered.subarray(0, bytes);
    this.#buffered = this.#buffered.subarray(bytes);
    if (this.#socket.isPaused() && this.#buffered.length < bufferBytesMax) this.#socket.resume();
    return taken;
  }

  async #more(): Promise<Ending | undefined> {
    if (this.#ending !== undefined) return this.#ending;
    const before = this.#buffered.length;
    const callOff = this.#clock.after(this.#idleMs, () => {
      this.#ending ??= 'idle';
      this.#wakeUp();
    });
    while (this.#buffered.length === before && this.#ending === undefined) {
      await this.#nextWake();
    }
    callOff();
    return this.#buffered.length === before ? this.#ending : undefined;
  }

  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    if (this.#buffered.length >= bufferBytesMax) this.#socket.pause();
    this.#wakeUp();
  };

  readonly #onEnd = (): void => {
    this.#ending ??= 'ended';
    this.#wakeUp();
  };

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
