/** What the submission endpoints share. */
import type { SandboxClock } from '../clock.ts';
import type { TokenAuthority } from '../identity/token-authority.ts';
import type { Switches } from '../switches.ts';
import type { Directory } from '../tenant/directory.ts';
import type { MailboxBook } from './mailbox-book.ts';

export interface SubmissionContext {
  readonly directory: Directory;
  readonly switches: Switches;
  readonly authority: TokenAuthority;
  readonly clock: SandboxClock;
  readonly mailboxes: MailboxBook;
  /** Why a login failed; the client is not told. */
  readonly loginFailed: (why: string) => void;
}
