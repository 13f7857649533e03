/** What makes one SMTP endpoint different from another: who may log in, and what is refused when. */
import type { Route } from '../ledger.ts';
import type { After, SmtpSession } from './session.ts';
import type { Transaction } from './transaction.ts';

/** A reply line without its stamp, or `undefined`: nothing is wrong. */
export type Refusal = string | undefined;

export type Handler = (session: SmtpSession, argument: string) => After | Promise<After>;

export interface Endpoint {
  readonly route: Route;
  /** AUTH mechanisms offered inside TLS; empty: AUTH is no command here. */
  readonly mechanisms: readonly string[];
  /** Commands besides those of every endpoint. */
  readonly commands: ReadonlyMap<string, Handler>;
  /** MAIL with well-formed parameters. */
  judgeSender(session: SmtpSession, from: string): Refusal;
  /** RCPT with a well-formed address. */
  judgeRecipient(session: SmtpSession, transaction: Transaction, address: string): Refusal;
  /** The whole content; what is in order is counted here. */
  judgeContent(session: SmtpSession, transaction: Transaction, content: Buffer): Refusal;
  /** The session is over. */
  ended?(session: SmtpSession): void;
}
