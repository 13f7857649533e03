import type { CutOver } from '../../policy/cut-over.ts';

/** The switch of the cut-over mode; kept over a restart. */
export interface CutOverControl {
  readonly current: CutOver | undefined;
  /** Whom it told to come back: recipients, each time, and senders of an address, once. */
  readonly deferred: { readonly recipients: number; readonly senders: number };
  start(mode: CutOver): Promise<void>;
  /** False: it was not on. */
  stop(): Promise<boolean>;
}
