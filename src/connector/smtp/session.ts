/**
 * An open connection to a next hop, as a queue of transactions.
 *
 * A message costs one write and one read where the peer allows it: MAIL, RCPT and the whole content with BDAT in one
 * go, or the end of one content and the next envelope in one (RFC 2920, RFC 3030). At most `runAheadMax` messages
 * are under way, since all of them are in doubt when the connection breaks. Replies belong to the oldest one.
 *
 * A connection that was idle has to prove that it lives before it gets a whole message: its first envelope goes
 * alone, so that a connection dropped in silence costs a second try on a fresh one and never a duplicate.
 */
import type { Failure } from '../../message/outcome.ts';
import type { Instant } from '../../platform/clock.ts';
import { commandLine } from '../../protocol/smtp/client/command.ts';
import type { SmtpReply } from '../../protocol/smtp/client/reply-reader.ts';
import type { NextStep } from '../../protocol/smtp/client/transaction.ts';
import { Transaction } from '../../protocol/smtp/client/transaction.ts';
import { classifyReply } from '../classify-reply.ts';
import { wireFailure } from './connection-failure.ts';
import { ContentWriter } from './content-writer.ts';
import { dataCommand, writeEnvelope } from './envelope-writer.ts';
import { finishRun, finishRuns } from './finish-run.ts';
import type { Job } from './job.ts';
import { notTried } from './job.ts';
import type { Interruption } from './judge-transaction.ts';
import type { OpenConnection } from './open-connection.ts';
import { paceOf, planJob } from './plan-job.ts';
import type { Run } from './run.ts';
import { contentFailure, stageOf } from './run.ts';
import type { SmtpSettings } from './settings.ts';
import type { WireFault } from './wire.ts';

/** Messages under way on one connection: one that waits for its answer, one behind it. */
export const runAheadMax = 2;
/** How long a message whose content is complete may still be answered after our own stop. */
const stopGraceMs = 5_000;
/** How long the peer may take to close after QUIT. Until then the connection counts, and another may wait for its place. */
const quitMs = 2_000;

const quit = commandLine('QUIT');

export interface SessionOwner {
  /** There is room for another job. */
  onRoom(session: Session): void;
  /** It says QUIT and takes no more jobs; to the peer it is a connection until `onGone`. */
  onLeaving(session: Session): void;
  onGone(session: Session): void;
  /** The connection was lost or broken off; `unsent` have left no trace at the peer. */
  onClosed(session: Session, unsent: readonly Job[]): void;
}

export class Session {
  readonly key: string;
  readonly host: string;
  readonly #connection: OpenConnection;
  readonly #settings: SmtpSettings;
  readonly #owner: SessionOwner;
  readonly #openedAt: Instant;
  #messagesMax: number;
  readonly #content: ContentWriter;
  #lastHeardAt: Instant;
  #messages = 0;
  #runs: Run[] = [];
  #queued: Job[] = [];
  #needsReset = false;
  #state: 'open' | 'stopping' | 'closed' = 'open';

