/** What the engine tells its caller. Each kind says how it is answered. */
import type { Mailbox, ReversePath } from '../../address.ts';
import type { AuthMechanism } from './capabilities.ts';
import type { Fault } from './fault.ts';

export type BodyParameter = '7bit' | '8bitmime' | 'binarymime';
export type NotifyParameter = 'never' | 'success' | 'failure' | 'delay';

export interface MailParameters {
  /** RFC 1870; a number above 2^53 - 1 is given as that. */
  readonly size: number | undefined;
  readonly body: BodyParameter;
  readonly smtpUtf8: boolean;
  readonly requireTls: boolean;
  readonly ret: 'full' | 'hdrs' | undefined;
  /** RFC 3461 4.4, still xtext-encoded. */
  readonly envid: string | undefined;
}

export interface RcptParameters {
  readonly notify: readonly NotifyParameter[] | undefined;
  /** RFC 3461 4.2 `addr-type;xtext`, as received. */
  readonly orcpt: string | undefined;
}

/** Answer with `reply`; a code below 400 makes it count. */
export type AnsweredEvent =
  /** EHLO or HELO: any transaction is over. `domain` is printable, bounded, and nothing but a claim. */
  | { readonly kind: 'hello'; readonly verb: 'EHLO' | 'HELO'; readonly domain: string }
  | { readonly kind: 'mail'; readonly reversePath: ReversePath; readonly parameters: MailParameters }
  | { readonly kind: 'rcpt'; readonly recipient: Mailbox; readonly parameters: RcptParameters }
  /** DATA, or the first BDAT: answer with `proceed`, or with a reply that refuses and ends the transaction. */
  | { readonly kind: 'content-start'; readonly via: 'DATA' | 'BDAT' }
  /** A chunk of BDAT that is not the last is complete; a refusal ends the transaction. */
  | { readonly kind: 'chunk-end'; readonly bytes: number }
  /** The content is complete; whatever the reply, the transaction is over. */
  | { readonly kind: 'content-end' }
  /** 235 or a refusal. */
  | {
      readonly kind: 'auth';
      readonly mechanism: AuthMechanism;
      readonly username: string;
      readonly password: string;
    }
  /** 220, and then the engine is done: what follows is another conversation under TLS. */
  | { readonly kind: 'starttls' }
  | { readonly kind: 'reset' }
  /** NOOP, HELP, VRFY: nothing of the transaction changes. `text` is the fitting reply. */
  | { readonly kind: 'answer'; readonly verb: string; readonly code: number; readonly text: string }
  | { readonly kind: 'quit' }
  /** Syntax, order or size against the protocol. `verb` is printable; `unknown` where it is no command. */
  | {
      readonly kind: 'fault';
      readonly verb: string;
      readonly fault: Fault;
      /** As the client wrote it, of MAIL, RCPT, EHLO and HELO; not bounded beyond its line, and not made printable. */
      readonly argument?: string;
    };

/** No answer. */
export type SilentEvent =
  /** Octets of the content, without dot-stuffing; a view of the buffer that was fed. */
  | { readonly kind: 'content'; readonly bytes: Buffer }
  /** Not SMTP, or an attack: close at once and send nothing. The engine gives no event after it. */
  | { readonly kind: 'cut-off'; readonly rule: string; readonly explanation: string };

export type ServerEvent = AnsweredEvent | SilentEvent;
