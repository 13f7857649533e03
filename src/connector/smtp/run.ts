/** A transaction under way on one connection, and what can go wrong with it on our own side. */
import type { Failure, Stage } from '../../message/outcome.ts';
import type { UnwritableCommand } from '../../protocol/smtp/client/command.ts';
import { BareLineFeed } from '../../protocol/smtp/client/dot-stuffing.ts';
import type { Plan } from '../../protocol/smtp/client/plan.ts';
import type { Transaction } from '../../protocol/smtp/client/transaction.ts';
import type { Job } from './job.ts';

export interface Run {
  readonly job: Job;
  readonly plan: Extract<Plan, { kind: 'send' }>;
  readonly transaction: Transaction;
  /** RCPT lines still to be written in lockstep. */
  readonly lines: readonly string[];
  /** The first on this connection proves nothing about idle time, so its loss counts. */
  readonly isFirst: boolean;
  contentBegun: boolean;
  contentWritten: boolean;
}

/** Where the conversation stands: the first command that has no answer yet. */
export function stageOf({ transaction, lines, contentBegun }: Run): Stage {
  if (transaction.mail === undefined) return 'mail';
  if (transaction.rcpt.length < lines.length) return 'rcpt';
  return contentBegun || transaction.data !== undefined ? 'content' : 'data';
}

export function unwritable(error: UnwritableCommand, host: string): Failure {
  return {
    scope: 'message',
    permanence: 'permanent',
    stage: 'mail',
    code: 'unwritable-command',
    text: `the envelope cannot be written to ${host}: ${error.message}`,
    status: '5.5.4',
  };
}

export function contentFailure(error: unknown): Failure {
  if (error instanceof BareLineFeed) {
    return {
      scope: 'message',
      permanence: 'permanent',
      stage: 'content',
      code: 'bare-line-feed',
      text: `the content cannot be sent with DATA: ${error.message}`,
      status: '5.6.0',
    };
  }
  return {
    scope: 'message',
    permanence: 'transient',
    stage: 'content',
    code: 'content-unreadable',
    text: `the content could not be read from the store: ${error instanceof Error ? error.message : String(error)}`,
    status: '4.3.0',
  };
}
