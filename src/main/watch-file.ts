/**
 * Notices that a file was changed or replaced. The directory is watched and not the file: editors and
 * configuration management write a new file and rename it over the old one, and Kubernetes swaps a link.
 */
import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { CancelTimer, Clock } from '../platform/clock.ts';

// Saving makes several events, and the first may come before the text is complete.
const quietMs = 200;

/** `changed` is called once the events of a change are over; `failed` when the watch itself ends. */
export function watchFile(
  file: string,
  options: { readonly clock: Clock; readonly changed: () => void; readonly failed: (error: Error) => void },
): Disposable {
  const name = basename(file);
  let cancel: CancelTimer = () => undefined;
  const watcher = watch(dirname(file), { persistent: false }, (_event, changedName) => {
    // `..data` is the link that Kubernetes swaps when a mounted ConfigMap changes.
    if (changedName !== null && changedName !== name && changedName !== '..data') return;
    cancel();
    cancel = options.clock.after(quietMs, options.changed);
  });
  watcher.on('error', options.failed);
  return {
    [Symbol.dispose]() {
      cancel();
      watcher.close();
    },
  };
}
