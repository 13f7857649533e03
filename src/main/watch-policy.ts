/**
 * Reads the policy file again when it changes; what goes wrong is told and changes nothing. A version that could not be put
 * on record (a full disk) is tried again until it can, because nothing touches the file again when there is room.
 */
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import { watchFile } from './watch-file.ts';

/** Between two attempts, in milliseconds: as long as the next look at the disk and little more. */
const againMs = 2_000;

export interface PolicyWatch extends Disposable {
  /** Reads the file again in a while: somebody else's reading of it threw, and told why. */
  again(): void;
}

export function watchPolicy(
  keeper: Pick<PolicyKeeper, 'reloadIfChanged'>,
  file: string,
  clock: Clock,
  events: Events,
): PolicyWatch {
  let cancel: CancelTimer = () => undefined;
  let isStopped = false;
  let said: string | undefined;
  const fault = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    // The same reason every two seconds would fill the log.
    if (text !== said) events.emit({ kind: 'fault', where: 'policy watch', text });
    said = text;
  };
  const again = (): void => {
    cancel();
    if (!isStopped) cancel = clock.after(againMs, read);
  };
  const read = (): void => {
    keeper.reloadIfChanged().then(
      () => {
        said = undefined;
      },
      (error: unknown) => {
        fault(error);
        again();
      },
    );
  };
  const watch = watchFile(file, { clock, changed: read, failed: fault });
  return {
    again,
    [Symbol.dispose]() {
      isStopped = true;
      cancel();
      watch[Symbol.dispose]();
    },
  };
}
