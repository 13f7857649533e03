/** Reads the policy file again when it changes; what goes wrong is told and changes nothing. */
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import { watchFile } from './watch-file.ts';

export function watchPolicy(
  keeper: Pick<PolicyKeeper, 'reloadIfChanged'>,
  file: string,
  clock: Clock,
  events: Events,
): Disposable {
  const fault = (error: unknown): void => {
    events.emit({
      kind: 'fault',
      where: 'policy watch',
      text: error instanceof Error ? error.message : String(error),
    });
  };
  return watchFile(file, { clock, changed: () => void keeper.reloadIfChanged().catch(fault), failed: fault });
}
