/**
 * Watches the room left on the disk of the data directory, so that mail is refused with 452 while there is
 * still room for what is under way, and taken again by itself when there is more.
 */
import { statfs } from 'node:fs';
import type { CancelTimer, Clock, Milliseconds } from './clock.ts';

export interface DiskGuard extends Disposable {
  /** As of the last look; known without I/O. */
  readonly isFull: boolean;
  /** Octets free for us; `undefined` before the first look and where the system does not tell. */
  readonly bytesFree: number | undefined;
  /** Looks at once. */
  look(): Promise<void>;
}

export interface DiskGuardOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Octets that must stay free. */
  readonly minimumFreeBytes: number;
  /** Between two looks; one costs some 20 microseconds. */
  readonly intervalMs?: Milliseconds;
  /** For tests: octets free, instead of asking the system. */
  readonly freeBytes?: (path: string) => Promise<number | undefined>;
  /** After each look. */
  readonly onLook?: () => void;
}

// A disk that hovers around the bound would otherwise open and close intake with every look.
const recoveryFactor = 1.05;

export function watchDisk(options: DiskGuardOptions): DiskGuard {
  const { path, clock, minimumFreeBytes, intervalMs = 1000, freeBytes = freeBytesOf } = options;
  let isFull = false;
  let bytesFree: number | undefined;
  let cancel: CancelTimer = () => undefined;
  let stopped = false;

  const look = async (): Promise<void> => {
    const free = await freeBytes(path);
    if (stopped) return;
    bytesFree = free;
    // Where nobody can tell, writes that fail are what tells.
    isFull = free !== undefined && free < (isFull ? minimumFreeBytes * recoveryFactor : minimumFreeBytes);
    options.onLook?.();
  };
  const loop = (): void => {
    cancel = clock.after(intervalMs, () => void look().finally(() => stopped || loop()));
  };
  loop();

  return {
    get isFull() {
      return isFull;
    },
    get bytesFree() {
      return bytesFree;
    },
    look,
    [Symbol.dispose]() {
      stopped = true;
      cancel();
    },
  };
}

/** Octets free for ordinary users on the file system of `path`; `undefined` when the system does not tell. */
export function freeBytesOf(path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    statfs(path, (error, stats) => resolve(error ? undefined : stats.bavail * stats.bsize));
  });
}
