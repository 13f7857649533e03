/** Asks at the terminal on standard error, or reads one line of standard input for each question. */
import type { Interface } from 'node:readline/promises';
import { createInterface } from 'node:readline/promises';
import { atTerminal } from './at-terminal.ts';
import { CommandFailure, exitCodes } from './failure.ts';

export class Questions {
  readonly #isTerminal = process.stdin.isTTY;
  #lines: Interface | undefined;
  #iterator: AsyncIterator<string> | undefined;

  /** What is typed is not shown. */
  async secret(words: string): Promise<string> {
    if (!this.#isTerminal) return this.#line(words);
    const { password } = await import('@clack/prompts');
    return answered(
      await atTerminal((signal) => password({ message: words, output: process.stderr, signal })),
    );
  }

  /** Asked twice at a terminal. */
  async newSecret(words: string): Promise<string> {
    const first = await this.secret(words);
    if (this.#isTerminal && (await this.secret('The same again')) !== first)
      throw new CommandFailure(exitCodes.other, 'the two are not the same: nothing was done');
    return first;
  }

  async text(words: string): Promise<string> {
    if (!this.#isTerminal) return this.#line(words);
    const { text } = await import('@clack/prompts');
    return answered(
      await atTerminal((signal) => text({ message: words, output: process.stderr, signal })),
    ).trim();
  }

  /** Also where nothing was asked; standard input keeps no process alive afterwards. */
  close(): void {
    this.#lines?.close();
  }

  async #line(words: string): Promise<string> {
    this.#lines ??= createInterface({ input: process.stdin, terminal: false });
    this.#iterator ??= this.#lines[Symbol.asyncIterator]();
    const line = await this.#iterator.next();
    if (line.done === true)
      throw new CommandFailure(exitCodes.other, `standard input has no line for: ${words}`);
    return line.value;
  }
}

function answered(value: string | symbol): string {
  if (typeof value === 'string') return value;
  throw new CommandFailure(exitCodes.other, 'nothing was done');
}
