/** What the engine finds wrong by the rules of the protocol alone. */

export interface Fault {
  readonly code: number;
  /** RFC 3463. */
  readonly enhanced: string;
  /** For the peer; quotes nothing of its input. */
  readonly text: string;
  /** Stable name for operators, such as `syntax` or `order`. */
  readonly rule: string;
  /** For the operator: what was wrong and what would be right. */
  readonly explanation: string;
  /** The conversation cannot go on, because what follows cannot be told apart: reply, then close. */
  readonly fatal?: true;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function faulty(fault: Fault): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault };
}

/** 501: the argument does not follow the grammar. */
export function argumentFault(text: string, explanation = text): Fault {
  return { code: 501, enhanced: '5.5.4', text, rule: 'syntax', explanation };
}

/** 503: RFC 5321 4.1.4, the command is known and comes at the wrong time. */
export function orderFault(text: string): Fault {
  return { code: 503, enhanced: '5.5.1', text, rule: 'order', explanation: text };
}
