/** What kind of file system a directory lies on, as far as it decides whether files outlive the machine or the container. */
import { statfs } from 'node:fs/promises';

/** `memory`: gone with the machine; `container-layer`: gone with the container; `lasting`: neither, as far as is known. */
export type Persistence = 'memory' | 'container-layer' | 'lasting';

// Magic numbers of statfs(2): linux/magic.h.
const kinds = new Map<number, Persistence>([
  [0x01021994, 'memory'], // tmpfs
  [0x858458f6, 'memory'], // ramfs
  [0x794c7630, 'container-layer'], // overlayfs
]);

/** Kind of a file system by the number that the system gives; unknown numbers count as lasting. */
export function persistenceOf(type: number): Persistence {
  // Some systems give the number as a signed 32-bit value.
  return kinds.get(type >>> 0) ?? 'lasting';
}

/** Rejects when the path cannot be looked at. Other systems than Linux have numbers of their own, and count as lasting. */
export async function persistenceAt(path: string): Promise<Persistence> {
  if (process.platform !== 'linux') return 'lasting';
  return persistenceOf((await statfs(path)).type);
}
