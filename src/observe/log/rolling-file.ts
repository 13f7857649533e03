/**
 * Lines into files, one a day (UTC) at least, off the event loop.
 *
 * Lines are gathered and appended together. What waits is bounded; a disk that is full or slow costs lines of the log, which are
 * counted and said, and never mail. Files older than `keepMs`, and the oldest beyond `totalBytes`, are removed when
 * a file is begun. Files are made for the owner alone, because they name people.
 */
import { appendFileSync } from 'node:fs';
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancelTimer, Clock, Instant } from '../../platform/clock.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LogOutput, OutputWatch } from './output.ts';

export interface RollingFileOptions {
  readonly clock: Clock;
  readonly directory: string;
  /** Name of the file of a day; `part` counts from 0 within it. */
  readonly nameOf: (day: string, part: number) => string;
  /** The other way round; `undefined` for a file that is not ours. */
  readonly dayOf: (name: string) => string | undefined;
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly keepMs: number;
  readonly bufferBytes: number;
  /** What a file begins with. */
  readonly header?: (at: Instant) => string;
  readonly watch: OutputWatch;
}

const gatherMs = 100;
const writeBytesMax = 256 * 1024;
const retryMs = 5_000;
const dayMs = 86_400_000;

interface Open {
  readonly handle: FileHandle;
  readonly day: string;
  readonly path: string;
  readonly part: number;
  bytes: number;
}

export class RollingFile implements LogOutput {
  readonly #options: RollingFileOptions;
  readonly #buffer: LineBuffer;
  #open: Open | undefined;
  #writing: Promise<void> | undefined;
  #cancel: CancelTimer | undefined;
  #isTroubled = false;
  #isClosed = false;

  constructor(options: RollingFileOptions) {
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
    const { path } = this.#open ?? {};
    if (path === undefined || this.#buffer.isEmpty) return;
    try {
      const lines = this.#buffer.first(Infinity);
      appendFileSync(path, lines.join(''));
      this.#buffer.remove(lines.length);
    } catch {
      // The process ends, and there is nowhere left to say so.
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel?.();
    await this.#writing;
    if (!this.#buffer.isEmpty) await this.#writeAll();
    await this.#open?.handle.close();
    this.#open = undefined;
  }

  #schedule(delayMs: number): void {
    if (this.#cancel || this.#writing) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#cancel = undefined;
      this.#writing = this.#writeAll().finally(() => {
        this.#writing = undefined;
        if (!this.#buffer.isEmpty && !this.#isClosed) this.#schedule(this.#isTroubled ? retryMs : gatherMs);
      });
    });
  }

  async #writeAll(): Promise<void> {
    const { clock, watch } = this.#options;
    try {
      while (!this.#buffer.isEmpty) {
        const lines = this.#buffer.first(writeBytesMax);
        const bytes = Buffer.from(lines.join(''), 'utf8');
        const file = await this.#fileFor(clock.now(), bytes.length);
        await file.handle.appendFile(bytes);
        file.bytes += bytes.length;
        this.#buffer.remove(lines.length);
      }
    } catch (error) {
      await this.#letGo();
      if (!this.#isTroubled) watch.trouble((error as Error).message);
      this.#isTroubled = true;
      return;
    }
    const lost = this.#buffer.takeDropped();
    if (this.#isTroubled || lost > 0) watch.works(lost);
    this.#isTroubled = false;
  }

  async #fileFor(at: Instant, bytes: number): Promise<Open> {
    const day = new Date(at).toISOString().slice(0, 10);
    const { fileBytes } = this.#options;
    const now = this.#open;
    if (now && now.day === day && now.bytes + bytes <= fileBytes) return now;
    await this.#letGo();
    // A file of this day that stands already is continued, unless it is full.
    let part = now?.day === day ? now.part + 1 : 0;
    for (; ; part += 1) {
      const begun = await this.#begin(day, part);
      if (begun.bytes > 0 && begun.bytes + bytes > fileBytes) {
        await begun.handle.close();
        continue;
      }
      this.#open = begun;
      if (begun.bytes === 0) await this.#clear(at);
      await this.#writeHeader(begun, at);
      return begun;
    }
  }

  async #begin(day: string, part: number): Promise<Open> {
    const { directory, nameOf } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, nameOf(day, part));
    const handle = await open(path, 'a', 0o600);
    const { size } = await handle.stat();
    return { handle, day, path, part, bytes: size };
  }

  /** Again where a file is continued: the software was started anew, and its fields may be others. */
  async #writeHeader(file: Open, at: Instant): Promise<void> {
    const text = this.#options.header?.(at);
    if (text === undefined) return;
    await file.handle.appendFile(text);
    file.bytes += Buffer.byteLength(text);
  }

  async #clear(at: Instant): Promise<void> {
    const { directory, dayOf, keepMs, totalBytes } = this.#options;
    const ours = (await readdir(directory)).flatMap((name) => {
      const day = dayOf(name);
      return day === undefined ? [] : [{ path: join(directory, name), begin: Date.parse(day) }];
    });
    const sized = await Promise.all(
      ours.map(async (file) => {
        const { size, mtimeMs } = await stat(file.path);
        return { ...file, size, mtimeMs };
      }),
    );
    let total = 0;
    for (const file of sized.toSorted((a, b) => b.begin - a.begin || b.mtimeMs - a.mtimeMs)) {
      total += file.size;
      // A day ends a day after its begin.
      const isOld = Number.isNaN(file.begin) || file.begin + dayMs + keepMs < at;
      if ((isOld || total > totalBytes) && file.size > 0) await unlink(file.path);
    }
  }

  async #letGo(): Promise<void> {
    const handle = this.#open?.handle;
    this.#open = undefined;
    try {
      await handle?.close();
    } catch {
      // It was in trouble before; what is not written is still in the buffer.
    }
  }
}
