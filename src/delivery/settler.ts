/**
 * Writes what came of messages: result and notices in one transaction. The queue repeats a write that the store does not
 * take; the message stays in hand meanwhile, so a store that is down also stops the taking of new work.
 */
import type { Accepted, RecipientState, TraceEntry } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import type { Notice, Queue, Settlement } from '../queue/queue.ts';
import { StoreError } from '../store/store.ts';
import { errorFields } from './error-fields.ts';
import type { NoticeMaker } from './notices.ts';
import type { HandItem, Round } from './part.ts';
import type { Settled } from './settlement.ts';
import { settleRound } from './settlement.ts';

export interface SettlerOptions {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
  readonly notices: NoticeMaker;
  /** The item is out of our hands: written, given back, or given up with the queue. */
  readonly onDone: (item: HandItem) => void;
  /** A write has ended; `pending` is less by one. */
  readonly onWritten: () => void;
}

export class Settler {
  readonly #options: SettlerOptions;
  #pending = 0;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Items whose results are being written. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Writes what the item has come to. With parts still open only what attempts have found out is written, at once,
   * so that a crash in the meantime does not repeat a delivery; the lease is kept.
   */
  flush(item: HandItem): void {
    if (item.writing || !isDue(item)) return;
    item.writing = true;
    this.#pending++;
    const { events, onDone, onWritten } = this.#options;
    const writing = this.#write(item).catch((error: unknown) => {
      if (error instanceof StoreError) {
        events.emit({ kind: 'store-trouble', text: `a result was not written: ${error.message}` });
      } else events.emit({ kind: 'fault', where: 'delivery.settle', ...errorFields(error) });
      // The lease runs out, and whoever takes the message then begins from what is stored.
      onDone(item);
    });
    void writing.then(() => {
      this.#pending--;
      onWritten();
    });
  }

  async #write(item: HandItem): Promise<void> {
    while (isDue(item)) {
      const isLast = item.parts.size === 0;
      const round = item.takeRound();
      if (isLast && isEmpty(round)) await this.#options.queue.release(item.work);
      else await this.#settle(item, round, isLast ? 'last' : 'part');
      if (isLast) {
        this.#options.onDone(item);
        return;
      }
    }
    item.writing = false;
  }

  async #settle(item: HandItem, round: Round, extent: 'part' | 'last'): Promise<void> {
    const { queue, clock, random } = this.#options;
    const { accepted, progress } = item.work.message;
    const settled = settleRound({
      now: clock.now(),
      accepted,
      progress,
      results: round.results,
      jitter: random.fraction(),
    });
    const notices = hasNotices(settled) ? await this.#compose(item, settled, round) : [];
    const notes = newNotes(round.notes, progress.notes);
    const settlement: Settlement = {
      recipients: settled.recipients,
      attempts: round.attempts,
      ...(notes.length > 0 && { notes }),
      ...(round.inDoubt > 0 && { inDoubt: round.inDoubt }),
      ...(settled.delayNoticeAt !== undefined && { delayNoticeAt: settled.delayNoticeAt }),
      ...(notices.length > 0 && { notices: notices.map(({ notice }) => notice) }),
    };
    if (extent === 'last') await queue.settle(item.work, settlement);
    else item.work = await queue.settlePart(item.work, settlement);
    this.#announce(accepted, settled, notices, round.attempts);
  }

  async #compose(item: HandItem, settled: Settled, round: Round): Promise<readonly ComposedNotice[]> {
    const composed: ComposedNotice[] = [];
    for (const action of ['failed', 'delayed', 'relayed'] as const) {
      const recipients = settled.notices[action];
      if (recipients.length === 0) continue;
      const made = await this.#options.notices.make({
        work: item.work,
        states: settled.recipients,
        recipients,
        action,
        attempts: round.attempts,
        ...(settled.expiresAt !== undefined && { expiresAt: settled.expiresAt }),
      });
      composed.push(...made.map((notice) => ({ notice, action })));
    }
    return composed;
  }

  #announce(
    accepted: Accepted,
    settled: Settled,
    notices: readonly ComposedNotice[],
    attempts: Round['attempts'],
  ): void {
    const { events, clock } = this.#options;
    for (const { notice, action } of notices) {
      const to = notice.accepted.envelope.recipients[0]?.address.text ?? '';
      events.emit({ kind: 'notice', id: notice.accepted.id, about: accepted.id, action, to });
    }
    const result = overallResult(settled.recipients);
    if (!result) return;
    const { id, source, at } = accepted;
    const connector = lastConnector(settled.recipients) ?? attempts.at(-1)?.connector;
    events.emit({
      kind: 'settled',
      id,
      ...(source !== undefined && { source }),
      ...(connector !== undefined && { connector }),
      result,
      ageMs: clock.now() - at,
    });
  }
}

/** Where the message went, for as much of it as went anywhere. */
function lastConnector(recipients: readonly RecipientState[]): string | undefined {
  const relayed = recipients.findLast((state) => state.kind === 'relayed');
  return relayed?.kind === 'relayed' ? relayed.connector : undefined;
}

interface ComposedNotice {
  readonly notice: Notice;
  readonly action: 'failed' | 'delayed' | 'relayed';
}

/** Something is to be written: all parts are over, or one of several has come to something. */
function isDue(item: HandItem): boolean {
  return item.parts.size === 0 || item.round.attempts.length > 0;
}

function hasNotices({ notices }: Settled): boolean {
  return notices.failed.length > 0 || notices.delayed.length > 0 || notices.relayed.length > 0;
}

function isEmpty({ results, attempts, notes }: Round): boolean {
  return results.size === 0 && attempts.length === 0 && notes.length === 0;
}

/** Days of retries by the same route need no more than one line that explains it. */
function newNotes(notes: readonly TraceEntry[], before: readonly TraceEntry[]): readonly TraceEntry[] {
  return notes.filter(
    ({ by, text }, index) =>
      !before.some((note) => note.text === text && note.by === by) &&
      notes.findIndex((note) => note.text === text && note.by === by) === index,
  );
}

/** `undefined` while a recipient is not final. */
export function overallResult(
  states: readonly RecipientState[],
): 'relayed' | 'failed' | 'expired' | 'mixed' | undefined {
  let result: 'relayed' | 'failed' | 'expired' | 'mixed' | undefined;
  for (const { kind } of states) {
    if (kind === 'pending' || kind === 'held') return undefined;
    result = result === undefined || result === kind ? kind : 'mixed';
  }
  return result;
}