  constructor(key: string, connection: OpenConnection, settings: SmtpSettings, owner: SessionOwner) {
    this.key = key;
    this.host = connection.host;
    this.#connection = connection;
    this.#settings = settings;
    this.#owner = owner;
    this.#openedAt = settings.clock.now();
    this.#lastHeardAt = this.#openedAt;
    const offered = connection.capabilities.messagesMax ?? Infinity;
    this.#messagesMax = Math.min(settings.limits.messagesPerConnection, offered);
    this.#content = new ContentWriter({
      wire: connection.wire,
      timeouts: settings.timeouts,
      isCurrent: (run) => this.#runs[0] === run,
      onFault: (run, error) => this.#onContentFault(run, error),
      onStreamed: () => this.#pump(),
    });
    connection.wire.handler = {
      onReplies: (replies) => this.#onReplies(replies),
      onFault: (fault) => this.#onFault(fault),
    };
  }

  get isIdle(): boolean {
    return this.#runs.length === 0 && this.#queued.length === 0;
  }

  /** Jobs under way or waiting here. */
  get load(): number {
    return this.#runs.length + this.#queued.length;
  }

  /** Another job may be given. */
  get hasRoom(): boolean {
    const room = this.#connection.capabilities.pipelining ? runAheadMax : 1;
    return this.#state === 'open' && this.load < room && this.#messages + this.load < this.#messagesMax;
  }

  /** Idle for too long, or older than a connection may get. */
  isStale(now: Instant): boolean {
    const { idle, age } = this.#settings.limits;
    return now - this.#lastHeardAt >= idle || now - this.#openedAt >= age;
  }

  submit(job: Job): void {
    this.#queued.push(job);
    this.#pump();
    this.#connection.wire.flush();
  }

  /** Our own stop: jobs of this signal (or all) end now, but for those whose content is complete. */
  stop(signal?: AbortSignal): void {
    const concerned = (job: Job): boolean => signal === undefined || job.signal === signal;
    const waiting = this.#queued.filter(concerned);
    this.#queued = this.#queued.filter((job) => !concerned(job));
    for (const job of waiting) notTried(job, this.host);
    if (!this.#runs.some((run) => concerned(run.job))) return;
    this.#state = 'stopping';
    this.#connection.wire.expect(stopGraceMs);
    this.#closeIfStopped();
  }

  /** Once stopping, only answers to complete contents are waited for. */
  #closeIfStopped(): void {
    if (this.#state === 'stopping' && this.#runs[0]?.contentWritten !== true)
      this.#onFault({ kind: 'aborted' });
  }

  /** Takes no more jobs, and says QUIT when those it has are done. */
  retire(): void {
    this.#messagesMax = 0;
    if (this.isIdle) this.quit();
  }

  /** QUIT, without waiting for its answer; for idle connections. */
  quit(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#connection.wire.end(quit, quitMs, () => this.#owner.onGone(this));
    this.#owner.onLeaving(this);
  }

  // --- writing ---

  /** Begins as many queued jobs as may be under way. */
  #pump(): void {
    while (this.#state === 'open' && this.#queued.length > 0 && this.#mayBegin()) {
      const job = this.#queued.shift();
      if (job) this.#begin(job);
    }
  }

  #mayBegin(): boolean {
    const last = this.#runs.at(-1);
    if (!last) return true;
    return last.contentWritten && this.#connection.capabilities.pipelining && this.#runs.length < runAheadMax;
  }

  #begin(job: Job): void {
    const plan = planJob(job, this.#connection);
    if (!plan) {
      if (this.isIdle) this.#owner.onRoom(this);
      return;
    }
    const lines = plan.recipients.flatMap((recipient) => (recipient.kind === 'rcpt' ? [recipient.line] : []));
    // Behind an unanswered BDAT nobody knows yet whether the peer will have ended that transaction (RFC 3030 2).
    const withReset = this.#needsReset || this.#runs.at(-1)?.plan.transfer === 'bdat';
    const { capabilities, wire } = this.#connection;
    const silentMs = this.#messages === 0 ? 0 : this.#settings.clock.now() - this.#lastHeardAt;
    const pace = paceOf(plan, job, capabilities, silentMs);
    const transaction = new Transaction({
      pace,
      transfer: plan.transfer,
      recipients: lines.length,
      reset: withReset,
    });
    const isFirst = this.#messages === 0;
    const run: Run = { job, plan, transaction, lines, isFirst, contentBegun: false, contentWritten: false };
    this.#needsReset = false;
    this.#messages += 1;
    this.#runs.push(run);
    wire.expect(this.#settings.timeouts.command);
    if (writeEnvelope(wire, run, pace, withReset)) this.#content.written(run);
  }

  // --- reading ---

  #onReplies(replies: readonly SmtpReply[]): void {
    this.#lastHeardAt = this.#settings.clock.now();
    for (const reply of replies) {
      if (this.#state === 'closed') return;
      const run = this.#runs[0];
      if (reply.code === 421) this.#onClosing(reply, run);
      else if (run) this.#onReply(run, reply);
      else this.#onFault({ kind: 'protocol', text: `it says ${reply.code} without being asked` });
    }
    this.#closeIfStopped();
    this.#pump();
    this.#expectMore();
    if (this.hasRoom) this.#owner.onRoom(this);
  }

  /** The deadline counts from the last word of the peer while anything is awaited of it. */
  #expectMore(): void {
    const run = this.#runs[0];
    if (this.#state !== 'open') return;
    const { command, content } = this.#settings.timeouts;
    this.#connection.wire.expect(run ? (run.contentWritten ? content : command) : 0);
  }

  #onReply(run: Run, reply: SmtpReply): void {
    const step: NextStep = run.transaction.next(reply);
    switch (step) {
      case 'wait':
        return;
      case 'next-recipient':
        this.#connection.wire.send(run.lines[run.transaction.rcpt.length] ?? '');
        return;
      case 'data-command':
        this.#connection.wire.send(dataCommand);
        return;
      case 'content':
        this.#content.write(run);
        return;
      case 'empty-content':
        this.#connection.wire.send('.\r\n');
        run.contentBegun = true;
        return;
      case 'out-of-step':
        this.#onFault({
          kind: 'protocol',
          text: `its answer ${reply.code} does not fit what it said before`,
        });
        return;
      case 'done':
        this.#onDone(run);
    }
  }

  #onDone(run: Run): void {
    this.#runs.shift();
    // An answer in the middle of the content: it counts, and the connection is of no further use.
    const cutShort = run.contentBegun && !run.contentWritten && run.transaction.accepted > 0;
    if (this.#runs.length === 0 && run.transaction.leavesResidue) this.#needsReset = true;
    finishRun(run, this.#connection, this.#settings.routeScope);
    if (cutShort) this.#onFault({ kind: 'protocol', text: 'it answered before the end of the content' });
    else if (this.#messages >= this.#messagesMax && this.isIdle) this.quit();
  }

  /**
   * RFC 5321 3.8: after 421 nothing more is answered, and nothing that has no answer yet was taken: what is
   * under way has failed for now and is not in doubt.
   */
  #onClosing(reply: SmtpReply, run: Run | undefined): void {
    const stage = run ? stageOf(run) : 'greeting';
    const { routeScope } = this.#settings;
    for (const under of this.#runs) under.contentWritten = false;
    this.#close(classifyReply({ stage, reply, routeScope, host: this.host }));
  }

  #onFault(fault: WireFault): void {
    if (this.#state === 'closed') return;
    const run = this.#runs[0];
    const place = {
      stage: run ? stageOf(run) : 'hello',
      host: this.host,
      routeScope: this.#settings.routeScope,
    } as const;
    this.#close(wireFailure(fault, place), fault.kind === 'aborted' ? 'stopped' : 'failed');
  }

  /** Our own side could not go on with the content: the peer must not take what it has for a whole message. */
  #onContentFault(run: Run, error: unknown): void {
    if (this.#runs[0] !== run || this.#state === 'closed') return;
    const failure = contentFailure(error);
    this.#runs.shift();
    finishRun(run, this.#connection, this.#settings.routeScope, { kind: 'failed', failure });
    this.#close(failure);
  }

  /** Ends the connection and all that is under way on it. */
  #close(failure: Failure, kind: Interruption['kind'] = 'failed'): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#connection.wire.destroy();
    const unsent: Job[] = this.#queued;
    const runs = this.#runs;
    this.#queued = [];
    this.#runs = [];
    unsent.push(...finishRuns(runs, this.#connection, this.#settings.routeScope, { kind, failure }));
    this.#owner.onClosed(this, unsent);
  }
}
