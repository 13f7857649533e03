/** A command at a terminal, made by util-linux's `script`: what it asks is answered as it is asked. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { join } from 'node:path';
import { repository } from './child.ts';
import { watchedEnvironment } from './witness-file.ts';

/** Without it the tests that need a terminal are skipped, visibly. */
export const hasTerminal = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

export interface TerminalRun {
  readonly code: number;
  /** Everything that was on the screen, without colours and cursor movements. */
  readonly screen: string;
}

/** `answers`: pairs of what is waited for on the screen and the keys that are then pressed. */
export async function runAtTerminal(
  args: readonly string[],
  answers: readonly (readonly [asked: string, keys: string])[],
): Promise<TerminalRun> {
  const words = [join(repository, 'bin/relay365'), ...args].map((word) => `'${word}'`).join(' ');
  // A terminal of no width would be drawn one character a line.
  const child = spawn('script', ['-qec', `stty cols 120 rows 40; exec ${words}`, '/dev/null'], {
    env: watchedEnvironment({ ...process.env, TERM: 'xterm' }),
  });
  let shown = '';
  let screen = '';
  let seen = 0;
  const waiting = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    // All of it anew: a control sequence may come in two pieces.
    screen = stripVTControlCharacters(shown);
    const [next] = waiting;
    const at = next ? screen.indexOf(next[0], seen) : -1;
    if (!next || at === -1) return;
    waiting.shift();
    seen = at + next[0].length;
    child.stdin.write(next[1]);
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, screen };
}
