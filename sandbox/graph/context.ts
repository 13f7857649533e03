/** What the handlers of Graph share, and one request of theirs, authorised. */
import type { SandboxClock } from '../clock.ts';
import type { FaultBook } from '../faults.ts';
import type { HttpRequest } from '../http/server.ts';
import type { AccessToken, TokenAuthority } from '../identity/token-authority.ts';
import type { Ledger } from '../ledger.ts';
import type { MailboxBook } from '../submission/mailbox-book.ts';
import type { Switches } from '../switches.ts';
import type { Directory, MailboxEntry } from '../tenant/directory.ts';
import type { DraftStore } from './drafts.ts';
import type { GraphStamp } from './errors.ts';

export interface GraphContext {
  readonly directory: Directory;
  readonly switches: Switches;
  readonly authority: TokenAuthority;
  readonly clock: SandboxClock;
  readonly mailboxes: MailboxBook;
  readonly ledger: Ledger;
  readonly faults: FaultBook;
  readonly drafts: DraftStore;
  /** Requests under way, by application and mailbox. */
  readonly busy: Map<string, number>;
  readonly nextId: () => string;
  readonly nextUuid: () => string;
}

export interface GraphCall {
  readonly request: HttpRequest;
  readonly entry: MailboxEntry;
  readonly token: AccessToken;
  readonly stamp: GraphStamp;
}
