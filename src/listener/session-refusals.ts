/** Why the relay ends a session by itself: each is the 421 to the client and the words for the operator. */
import type { Refusal } from '../policy/verdict.ts';
import { countOf } from '../platform/words.ts';

export function tooManyCommands(max: number): Refusal {
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.7.0',
    text: 'Too many commands',
    rule: 'commands',
    explanation: `the client sent more than ${max} commands in one connection (limits.commands)`,
  };
}

export function transactionTooLong(milliseconds: number): Refusal {
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.4.2',
    text: 'Transaction took too long',
    rule: 'transaction-time',
    explanation: `from MAIL on the client took more than ${countOf(milliseconds / 1000, 'second')} (limits.transaction)`,
  };
}

export function internalError(text: string): Refusal {
  return {
    kind: 'defer',
    code: 421,
    enhanced: '4.3.0',
    text: 'Internal error',
    rule: 'fault',
    explanation: `a fault of the relay, not of the client; the fault event of the same moment has the details: ${text}`,
  };
}
