/**
 * One mail transaction as the client sees it: which reply belongs to which command, and what follows.
 * Pure: it is given replies in order and says what to write next.
 */
import type { SmtpReply } from './reply-reader.ts';

/**
 * How much is written before the first reply is read:
 * `lockstep`  one command at a time, for servers without PIPELINING;
 * `envelope`  MAIL and all RCPT, then what they allow;
 * `data`      MAIL, all RCPT and DATA (RFC 2920 3.1);
 * `ahead`     MAIL, all RCPT and the whole content with BDAT LAST (RFC 3030 4.2).
 */
export type Pace = 'lockstep' | 'envelope' | 'data' | 'ahead';

export type NextStep =
  /** More replies to what was written. */
  | 'wait'
  /** Lockstep: write the next RCPT. */
  | 'next-recipient'
  /** Write DATA. */
  | 'data-command'
  /** Write the content: BDAT with its octets, or the octets and the final dot. */
  | 'content'
  /** 354 without a recipient: write the final dot alone (RFC 2920 3.1). */
  | 'empty-content'
  /** All replies are in. */
  | 'done'
  /** The server takes recipients for a sender that it refused: nothing more may be written to it. */
  | 'out-of-step';

export class Transaction {
  readonly pace: Pace;
  readonly transfer: 'bdat' | 'data';
  /** The answer to MAIL. */
  mail: SmtpReply | undefined;
  /** The answers to RCPT, in the order written. */
  readonly rcpt: SmtpReply[] = [];
  /** The answer to DATA. */
  data: SmtpReply | undefined;
  /** The answer to the end of the content, which decides. */
  final: SmtpReply | undefined;
  accepted = 0;
  readonly #recipients: number;
  #resetPending: boolean;

  constructor(options: {
    readonly pace: Pace;
    readonly transfer: 'bdat' | 'data';
    /** RCPT commands; at least one. */
    readonly recipients: number;
    /** RSET was written before MAIL. */
    readonly reset: boolean;
  }) {
    this.pace = options.pace;
    this.transfer = options.transfer;
    this.#recipients = options.recipients;
    this.#resetPending = options.reset;
  }

  /** Some reply of this transaction was read, so the connection was alive when it began. */
  get answered(): boolean {
    return this.mail !== undefined;
  }

  /**
   * The server may still hold an open transaction, so RSET must precede the next MAIL: RFC 3030 2 calls the
   * state after a refused BDAT indeterminate, and MAIL without accepted content stays open (RFC 5321 4.1.4).
   */
  get leavesResidue(): boolean {
    if (this.mail === undefined) return true;
    if (!isPositive(this.mail)) return this.accepted > 0;
    if (this.final === undefined) return true;
    return this.transfer === 'bdat' && !isPositive(this.final);
  }

  next(reply: SmtpReply): NextStep {
    if (this.#resetPending) {
      this.#resetPending = false;
      return isPositive(reply) ? 'wait' : 'out-of-step';
    }
    if (this.mail === undefined) return this.#onMail(reply);
    if (this.rcpt.length < this.#recipients && !this.#mailEndsIt()) return this.#onRecipient(reply);
    if (this.transfer === 'data' && this.data === undefined) return this.#onData(reply);
    this.final = reply;
    return 'done';
  }

  #mailEndsIt(): boolean {
    return this.pace === 'lockstep' && this.mail !== undefined && !isPositive(this.mail);
  }

  #onMail(reply: SmtpReply): NextStep {
    this.mail = reply;
    if (this.pace !== 'lockstep') return 'wait';
    return isPositive(reply) ? 'next-recipient' : 'done';
  }

  #onRecipient(reply: SmtpReply): NextStep {
    this.rcpt.push(reply);
    if (isPositive(reply)) this.accepted += 1;
    if (this.accepted > 0 && this.mail !== undefined && !isPositive(this.mail)) return 'out-of-step';
    if (this.rcpt.length < this.#recipients) return this.pace === 'lockstep' ? 'next-recipient' : 'wait';
    if (this.pace === 'data' || this.pace === 'ahead') return 'wait';
    if (this.accepted === 0) return 'done';
    return this.transfer === 'data' ? 'data-command' : 'content';
  }

  #onData(reply: SmtpReply): NextStep {
    this.data = reply;
    if (reply.code !== 354) {
      // RFC 5321 4.3.2: 354 is the only intermediate answer; a 2yz here leaves nobody knowing what comes next.
      return isPositive(reply) ? 'out-of-step' : 'done';
    }
    return this.accepted > 0 ? 'content' : 'empty-content';
  }
}

/** 2yz. */
export function isPositive(reply: SmtpReply): boolean {
  return reply.code < 300;
}
