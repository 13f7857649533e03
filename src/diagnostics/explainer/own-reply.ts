/** A refusal of this relay as data: what it says, and which of its settings it comes from. */

export interface OwnReply {
  /** Stable name of what decides; the trace shows it. */
  readonly rule: string;
  readonly code: number;
  readonly enhanced: string;
  /** Words of the reply; `…` stands for what changes. */
  readonly text: string;
  readonly meaning: string;
  readonly todo: string;
  readonly side: 'ours' | 'device';
  /** Keys of policy or configuration, with `[]` for one of a list. */
  readonly settings: readonly string[];
}
