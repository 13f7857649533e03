/** Writes down a conversation: each step with its lines, its time and what it means, told at once to who watches. */
import type { Clock } from '../../platform/clock.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import type { ConversationStep, StepFinding, StepName } from './conversation.ts';
import { stepTitles } from './conversation.ts';

/** Lines kept of one step in one direction. */
const linesMax = 300;

export class Recorder {
  readonly steps: ConversationStep[] = [];
  readonly #clock: Clock;
  readonly #told: (step: ConversationStep) => void;
  readonly #beganAt: number;
  #sent: string[] = [];
  #received: string[] = [];
  #at: number;

  constructor(clock: Clock, told: (step: ConversationStep) => void) {
    this.#clock = clock;
    this.#told = told;
    this.#at = this.#now();
    this.#beganAt = this.#at;
  }

  get ms(): number {
    return rounded(this.#now() - this.#beganAt);
  }

  get hasFailed(): boolean {
    return this.steps.at(-1)?.outcome === 'fail';
  }

  sent(line: string): void {
    if (this.#sent.length < linesMax) this.#sent.push(line);
  }

  received(reply: SmtpReply): void {
    for (const line of linesOf(reply)) if (this.#received.length < linesMax) this.#received.push(line);
  }

  /** Ends the step under way. */
  add(step: StepName, found: StepFinding): ConversationStep {
    const now = this.#now();
    const { outcome = 'ok', explained, advice, code, tls, offers, received } = found;
    const entry: ConversationStep = {
      step,
      outcome,
      title: stepTitles[step],
      sent: this.#sent,
      received: received ?? this.#received,
      explained,
      ...(advice !== undefined && { advice }),
      ...(code !== undefined && { code }),
      ms: rounded(now - this.#at),
      ...(tls && { tls }),
      ...(offers && { offers }),
    };
    this.#sent = [];
    this.#received = [];
    this.#at = now;
    this.steps.push(entry);
    this.#told(entry);
    return entry;
  }

  #now(): number {
    return this.#clock.monotonic?.() ?? this.#clock.now();
  }
}

/** As it stood on the wire: code, `-` before every line but the last, enhanced code where there was one. */
export function linesOf({ code, enhanced, lines }: SmtpReply): string[] {
  return lines.map((text, index) => {
    const mark = index < lines.length - 1 ? '-' : ' ';
    return `${code}${mark}${enhanced === undefined ? '' : `${enhanced} `}${text}`.trimEnd();
  });
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
