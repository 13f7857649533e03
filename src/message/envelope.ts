import type { Mailbox, ReversePath } from '../protocol/address.ts';

/** RFC 1652, RFC 3030: what the client declared the content to be. */
export type BodyType = '7bit' | '8bitmime' | 'binarymime';

/** RFC 3461 4.1. `never` stands alone. */
export type Notify = 'never' | 'success' | 'failure' | 'delay';

/** What MAIL and RCPT said: the envelope of RFC 5321 2.3.1, which is not the header. */
export interface Envelope {
  readonly reversePath: ReversePath;
  readonly recipients: readonly EnvelopeRecipient[];
  readonly body: BodyType;
  /** RFC 6531: the client asked for SMTPUTF8 (addresses or header section may hold UTF-8). */
  readonly smtpUtf8: boolean;
  /** RFC 8689: every further hop must use verified TLS. */
  readonly requireTls: boolean;
  /** RFC 3461 4.3; absent: the sender of a DSN decides. */
  readonly ret?: 'full' | 'hdrs';
  /** RFC 3461 4.4, as received, still xtext-encoded. */
  readonly envid?: string;
}

export interface EnvelopeRecipient {
  readonly address: Mailbox;
  /** RFC 3461 4.1; absent: failure (and delay at our discretion). */
  readonly notify?: readonly Notify[];
  /** RFC 3461 4.2 `addr-type;xtext`, as received. */
  readonly orcpt?: string;
}
