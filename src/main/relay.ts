/** What a running relay is to whoever started it, and what tests and the quickstart put in place of the real thing. */
import type { PolicyChange } from '../admin/context.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { Dns } from '../platform/dns.ts';
import type { Random } from '../platform/random.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { Queue } from '../queue/queue.ts';
import type { ObservationOptions } from './observation.ts';

export interface Overrides extends ObservationOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly dns?: Dns;
  /** Which addresses an MX may not lead to because they are our own; absent: those of this machine. */
  readonly isOwnAddress?: (address: string) => boolean;
  /** Where the console was built to; absent: `console/dist` beside `src/`. */
  readonly consoleDirectory?: string;
}

export interface Relay {
  readonly listeners: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  readonly consoleUrl?: string;
  /** Of the console, while it has no account: whoever opens it makes the first one. */
  readonly firstAccountUrl?: string;
  readonly queue: Queue;
  readonly policy: PolicyHolder;
  readonly events: Events;
  /** Writes out what waits in the log; blocks. */
  flushLog(): void;
  /** Reads the policy file again; a faulty one changes nothing. */
  reloadPolicy(): Promise<PolicyChange>;
  /** Reads the certificates of listeners and console again; what cannot be used is told in the log and changes nothing. */
  reloadCertificates(): Promise<void>;
  /**
   * Drains for at most `graceMs` (default: `shutdown.drain`), then closes everything. A second call with a shorter
   * time shortens the first.
   */
  stop(options?: { readonly graceMs?: number; readonly reason?: string }): Promise<void>;
}
