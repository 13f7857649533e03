/** A set-up as sections to read and paste: what to run, how to see that it worked, and how to take it back. */

export interface SetupSection {
  /** Stable, for anchors and for the check list. */
  readonly id: string;
  readonly title: string;
  /** Where the lines are typed. */
  readonly kind: 'powershell' | 'dns' | 'portal';
  /** What it is for, and what goes wrong without it. */
  readonly why: string;
  readonly lines: readonly string[];
  /** Shows that it is in force. */
  readonly check: readonly string[];
  readonly undo: readonly string[];
  /** Page of Microsoft that the lines follow. */
  readonly source: string;
}
