/** What policy answers: it judges and never acts. */

/** The three texts of a decision: a code and words for the peer, a rule and an explanation for the operator. */
export type Verdict =
  | { readonly kind: 'accept'; readonly rule: string; readonly explanation: string }
  | Refusal;

export interface Refusal {
  /** `defer` is 4yz: the client may come back; `refuse` is 5yz. */
  readonly kind: 'refuse' | 'defer';
  readonly code: number;
  /** RFC 3463; its class agrees with `code`. */
  readonly enhanced: string;
  /** For the peer: plain words, no rule, host or path. The reference is added by whoever replies. */
  readonly text: string;
  /** Stable name of what decided, such as `sender-not-permitted`. */
  readonly rule: string;
  /** For the operator: what decided, and what would make it pass. */
  readonly explanation: string;
}
