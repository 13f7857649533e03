/** The dialogue of the mail path, with its lines written down. What proves an identity is never written down. */
import type { Answer } from '../../connector/smtp/dialogue.ts';
import { Dialogue } from '../../connector/smtp/dialogue.ts';
import type { Wire } from '../../connector/smtp/wire.ts';
import type { Recorder } from './recorder.ts';

// RFC 4954 6.
const challenge = 334;

export class RecordedDialogue extends Dialogue {
  readonly #recorder: Recorder;
  #isAuthenticating = false;

  constructor(wire: Wire, recorder: Recorder) {
    super(wire);
    this.#recorder = recorder;
  }

  override ask(line: string, timeoutMs: number): Promise<Answer> {
    this.#recorder.sent(this.#shown(line.replace(/\r\n$/, '')));
    return super.ask(line, timeoutMs);
  }

  override async next(timeoutMs: number): Promise<Answer> {
    const answer = await super.next(timeoutMs);
    if (answer.kind === 'reply') {
      this.#recorder.received(answer.reply);
      if (answer.reply.code !== challenge) this.#isAuthenticating = false;
    }
    return answer;
  }

  #shown(line: string): string {
    const auth = /^(AUTH \S+)(?: (.*))?$/i.exec(line);
    if (auth) {
      this.#isAuthenticating = true;
      return auth[2] === undefined ? line : `${auth[1]} ${masked(auth[2])}`;
    }
    return this.#isAuthenticating && line !== '' ? masked(line) : line;
  }
}

/** The length says whether a secret was empty or cut, and nothing else. */
function masked(text: string): string {
  return `[masked, ${text.length} characters]`;
}
