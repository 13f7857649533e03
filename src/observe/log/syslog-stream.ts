/**
 * The log to a syslog collector over TCP (RFC 6587 3.4.1, octet counting) or TLS (RFC 5425), by one connection that is kept.
 *
 * A message stays in the buffer until the system took it for the connection; when that breaks, the batch under way is sent again
 * by the next one, so a record may come twice. What the system had taken and the collector had not read is lost: syslog has
 * no acknowledgement. After a failure there are pauses that double up to a minute. The collector is not trusted: what it
 * sends is thrown away, and its certificate must lead to `ca` and bear the name it is asked for by.
 */
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CancelTimer, Clock } from '../../platform/clock.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LogOutput, OutputWatch } from './output.ts';
import type { SyslogOrigin } from './syslog-line.ts';
import { syslogLine } from './syslog-line.ts';

export interface SyslogStreamOptions {
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly transport: 'tcp' | 'tls';
  readonly origin: SyslogOrigin;
  /** PEM files; read at each connection, so that renewed ones count. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly bufferBytes: number;
  readonly watch: OutputWatch;
}

const gatherMs = 50;
const batchBytesMax = 64 * 1024;
const connectMs = 10_000;
const pauseMs = { initial: 1_000, maximum: 60_000 };
const keepAliveMs = 60_000;

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pausing' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly socket: Socket; isWriting: boolean };

export class SyslogStream implements LogOutput {
  readonly #options: SyslogStreamOptions;
  readonly #buffer: LineBuffer;
  #state: State = { kind: 'idle' };
  #cancel: CancelTimer | undefined;
  #pause = pauseMs.initial;
  #isTroubled = false;
  #isClosing = false;
  #emptied: (() => void) | undefined;

  constructor(options: SyslogStreamOptions) {
    this.#options = options;
    this.#buffer = new LineBuffer(options.bufferBytes);
  }

  write(line: string): void {
    if (this.#isClosing || !this.#buffer.push(line)) {
      this.#options.watch.dropped(1);
      return;
    }
    if (this.#state.kind === 'pausing' || this.#cancel) return;
    this.#cancel = this.#options.clock.after(gatherMs, () => {
      this.#cancel = undefined;
      this.#go();
    });
  }

  flushNow(): void {
    // Nothing goes over a network without waiting.
  }

  async close(graceMs: number): Promise<void> {
    this.#stopWaiting();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const timer = setTimeout(resolve, graceMs);
    if (this.#buffer.isEmpty) resolve();
    else this.#go();
    await promise;
    clearTimeout(timer);
    this.#isClosing = true;
    this.#stopWaiting();
    const state = this.#state;
    this.#state = { kind: 'idle' };
    if (state.kind === 'open') await ended(state.socket, graceMs);
  }

  #stopWaiting(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #go(): void {
    if (this.#isClosing) return;
    if (this.#buffer.isEmpty) {
      this.#emptied?.();
      return;
    }
    const state = this.#state;
    if (state.kind === 'idle' || (state.kind === 'pausing' && this.#emptied)) void this.#connect();
    else if (state.kind === 'open' && !state.isWriting) this.#send(state);
  }

  #send(state: Extract<State, { kind: 'open' }>): void {
    const lines = this.#buffer.first(batchBytesMax);
    const { origin } = this.#options;
    state.isWriting = true;
    const frames = lines.flatMap((line) => {
      const message = syslogLine(line, origin);
      return [Buffer.from(`${message.length} `), message];
    });
    state.socket.write(Buffer.concat(frames), (error) => {
      state.isWriting = false;
      // `close` of the socket does what is to be done.
      if (error) return;
      this.#buffer.remove(lines.length);
      this.#pause = pauseMs.initial;
      const lost = this.#buffer.takeDropped();
      if (this.#isTroubled || lost > 0) this.#options.watch.works(lost);
      this.#isTroubled = false;
      this.#go();
    });
  }

  async #connect(): Promise<void> {
    this.#state = { kind: 'connecting' };
    try {
      const socket = await this.#open();
      if (this.#isClosing) {
        socket.destroy();
        return;
      }
      this.#state = { kind: 'open', socket, isWriting: false };
      socket.once('close', () => this.#closed('the collector closed the connection'));
      this.#go();
    } catch (error) {
      this.#closed((error as Error).message);
    }
  }

  async #open(): Promise<Socket> {
    const { host, port, transport } = this.#options;
    const socket =
      transport === 'tcp' ? connectTcp({ host, port }) : connectTls({ host, port, ...(await this.#tls()) });
    socket.setKeepAlive(true, keepAliveMs);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy(new Error(`no connection within ${connectMs / 1000} s`));
      }, connectMs);
      socket.once(transport === 'tcp' ? 'connect' : 'secureConnect', () => {
        clearTimeout(timer);
        socket.resume();
        socket.unref();
        resolve(socket);
      });
      // Stays: an error without a listener would end the process.
      socket.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  async #tls(): Promise<object> {
    const { host, ca, certificate, key } = this.#options;
    const read = async (path: string | undefined): Promise<Buffer | undefined> =>
      path === undefined ? undefined : readFile(path);
    const [roots, cert, secret] = await Promise.all([read(ca), read(certificate), read(key)]);
    return {
      // RFC 9662: TLS 1.2 at least for syslog.
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(roots && { ca: roots }),
      ...(cert && secret && { cert, key: secret }),
    };
  }

  #closed(why: string): void {
    if (this.#isClosing || this.#state.kind === 'pausing') return;
    // A collector that closes an idle connection is asked again when there is something to say.
    this.#state = { kind: 'idle' };
    if (this.#buffer.isEmpty) return;
    this.#state = { kind: 'pausing' };
    if (!this.#isTroubled) this.#options.watch.trouble(why);
    this.#isTroubled = true;
    // At the end one try is enough.
    this.#emptied?.();
    const wait = this.#pause;
    this.#pause = Math.min(this.#pause * 2, pauseMs.maximum);
    this.#options.clock.after(wait, () => {
      if (this.#state.kind !== 'pausing') return;
      this.#state = { kind: 'idle' };
      this.#go();
    });
  }
}

function ended(socket: Socket, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), graceMs);
    socket.removeAllListeners('close');
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end();
  });
}
