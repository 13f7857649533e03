/** A question at the terminal, which the end of input ends, too. */
import type { Key } from 'node:readline';

/**
 * Asks with a prompt of the library, which is given the signal. The library knows Ctrl-C and Escape; at Ctrl-D on an empty
 * line its reader closes and nothing answers any more, so the process would end with the code 13 of Node.js and no word.
 * Here the question ends as one that was broken off.
 */
export async function atTerminal<Answer>(ask: (ended: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const { stdin } = process;
  const ended = new AbortController();
  let isAnswered = false;
  const end = (): void => {
    if (!isAnswered) ended.abort();
  };
  const onKey = (_text: string | undefined, key: Key): void => {
    if (key.ctrl !== true || key.name !== 'd') return;
    // Where something was typed, Ctrl-D deletes a character, and the reader goes on.
    setImmediate(() => {
      if (stdin.isPaused()) end();
    });
  };
  stdin.on('keypress', onKey).once('end', end);
  try {
    return await ask(ended.signal);
  } finally {
    isAnswered = true;
    stdin.off('keypress', onKey).off('end', end);
  }
}
