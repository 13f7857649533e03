/**
 * The connections of one connector: reused while they are young and alive, never more than
 * `limits.connections` at a time, or fewer where the next hop asked for it, whatever next hops they lead to.
 *
 * A job goes, in this order: to an idle connection of its key; to a new one; behind the message under way on
 * one that pipelines; into the line. The line is first come, first served.
 */
import type { Failure } from '../../message/outcome.ts';
import type { Job } from './job.ts';
import { failAll, notTried } from './job.ts';
import type { OpenConnection } from './open-connection.ts';
import type { SessionOwner } from './session.ts';
import { Session } from './session.ts';
import type { SmtpSettings } from './settings.ts';

export type Opened =
  | { readonly kind: 'open'; readonly connection: OpenConnection }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly host: string }
  | { readonly kind: 'aborted'; readonly host: string };

/** Makes a connection to whatever `key` stands for. */
export type OpenFor = (key: string, signal: AbortSignal) => Promise<Opened>;

interface Opening {
  readonly job: Job;
  readonly abort: AbortController;
}

export class Pool implements SessionOwner {
  readonly #settings: SmtpSettings;
  readonly #open: OpenFor;
  readonly #sessions = new Set<Session>();
  /** Have said QUIT. The next hop counts them until they are closed, so they count here. */
  readonly #leaving = new Set<Session>();
  readonly #openings = new Set<Opening>();
  readonly #watched = new WeakSet<AbortSignal>();
  #line: Job[] = [];
  #connectionsMax: number;
  #closed = false;
  #onEmpty: (() => void) | undefined;

  constructor(settings: SmtpSettings, open: OpenFor) {
    this.#settings = settings;
    this.#open = open;
    this.#connectionsMax = settings.limits.connections;
  }

  /** Connections open, being opened or being closed. */
  get size(): number {
    return this.#sessions.size + this.#openings.size + this.#leaving.size;
  }

