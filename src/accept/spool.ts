/**
 * Holds the content of one message until it is complete: in memory while it is small, in a sink of the store
 * from then on, with a bound on what waits to be written.
 */
import type { QueueId } from '../message/message.ts';
import type { ContentSink, NewContent, Store } from '../store/store.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';

/** Octets given to the sink and not yet written; at this many the socket is not read. */
const waitingMax = 512 * 1024;
/** Pieces are joined up to this size before they cost a call into the store. */
const blockBytes = 64 * 1024;
/** A piece below this size is copied, because each kept piece holds on to the memory it came in. */
const smallPiece = 2048;

/** Less than this is not worth a file, however short memory is. */
const leaveEarlyMin = 16 * 1024;

export interface SpoolOptions {
  readonly store: Store;
  readonly id: QueueId;
  readonly budget: BytesInFlight;
  /** Octets of the body that stay in memory. */
  readonly memoryMax: number;
  /** The head, made when the first octet has to leave memory: `body` is the first `memoryMax` octets, or all. */
  readonly head: (body: readonly Buffer[]) => readonly Buffer[];
  /** The head may be made from less of the body than `memoryMax` when memory is short. */
  readonly mayLeaveEarly: boolean;
}

export class Spool {
  /** Octets of the whole content once it is finished. */
  bytes = 0;
  readonly #options: SpoolOptions;
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** Small pieces are gathered here; the filled part is the last of `#pieces` when a larger one follows. */
  #block: Buffer | undefined;
  #blockFilled = 0;
  #sink: ContentSink | undefined;
  #waiting = 0;
  #fault: unknown;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  add(piece: Buffer): void {
    if (piece.length === 0 || this.#isOver || this.#fault !== undefined) return;
    this.#options.budget.take(piece.length);
    this.#pieceBytes += piece.length;
    this.bytes += piece.length;
    this.#gather(piece);
    if (this.#sink) {
      if (this.#pieceBytes >= blockBytes) this.#flush();
    } else if (
      this.#pieceBytes > this.#options.memoryMax ||
      (this.#options.mayLeaveEarly && this.#pieceBytes >= leaveEarlyMin && this.#options.budget.isOver)
    ) {
      this.#leaveMemory();
    }
  }

  /** `false`: read no more until `drained`. */
  get hasRoom(): boolean {
    return this.#fault !== undefined || (this.#waiting <= waitingMax && !this.#options.budget.isPressing);
  }

  async drained(): Promise<void> {
    while (!this.#isOver && !this.hasRoom) {
      if (this.#waiting > waitingMax) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      } else {
        await this.#options.budget.relief();
      }
    }
  }

  /** The content is complete. Rejects with what the store said; the caller then calls `abort`. */
  async finish(): Promise<NewContent> {
    if (this.#fault !== undefined) throw this.#fault;
    if (!this.#sink) {
      const body = this.#takePieces();
      const head = this.#addHead(body);
      return { kind: 'bytes', chunks: [...head, ...body] };
    }
    this.#flush();
    if (this.#fault !== undefined) throw this.#fault;
    return { kind: 'streamed', ref: await this.#sink.finish() };
  }

  /** Gives the memory back; what is in the sink stays. After the commit, and within `abort`. */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.budget.give(this.#pieceBytes);
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#block = undefined;
    this.#wake?.();
  }

  /** Nothing stays, neither in memory nor in the store. Resolves when the store has let go. */
  async abort(): Promise<void> {
    this.release();
    await this.#sink?.abort();
  }

  #gather(piece: Buffer): void {
    if (piece.length >= smallPiece) {
      this.#closeBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#block && this.#blockFilled + piece.length > this.#block.length) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafeSlow(smallPiece * 8);
    this.#blockFilled += piece.copy(this.#block, this.#blockFilled);
  }

  #closeBlock(): void {
    if (this.#block && this.#blockFilled > 0) this.#pieces.push(this.#block.subarray(0, this.#blockFilled));
    this.#block = undefined;
    this.#blockFilled = 0;
  }

  #takePieces(): Buffer[] {
    this.#closeBlock();
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  #leaveMemory(): void {
    try {
      this.#sink = this.#options.store.createContent(this.#options.id);
    } catch (error) {
      this.#fault = error ?? new Error('the store gave no reason');
      return;
    }
    const body = this.#takePieces();
    const head = this.#addHead(body);
    this.#pieces = [...head, ...body];
    this.#flush();
  }

  #addHead(body: readonly Buffer[]): readonly Buffer[] {
    const head = this.#options.head(body);
    const bytes = byteCount(head);
    this.#options.budget.take(bytes);
    this.#pieceBytes += bytes;
    this.bytes += bytes;
    return head;
  }

  #flush(): void {
    const pieces = this.#takePieces();
    const bytes = this.#pieceBytes;
    this.#pieceBytes = 0;
    if (bytes === 0) return;
    void this.#write(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, bytes));
  }

  async #write(block: Buffer): Promise<void> {
    const { budget } = this.#options;
    this.#waiting += block.length;
    budget.drainBegins(block.length);
    try {
      await this.#sink?.write(block);
    } catch (error) {
      this.#fault ??= error ?? new Error('the store gave no reason');
    } finally {
      this.#waiting -= block.length;
      budget.give(block.length);
      budget.drainEnds(block.length);
      if (this.#waiting <= waitingMax / 2 || this.#fault !== undefined) {
        this.#wake?.();
        this.#wake = undefined;
      }
    }
  }
}

export function byteCount(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}
