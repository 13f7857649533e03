import type { CutOver } from '../../policy/cut-over.ts';

/** The switch of the cut-over mode; kept over a restart. */
export interface CutOverControl {
  readonly current: CutOver | undefined;
  start(mode: CutOver): Promise<void>;
  /** False: it was not on. */
  stop(): Promise<boolean>;
}
