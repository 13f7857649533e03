/** What the routes of the test bench work on; the composition root gives it. */
import type {
  ConversationEvent,
  ConversationQuestion,
  ConversationView,
  ValidationQuestion,
  ValidationView,
} from '../../../contract/schemas.ts';
import type { Role } from '../../../contract/roles.ts';

export interface Asker {
  readonly name: string;
  readonly role: Role;
  readonly signal: AbortSignal;
}

export interface TestBenchControl {
  /** Throws Problem: what is asked for is not there, not permitted, or not now. */
  hold(question: ConversationQuestion, asker: Asker): AsyncIterable<ConversationEvent>;
  /** The newest first. */
  conversations(): ConversationView[];
  /** Throws Problem. */
  validate(connector: string, question: ValidationQuestion, asker: Asker): Promise<ValidationView>;
  lastValidation(connector: string): ValidationView | undefined;
}
