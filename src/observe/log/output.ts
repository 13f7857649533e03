/** A place that the log goes to, beside standard output. */
export interface LogOutput {
  /** Never waits and never throws; `line` ends with a line feed. */
  write(line: string): void;
  /** Writes out what can be written without waiting; at the end of a process that fails. */
  flushNow(): void;
  /** Writes out what waits, for at most `graceMs` in real time, and lets go. */
  close(graceMs: number): Promise<void>;
}

/** What an output tells of itself. */
export interface OutputWatch {
  /** Lines are lost. */
  dropped(lines: number): void;
  /** It cannot write now; once until `works`. */
  trouble(text: string): void;
  /** It writes again, or for the first time; `lost`: lines dropped in between. */
  works(lost: number): void;
}
