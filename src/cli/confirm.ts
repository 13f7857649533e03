/**
 * Asks before something that cannot be taken back. At a terminal the person is asked. Where nobody can be asked, a command
 * that names one thing does as it is told; one that concerns as many as fit needs `--yes`.
 */
import { atTerminal } from './at-terminal.ts';
import { CommandFailure, exitCodes } from './failure.ts';

export interface Deed {
  /** What would happen, with counts: `give up 3 messages, and tell 2 senders`. */
  readonly words: string;
  /** `named`: the one thing that was typed; `fitting`: whatever fits. */
  readonly about: 'named' | 'fitting';
}

/** Throws where it is not to be done. */
export async function confirm(options: { readonly yes?: boolean }, { words, about }: Deed): Promise<void> {
  if (options.yes === true) return;
  if (!process.stdin.isTTY) {
    if (about === 'named') return;
    throw new CommandFailure(exitCodes.other, `nothing was done: it would ${words}; --yes does it`);
  }
  const { confirm: ask } = await import('@clack/prompts');
  const said = await atTerminal((signal) =>
    ask({ message: `Really ${words}?`, initialValue: false, output: process.stderr, signal }),
  );
  if (said !== true) throw new CommandFailure(exitCodes.other, 'nothing was done');
}
