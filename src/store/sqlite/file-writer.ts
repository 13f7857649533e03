/** Writes one content into its file: chunks are gathered into large writes, of which one is under way at a time. */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { StoreError } from '../store.ts';

/** Octets of one write. */
const chunkBytes = 256 * 1024;
/** Octets that may wait in memory for the disk, per content. */
const waitingBytesMax = 512 * 1024;

export class FileWriter {
  readonly #path: string;
  readonly #makeFolder: () => Promise<void>;
  #file: FileHandle | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #bytes = 0;
  #work: Promise<void> | undefined;
  #failure: unknown;
  #stopped = false;

  constructor(path: string, makeFolder: () => Promise<void>) {
    this.#path = path;
    this.#makeFolder = makeFolder;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#assertUsable();
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= chunkBytes) this.#work ??= this.#drain();
    if (this.#waitingBytes > waitingBytesMax) await this.#work;
    this.#assertUsable();
  }

  /** Resolves with the octets written when they are stable. */
  async finish(): Promise<number> {
    this.#assertUsable();
    await this.#work;
    while (this.#waiting.length > 0 || this.#file === undefined) await (this.#work = this.#drain());
    this.#assertUsable();
    await this.#file.datasync();
    await this.#close();
    return this.#bytes;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting = [];
    await this.#work;
    await this.#close();
  }

  /** Never rejects: a failure is kept for the next call. */
  async #drain(): Promise<void> {
    try {
      if (this.#file === undefined) {
        await this.#makeFolder();
        this.#file = await open(this.#path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      }
      while (this.#waiting.length > 0) {
        const chunks = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        this.#bytes += await writeAll(this.#file, chunks);
      }
    } catch (error) {
      this.#failure ??= error;
      this.#waiting = [];
    } finally {
      this.#work = undefined;
    }
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#stopped = true;
    await file?.close();
  }

  #assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stopped) throw new StoreError('closed', 'the content is finished or was let go');
  }
}

/** `writev` may write less than it was given, when the disk is nearly full or a signal comes. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<number> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  let { bytesWritten } = await file.writev(chunks);
  while (bytesWritten < total) {
    const rest = Buffer.concat(chunks).subarray(bytesWritten);
    bytesWritten += (await file.write(rest)).bytesWritten;
  }
  return total;
}
