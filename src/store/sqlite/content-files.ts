/**
 * Large contents, one file each beside the database: `content/xx/ID`.
 *
 * A file is written while the message arrives and is stable, directories included, before the row that names
 * it is committed; it is unlinked after the commit that lets it go. So a crash can leave a file that no row
 * names, which the sweep removes, but never a row without its file. All of it runs in libuv's pool.
 */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { QueueId } from '../../message/message.ts';
import type { ContentRef, ContentSink } from '../store.ts';
import { StoreError } from '../store.ts';
import { failureOf, storeError } from './failure.ts';
import { FileWriter } from './file-writer.ts';

/** Octets of one read. */
const chunkBytes = 256 * 1024;
// Identifiers are ours, but a name that is part of a path is held to a form all the same.
const safeName = /^[0-9A-Za-z_-]{2,64}$/;

type Stage = 'writing' | 'finished' | 'binding';

export class ContentFiles {
  readonly #directory: string;
  readonly #root: string;
  readonly #onFull: () => void;
  /** Files that no row names yet but that somebody works on: the sweep leaves them alone. */
  readonly #live = new Map<string, Stage>();
  readonly #madeFolders = new Map<string, Promise<void>>();
  readonly #unlinks = new Set<string>();
  #unlinking: Promise<void> = Promise.resolve();
  /** Resolves when nobody needs files any longer that are let go meanwhile. */
  #kept: Promise<void> = Promise.resolve();
  /** Octets of all files, as far as known: counted at the sweep, carried on from there. */
  bytes = 0;

  /** `onFull`: a write found no room. */
  constructor(directory: string, onFull: () => void) {
    this.#directory = directory;
    this.#onFull = onFull;
    this.#root = join(directory, 'content');
  }

  async prepare(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    await syncFolder(this.#directory);
  }

  create(id: QueueId): ContentSink {
    if (!safeName.test(id)) throw new StoreError('failed', `not an id for content: ${JSON.stringify(id)}`);
    const name = `${id.slice(-2)}/${id}`;
    if (this.#live.has(name)) throw new StoreError('failed', `content of ${id} is being written already`);
    this.#live.set(name, 'writing');
    const writer = new FileWriter(join(this.#root, name), () => this.#makeFolder(dirname(name)));
    const guarded = async <T>(run: () => Promise<T>): Promise<T> => {
      try {
        return await run();
      } catch (error) {
        throw this.#failure(error);
      }
    };
    return {
      write: (chunk) => guarded(() => writer.write(chunk)),
      finish: () =>
        guarded(async () => {
          this.bytes += await writer.finish();
          await syncFolder(join(this.#root, dirname(name)));
          if (this.#live.has(name)) this.#live.set(name, 'finished');
          return { kind: 'file', name };
        }),
      abort: async () => {
        await writer.stop();
        // Bound to a row, or about to be: then it is not ours to remove any more.
        const stage = this.#live.get(name);
        if (stage === 'writing' || stage === 'finished') await this.#discard(name);
      },
    };
  }

  /** A row that names the file is about to be written. */
  bind(ref: ContentRef): string {
    const name = nameOf(ref);
    if (this.#live.get(name) !== 'finished') {
      throw new StoreError('failed', `the content ${name} was not finished, or has a message already`);
    }
    this.#live.set(name, 'binding');
    return name;
  }

  /** The row is committed. */
  bound(name: string): void {
    this.#live.delete(name);
  }

  /** The row was not written: nothing of that message is kept. */
  async unbound(name: string): Promise<void> {
    if (this.#live.get(name) === 'binding') await this.#discard(name);
  }

  async *read(ref: ContentRef): AsyncIterable<Buffer> {
    const name = nameOf(ref);
    let file: FileHandle | undefined;
    try {
      file = await open(join(this.#root, name), 'r');
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(chunkBytes);
        const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throw this.#failure(error);
    } finally {
      await file?.close();
    }
  }

  /** Unlinks files that were let go, one after the other: the pool's threads are needed for arriving mail. */
  letGo(name: string): void {
    this.#unlinks.add(name);
    this.#unlinking = this.#unlinking.then(async () => {
      await this.#kept;
      await this.#remove(name);
      this.#unlinks.delete(name);
    });
  }

  /** Files that are let go from now on stay until this is disposed of: somebody copies them. */
  keep(): Disposable {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#kept;
    this.#kept = before.then(() => promise);
    return { [Symbol.dispose]: resolve };
  }

  /** Removes what `unnamed` says no row names; files being written or about to be named stay. */
  async sweep(unnamed: (names: readonly string[]) => Promise<readonly string[]>): Promise<number> {
    let removed = 0;
    let bytes = 0;
    for (const folder of await readdir(this.#root)) {
      // Looked at before the rows are: what gets its row in between is either live here or named there.
      const names = (await readdir(join(this.#root, folder)))
        .map((file) => `${folder}/${file}`)
        .filter((name) => !this.#live.has(name) && !this.#unlinks.has(name));
      const gone = new Set(names.length === 0 ? [] : await unnamed(names));
      for (const name of names) {
        if (gone.has(name)) {
          await this.#remove(name);
          removed += 1;
        } else {
          bytes += await this.#bytesOf(name);
        }
      }
    }
    this.bytes = bytes;
    return removed;
  }

  async close(): Promise<void> {
    await this.#unlinking;
  }

  async #makeFolder(folder: string): Promise<void> {
    let made = this.#madeFolders.get(folder);
    if (made === undefined) {
      made = mkdir(join(this.#root, folder), { mode: 0o700 }).then(
        () => syncFolder(this.#root),
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        },
      );
      this.#madeFolders.set(folder, made);
      made.catch(() => this.#madeFolders.delete(folder));
    }
    await made;
  }

  async #discard(name: string): Promise<void> {
    await this.#remove(name);
    this.#live.delete(name);
  }

  async #remove(name: string): Promise<void> {
    const bytes = await this.#bytesOf(name);
    try {
      await rm(join(this.#root, name), { force: true });
      this.bytes = Math.max(0, this.bytes - bytes);
    } catch {
      // The file stays for the next sweep: that it could not be removed loses nothing.
    }
  }

  async #bytesOf(name: string): Promise<number> {
    try {
      return (await stat(join(this.#root, name))).size;
    } catch {
      return 0;
    }
  }

  #failure(error: unknown): StoreError {
    if (error instanceof StoreError) return error;
    const failure = failureOf(error, this.#directory);
    if (failure.kind === 'full') this.#onFull();
    return storeError(failure, error);
  }
}

/** Makes names in a folder stable; systems that cannot sync a folder keep them by themselves. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function nameOf(ref: ContentRef): string {
  const name = ref.kind === 'file' ? ref.name : '';
  const [folder = '', file = '', ...more] = name.split('/');
  if (more.length > 0 || !safeName.test(file) || folder !== file.slice(-2)) {
    throw new StoreError('failed', `not a content name: ${JSON.stringify(name)}`);
  }
  return name;
}
