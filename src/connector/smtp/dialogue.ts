/** Question and answer on a wire, for the few steps that open a connection. Mail itself does not go this way. */
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import type { Wire, WireFault } from './wire.ts';

export type Answer =
  | { readonly kind: 'reply'; readonly reply: SmtpReply }
  | { readonly kind: 'fault'; readonly fault: WireFault };

export class Dialogue {
  readonly #wire: Wire;
  readonly #early: SmtpReply[] = [];
  #fault: WireFault | undefined;
  #waiting: ((answer: Answer) => void) | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.listen();
  }

  /** Takes the wire (back) after somebody else led it. */
  listen(): void {
    this.#wire.handler = {
      onReplies: (replies) => {
        this.#early.push(...replies);
        this.#answer();
      },
      onFault: (fault) => {
        this.#fault = fault;
        this.#answer();
      },
    };
  }

  /** A reply has come that nobody asked for. */
  get hasUnasked(): boolean {
    return this.#early.length > 0;
  }

  /** Sends a command line and waits for its reply; the reply is never one that came before the command. */
  ask(line: string, timeoutMs: number): Promise<Answer> {
    if (this.hasUnasked) {
      const fault: WireFault = { kind: 'protocol', text: 'a reply came before the command' };
      this.#wire.destroy();
      return Promise.resolve({ kind: 'fault', fault });
    }
    this.#wire.send(line);
    this.#wire.flush();
    return this.next(timeoutMs);
  }

  next(timeoutMs: number): Promise<Answer> {
    this.#wire.expect(timeoutMs);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#answer();
    });
  }

  #answer(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const reply = this.#early.shift();
    if (reply) {
      this.#waiting = undefined;
      this.#wire.expect(0);
      waiting({ kind: 'reply', reply });
    } else if (this.#fault) {
      this.#waiting = undefined;
      waiting({ kind: 'fault', fault: this.#fault });
    }
  }
}
