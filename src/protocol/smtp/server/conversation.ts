/** What a conversation offers and how far it has come: greeting, transaction and login, as the answers of the relay move them. */
import type { CommandState } from './command-step.ts';
import type { EngineOptions } from './engine-options.ts';
import type { AnsweredEvent } from './events.ts';
import type { Input } from './input.ts';
import { type Hello, type MailTransaction, noTransaction } from './session-state.ts';

export class Conversation implements CommandState {
  readonly options: EngineOptions;
  readonly #input: Input;
  hello: Hello = 'none';
  transaction: MailTransaction = noTransaction;
  authenticated = false;

  constructor(options: EngineOptions, input: Input) {
    this.options = options;
    this.#input = input;
  }

  get buffered(): number {
    return this.#input.buffered;
  }

  /** An event was answered; whether nothing may follow any more. */
  answered(event: AnsweredEvent, accepted: boolean): 'on' | 'end' {
    switch (event.kind) {
      case 'hello':
        if (accepted) this.hello = event.verb;
        this.transaction = noTransaction;
        return 'on';
      case 'mail':
        if (accepted) {
          const { body, smtpUtf8 } = event.parameters;
          this.transaction = { kind: 'envelope', body, smtpUtf8, tried: 0, accepted: 0 };
        }
        return 'on';
      case 'rcpt':
        if (this.transaction.kind === 'envelope' && accepted) this.transaction.accepted += 1;
        return 'on';
      case 'content-start':
      case 'content-end':
      case 'reset':
        this.transaction = noTransaction;
        return 'on';
      case 'chunk-end':
        if (!accepted) this.transaction = noTransaction;
        return 'on';
      case 'auth':
        if (accepted) this.authenticated = true;
        return 'on';
      case 'starttls':
        return accepted ? 'end' : 'on';
      case 'fault':
        return event.fault.fatal === true ? 'end' : 'on';
      case 'quit':
        return 'end';
      case 'answer':
        return 'on';
    }
  }
}
