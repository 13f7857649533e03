/** What the endpoints refused, and why where the client was not told: the last thousand, oldest first. */
import type { SandboxClock } from './clock.ts';

export interface RefusalRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `mx`, `submission`, `hve`, `acs`, `identity` or `graph`. */
  readonly endpoint: string;
  readonly client: string;
  /** Reply without its stamp, or status and error code. */
  readonly reply: string;
  readonly why?: string;
}

const recordsMax = 1000;

export class RefusalLog {
  readonly #clock: SandboxClock;
  #records: RefusalRecord[] = [];
  #why: string | undefined;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** The reason of the refusal that is said next. */
  explain(why: string): void {
    this.#why = why;
  }

  add(record: Omit<RefusalRecord, 'at' | 'why'>): void {
    const why = this.#why;
    this.#why = undefined;
    this.#records.push({ at: this.#clock.now(), ...record, ...(why !== undefined && { why }) });
    if (this.#records.length > recordsMax) this.#records = this.#records.slice(-recordsMax);
  }

  list(): readonly RefusalRecord[] {
    return this.#records;
  }
}
