/** One SMTP session apart from its socket: what is known of the client, and where its transaction stands. */
import type { Intake } from '../accept/acceptance.ts';
import type { EnvelopeRecipient } from '../message/envelope.ts';
import type { QueueId, TraceEntry } from '../message/message.ts';
import type { TlsSummary } from '../message/outcome.ts';
import type { Instant } from '../platform/clock.ts';
import type { ClientCertificate, ClientFacts } from '../policy/client-facts.ts';
import type { Policy, Source } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import type { ReversePath } from '../protocol/address.ts';
import type { ServerEngine } from '../protocol/smtp/server/engine.ts';
import type { MailParameters } from '../protocol/smtp/server/events.ts';
import type { ServerReply } from '../protocol/smtp/server/reply.ts';
import type { ListenerOptions } from './options.ts';

export type SessionTransaction =
  | { readonly kind: 'none' }
  /** MAIL was answered 250, so that the trace learns whom a stranger wanted to write to; RCPT is refused. */
  | {
      readonly kind: 'stranger';
      readonly refusal: Refusal;
      readonly reversePath: ReversePath;
      readonly startedAt: Instant;
    }
  | EnvelopeTransaction
  | ContentTransaction
  /** All content is given away, and the answer of the queue is awaited: nothing can be taken back now. */
  | { readonly kind: 'finishing'; readonly startedAt: Instant };

export interface EnvelopeTransaction {
  readonly kind: 'envelope';
  readonly id: QueueId;
  readonly startedAt: Instant;
  readonly source: Source;
  readonly trace: readonly TraceEntry[];
  readonly reversePath: ReversePath;
  readonly parameters: MailParameters;
  readonly recipients: EnvelopeRecipient[];
  readonly recipientsMax: number;
  readonly messageBytesMax: number;
  /** Value of the Received-SPF field; absent: SPF was not asked. */
  readonly receivedSpf?: string;
  /** Why the message is held once it is accepted; absent: it is not. */
  readonly hold?: string;
  /** Recipients refused by policy so far. */
  refused: number;
  /** Recipients beyond `recipientsMax` so far. */
  beyondMax: number;
}

export interface ContentTransaction {
  readonly kind: 'content';
  readonly envelope: EnvelopeTransaction;
  readonly startedAt: Instant;
  readonly intake: Intake;
  bytes: number;
  /** Found while reading; the rest is read and thrown away. */
  refusal: Refusal | undefined;
}

export const noTransaction: SessionTransaction = { kind: 'none' };

/** The client as the connection shows it; fixed for one session. */
export interface Client {
  /** Normalised; from the PROXY header where that is trusted. */
  readonly address: string;
  readonly tls?: TlsSummary;
  readonly certificate?: ClientCertificate;
}

/** Ends a session after what is to be sent was sent. */
export interface Ending {
  readonly reason: string;
  /** Nothing more is sent or waited for. */
  readonly atOnce: boolean;
}

export class SessionCore {
  readonly options: ListenerOptions;
  readonly policy: Policy;
  readonly client: Client;
  readonly engine: ServerEngine;
  /** Reference of the session in log and trace. */
  readonly ref: string;
  helo = '';
  esmtp = false;
  login: { readonly username: string; readonly source: string } | undefined;
  transaction: SessionTransaction = noTransaction;
  messages = 0;
  errors = 0;
  /** The source whose connections this one is counted with. */
  countedSource: string | undefined;
  ending: Ending | undefined;
  /** STARTTLS was answered 220: the next octets are a handshake. */
  upgrading = false;
  /** The listener is closing: no new transaction. */
  draining = false;

  constructor(given: {
    readonly options: ListenerOptions;
    readonly policy: Policy;
    readonly client: Client;
    readonly engine: ServerEngine;
    readonly ref: string;
  }) {
    this.options = given.options;
    this.policy = given.policy;
    this.client = given.client;
    this.engine = given.engine;
    this.ref = given.ref;
  }

  now(): Instant {
    return this.options.clock.now();
  }

  facts(): ClientFacts {
    const { address, tls, certificate } = this.client;
    return {
      at: this.now(),
      address,
      listener: this.options.config.name,
      tls: tls !== undefined,
      ...(this.login === undefined ? {} : { login: this.login }),
      ...(certificate === undefined ? {} : { certificate }),
    };
  }

  /** Drops the transaction; content given away so far is not kept. */
  dropTransaction(): void {
    const { transaction } = this;
    // With a refusal the intake was let go already.
    if (transaction.kind === 'content' && transaction.refusal === undefined) transaction.intake.abort();
    this.transaction = noTransaction;
  }

  /** Says 421 (RFC 5321 3.8) and ends the session. */
  endWith(reply: ServerReply, reason: string): void {
    if (this.ending !== undefined) return;
    this.engine.say(reply);
    this.ending = { reason, atOnce: false };
    this.dropTransaction();
  }

  end(reason: string): void {
    this.ending ??= { reason, atOnce: false };
    this.dropTransaction();
  }

  cutOff(reason: string): void {
    this.ending = { reason, atOnce: true };
    this.dropTransaction();
  }
}
