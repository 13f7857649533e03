/**
 * One socket to a next hop: octets in become replies, what is sent in one turn leaves in one write, and one
 * coarse deadline watches that the peer answers.
 *
 * The peer is not trusted: replies are bounded by the reply reader, and octets that arrive in clear behind the
 * answer to STARTTLS are a fault (NO STARTTLS, RFC 3207 6). Faults are told once through the handler and never thrown.
 */
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { CancelTimer, Clock } from '../../platform/clock.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import { ReplyReader } from '../../protocol/smtp/client/reply-reader.ts';

export type WireFault =
  /** The peer ended the connection in order. */
  | { readonly kind: 'closed' }
  /** Reset, unreachable, TLS broken: `code` as Node.js names it. */
  | { readonly kind: 'error'; readonly code: string; readonly text: string }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  /** What the peer sent is no SMTP, or out of order. */
  | { readonly kind: 'protocol'; readonly text: string }
  /** Our own doing. */
  | { readonly kind: 'aborted' };

export interface WireHandler {
  /** Every reply that one read brought, in order. */
  onReplies(replies: readonly SmtpReply[]): void;
  /** Once; nothing follows it. */
  onFault(fault: WireFault): void;
}

// Up to this many octets the pieces of a turn are copied into one buffer and written at once, so that TLS makes
// one record of them; beyond it copying costs more than a vectored write.
const joinBytesMax = 128 * 1024;

export class Wire {
  #socket: Socket;
  readonly #clock: Clock;
  readonly #reader = new ReplyReader();
  #handler: WireHandler | undefined;
  #out: (string | Buffer)[] = [];
  #corked = false;
  #closed = false;
  #deadlineAt = 0;
  #allowedMs = 0;
  #timerAt = 0;
  #cancelTimer: CancelTimer | undefined;
  #drained: (() => void) | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.#attach(socket);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Whoever leads the conversation; may change between its parts. */
  set handler(handler: WireHandler) {
    this.#handler = handler;
  }

  /** Queues octets for the write at the end of this turn of input, or at `flush`. */
  send(data: string | Buffer): void {
    this.#out.push(data);
  }

  /** Writes what was queued; false: the socket's buffer is full, wait for `drain`. */
  flush(): boolean {
    if (this.#corked || this.#out.length === 0) return true;
    const parts = this.#out;
    this.#out = [];
    if (this.#closed) return true;
    if (parts.length === 1) return this.#writeOne(parts[0] as string | Buffer);
    let bytes = 0;
    for (const part of parts) bytes += Buffer.byteLength(part);
    if (bytes > joinBytesMax) return this.#writeMany(parts);
    return this.#socket.write(joined(parts, bytes));
  }

  /** Resolves when the socket takes more, or is closed. */
  drain(): Promise<void> {
    if (this.#closed || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** The peer must answer within `ms` from now; 0 lifts the deadline. Costs no timer while one is running. */
  expect(ms: number): void {
    this.#allowedMs = ms;
    this.#deadlineAt = ms === 0 ? 0 : this.#clock.now() + ms;
    if (ms !== 0 && (this.#cancelTimer === undefined || this.#deadlineAt < this.#timerAt)) this.#arm(ms);
  }

  /**
   * Hands the bare socket over for a TLS handshake and takes the TLS socket back with `secured`. False when
   * octets have arrived that the peer sent in clear.
   */
  release(): boolean {
    const clean = this.#reader.isEmpty && this.#socket.readableLength === 0;
    this.#socket.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error');
    this.#socket.removeAllListeners('close').removeAllListeners('drain');
    // From here on the TLS socket tells every fault; without a listener the same error here would end the process.
    this.#socket.on('error', () => undefined);
    return clean;
  }

  secured(socket: TLSSocket): void {
    this.#socket = socket;
    this.#attach(socket);
  }

  /** Ends the connection without a word; no fault is told. */
  destroy(): void {
    this.#finish();
    this.#socket.destroy();
  }

  /** Ends the connection for a reason that the handler is told. */
  fail(fault: WireFault): void {
    this.#fault(fault);
  }

  /**
   * Says a last word and ends in order: with its answer both sides have said all, so a peer that leaves the closing to us
   * is not waited for; one that does not answer is cut off after `ms`. The handler hears nothing more; `onGone` is called
   * when the socket is closed.
   */
  end(lastWord: string, ms: number, onGone: () => void): void {
    if (this.#closed) return;
    this.#finish();
    const socket = this.#socket;
    const cancel = this.#clock.after(ms, () => socket.destroy());
    socket.once('close', () => {
      cancel();
      onGone();
    });
    socket.once('data', () => socket.destroy());
    socket.end(lastWord);
  }

  #attach(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('end', () => this.#fault({ kind: 'closed' }));
    socket.on('close', () => this.#fault({ kind: 'closed' }));
    socket.on('drain', () => this.#resolveDrain());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#fault({ kind: 'error', code: error.code ?? 'EUNKNOWN', text: error.message });
    });
  }

  #onData(chunk: Buffer): void {
    if (this.#closed) return;
    const { replies, fault } = this.#reader.read(chunk);
    this.#corked = true;
    if (replies.length > 0) this.#handler?.onReplies(replies);
    this.#corked = false;
    if (fault !== undefined) this.#fault({ kind: 'protocol', text: `reply cannot be read: ${fault}` });
    this.flush();
  }

  #writeOne(part: string | Buffer): boolean {
    return typeof part === 'string' ? this.#socket.write(part, 'utf8') : this.#socket.write(part);
  }

  #writeMany(parts: readonly (string | Buffer)[]): boolean {
    this.#socket.cork();
    for (const part of parts) this.#writeOne(part);
    this.#socket.uncork();
    return !this.#socket.writableNeedDrain;
  }

  #arm(ms: number): void {
    this.#cancelTimer?.();
    this.#timerAt = this.#clock.now() + ms;
    this.#cancelTimer = this.#clock.after(ms, () => this.#onTimer());
  }

  #onTimer(): void {
    this.#cancelTimer = undefined;
    if (this.#deadlineAt === 0 || this.#closed) return;
    const left = this.#deadlineAt - this.#clock.now();
    if (left > 0) this.#arm(left);
    else this.#fault({ kind: 'timeout', afterMs: this.#allowedMs });
  }

  #fault(fault: WireFault): void {
    if (this.#closed) return;
    const handler = this.#handler;
    this.#finish();
    this.#socket.destroy();
    handler?.onFault(fault);
  }

  #finish(): void {
    this.#closed = true;
    this.#out = [];
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#resolveDrain();
  }

  #resolveDrain(): void {
    const resolve = this.#drained;
    this.#drained = undefined;
    resolve?.();
  }
}

function joined(parts: readonly (string | Buffer)[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const part of parts) {
    at += typeof part === 'string' ? whole.write(part, at, 'utf8') : part.copy(whole, at);
  }
  return whole;
}
