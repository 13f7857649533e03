/** What all sessions of one endpoint share. */
import type { SecureContext } from 'node:tls';
import type { FaultBook } from '../faults.ts';
import type { Ledger } from '../ledger.ts';
import type { SandboxClock } from '../clock.ts';
import type { Capability } from './capabilities.ts';
import type { Endpoint } from './endpoint.ts';
import type { ContentBudget } from './transaction.ts';

export interface SessionLimits {
  /** Octets of one message; announced as SIZE. */
  readonly messageBytes: number;
  /** Octets of one command line. */
  readonly lineBytes: number;
  /** Recipients of one transaction; one more is answered 452 4.5.3. */
  readonly recipients: number;
  /** Refused commands in one connection; then 421. */
  readonly errors: number;
  /** Silence of the client, in milliseconds. */
  readonly idleMs: number;
  /** Length of a whole session, in milliseconds. */
  readonly sessionMs: number;
}

export interface SessionContext {
  /** Name in banner and replies. */
  readonly host: string;
  readonly offered: ReadonlySet<Capability>;
  readonly limits: SessionLimits;
  readonly secureContext: SecureContext;
  readonly ledger: Ledger;
  readonly faults: FaultBook;
  readonly budget: ContentBudget;
  readonly clock: SandboxClock;
  readonly endpoint: Endpoint;
  /** Told of every reply of 4xx and 5xx. */
  readonly refused: (reply: string, session: { readonly client: string }) => void;
  /** Next InternalId. */
  readonly nextId: () => string;
}