  submit(job: Job): void {
    this.#watch(job.signal);
    if (this.#closed || job.signal.aborted) notTried(job, '');
    else if (!this.#place(job)) this.#line.push(job);
  }

  /** From now on so many at a time, at least 1 and `limits.connections` at most; busy ones beyond it end when they are done. */
  limit(connections: number): void {
    this.#connectionsMax = Math.max(1, Math.min(connections, this.#settings.limits.connections));
    for (const session of this.#sessions) {
      if (this.#sessions.size <= this.#connectionsMax) break;
      if (session.isIdle) session.quit();
    }
    this.#advance();
  }

  /** What comes next goes by connections that are opened after this. */
  renew(host: string): void {
    for (const session of this.#sessions) if (session.host === host) session.retire();
  }

  /** Closes idle connections that are past their time. */
  sweep(): void {
    const now = this.#settings.clock.now();
    for (const session of this.#sessions) if (session.isIdle && session.isStale(now)) session.quit();
  }

  /** Ends everything as our own stop; resolves when no connection is left, which takes seconds at most. */
  close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#line.splice(0)) notTried(job, '');
    for (const opening of this.#openings) opening.abort.abort();
    for (const session of this.#sessions) {
      if (session.isIdle) session.quit();
      else session.stop();
    }
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  onRoom(session: Session): void {
    if (session.isIdle && (this.#closed || this.size > this.#connectionsMax)) {
      session.quit();
      return;
    }
    if (this.#line.length === 0 || !session.hasRoom) return;
    const index = this.#line.findIndex((job) => job.key === session.key && !job.needsFresh);
    const job = index < 0 ? undefined : this.#line.splice(index, 1)[0];
    if (job) session.submit(job);
    // An idle connection of another key gives way to a job that waits for a place.
    else if (session.isIdle) this.#advance();
  }

  onLeaving(session: Session): void {
    this.#sessions.delete(session);
    this.#leaving.add(session);
  }

  onGone(session: Session): void {
    this.#leaving.delete(session);
    this.#advance();
  }

  onClosed(session: Session, unsent: readonly Job[]): void {
    this.#sessions.delete(session);
    this.#line.unshift(...unsent);
    this.#advance();
  }

  /** Places what it can of the line, in order. */
  #advance(): void {
    if (this.#closed) {
      for (const job of this.#line.splice(0)) notTried(job, '');
      if (this.size === 0) this.#onEmpty?.();
      return;
    }
    const line = this.#line;
    this.#line = [];
    const left = line.filter((job) => !this.#place(job));
    // What was submitted meanwhile came later.
    this.#line = [...left, ...this.#line];
  }

  #place(job: Job): boolean {
    const reusable = job.needsFresh ? undefined : this.#pick(job.key);
    if (reusable?.isIdle === true) {
      reusable.submit(job);
      return true;
    }
    if (this.size < this.#connectionsMax) {
      this.#openFor(job);
      return true;
    }
    if (reusable === undefined) this.#closeIdle();
    reusable?.submit(job);
    return reusable !== undefined;
  }

  /** The least busy connection of this key that takes another job; the last one used first, as it is surely alive. */
  #pick(key: string): Session | undefined {
    const now = this.#settings.clock.now();
    let best: Session | undefined;
    for (const session of this.#sessions) {
      if (session.key !== key || !session.hasRoom) continue;
      if (session.isIdle && session.isStale(now)) session.quit();
      else if (!best || session.load <= best.load) best = session;
    }
    return best;
  }

  /** Makes place for a connection elsewhere; one at a time, since the job that takes it is placed when it is gone. */
  #closeIdle(): void {
    if (this.#leaving.size > 0) return;
    for (const session of this.#sessions) {
      if (!session.isIdle) continue;
      session.quit();
      return;
    }
  }

  #openFor(job: Job): void {
    const opening: Opening = { job, abort: new AbortController() };
    this.#openings.add(opening);
    this.#open(job.key, opening.abort.signal).then(
      (opened) => this.#onOpened(opening, opened),
      (error: unknown) => this.#onOpened(opening, brokenOpening(error)),
    );
  }

  #onOpened(opening: Opening, opened: Opened): void {
    this.#openings.delete(opening);
    const { job } = opening;
    if (opened.kind === 'open') {
      const session = new Session(job.key, opened.connection, this.#settings, this);
      this.#sessions.add(session);
      if (this.#closed || job.signal.aborted) {
        notTried(job, session.host);
        if (this.#closed) session.quit();
        else this.#advance();
      } else {
        session.submit(job);
        this.onRoom(session);
      }
      return;
    }
    if (opened.kind === 'aborted' || opening.abort.signal.aborted) notTried(job, opened.host);
    else if (this.#isServed(job)) this.#line.unshift(job);
    else this.#failOpening(job, opened);
    this.#advanceWithoutOpening(job);
  }

  #failOpening(job: Job, { failure, host }: Extract<Opened, { kind: 'failed' }>): void {
    failAll(job, failure, host);
    if (failure.stage !== 'login') return;
    // The same password would be refused for each job in line, and counted, until the next hop locks the account.
    const line = this.#line;
    this.#line = line.filter(({ key }) => key !== job.key);
    for (const waiting of line) if (waiting.key === job.key) failAll(waiting, failure, host);
  }

  /** A next hop that refuses one more connection but serves those it has is not down: the job waits for one of them. */
  #isServed(job: Job): boolean {
    if (job.needsFresh) return false;
    for (const session of this.#sessions) if (session.key === job.key && session.load > 0) return true;
    return false;
  }

  /** A place is free; the job whose opening just failed must not take it and open again at once. */
  #advanceWithoutOpening(failed: Job): void {
    const waits = this.#line[0] === failed;
    if (waits) this.#line.shift();
    this.#advance();
    if (waits) this.#line.unshift(failed);
  }

  /** One listener for each signal, not for each message: delivery uses one signal for many. */
  #watch(signal: AbortSignal): void {
    if (signal.aborted || this.#watched.has(signal)) return;
    this.#watched.add(signal);
    signal.addEventListener('abort', () => this.#onAbort(signal), { once: true });
  }

  #onAbort(signal: AbortSignal): void {
    const line = this.#line;
    this.#line = line.filter((job) => job.signal !== signal);
    for (const job of line) if (job.signal === signal) notTried(job, '');
    for (const opening of this.#openings) if (opening.job.signal === signal) opening.abort.abort();
    for (const session of this.#sessions) session.stop(signal);
  }
}

/** A bug must not leave a job without an answer. */
function brokenOpening(error: unknown): Opened {
  return {
    kind: 'failed',
    host: '',
    failure: {
      scope: 'connector',
      permanence: 'transient',
      stage: 'connect',
      code: 'internal-error',
      text: `the connection could not be made because of a fault in this program: ${String(error)}`,
      status: '4.3.0',
    },
  };
}
