/**
 * Notices that a file was changed or replaced. The directory is watched and not the file: editors and
 * configuration management write a new file and rename it over the old one, and Kubernetes swaps a link. The file is looked
 * at as well: where it is a link, or its directory is one, a change makes no event there, and network file systems make none.
 */
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CancelTimer, Clock } from '../platform/clock.ts';

// Saving makes several events, and the first may come before the text is complete.
const quietMs = 200;
/** Between two looks, in milliseconds; one costs some 20 microseconds. */
const lookMs = 5_000;

/** `changed` is called once the events of a change are over; `failed` when the watch itself ends. */
export function watchFile(
  file: string,
  options: { readonly clock: Clock; readonly changed: () => void; readonly failed: (error: Error) => void },
): Disposable {
  const { clock, changed, failed } = options;
  const name = basename(file);
  let cancel: CancelTimer = () => undefined;
  let cancelLook: CancelTimer = () => undefined;
  let isStopped = false;
  let seen = stateOf(file);
  const soon = (): void => {
    cancel();
    if (isStopped) return;
    cancel = clock.after(quietMs, () => {
      seen = stateOf(file);
      changed();
    });
  };
  const look = async (): Promise<void> => {
    const before = seen;
    const [then, now] = await Promise.all([before, stateOf(file)]);
    if (isStopped) return;
    // An event came meanwhile: whoever is told reads what there is now.
    if (seen === before && then !== now) {
      seen = Promise.resolve(now);
      soon();
    }
    cancelLook = clock.after(lookMs, () => void look());
  };
  cancelLook = clock.after(lookMs, () => void look());
  const watcher = watch(dirname(file), { persistent: false }, (_event, changedName) => {
    // `..data` is the link that Kubernetes swaps when a mounted ConfigMap changes.
    if (changedName !== null && changedName !== name && changedName !== '..data') return;
    soon();
  });
  watcher.on('error', failed);
  return {
    [Symbol.dispose]() {
      isStopped = true;
      cancel();
      cancelLook();
      watcher.close();
    },
  };
}

/** Differs when the file was written, replaced, taken away or came back. */
async function stateOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(file, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
