/**
 * Messages on their way into the queue, accepted mail and our own notices alike: what fits into the budget is born leased
 * and waits in memory, the rest is only stored.
 */
import type { Accepted, Lease } from '../message/message.ts';
import { nextDue } from '../message/message.ts';
import type { NewContent, NewMessage, StoredMessage } from '../store/store.ts';
import type { WorkAlarm } from './alarm.ts';
import type { BornMessages } from './born.ts';
import { bytesOf } from './born.ts';
import type { Holding, Holdings } from './holdings.ts';
import type { HoldFromBirth, Notice } from './queue.ts';
import type { StoredWork } from './stored-work.ts';
import { heldFromBirth, initialProgress } from './transitions.ts';

export interface ArrivalsOptions {
  readonly memoryBudgetBytes: number;
  readonly born: BornMessages;
  readonly holdings: Holdings;
  readonly stored: StoredWork;
  readonly alarm: WorkAlarm;
  /** A lease of this process that begins now. */
  readonly lease: () => Lease;
}

export class Arrivals {
  readonly #options: ArrivalsOptions;
  #ended = false;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  message(accepted: Accepted, content: NewContent): NewMessage {
    const progress = initialProgress(accepted.envelope.recipients.length, accepted.at);
    const bytes = bytesOf(content.kind === 'bytes' ? content.chunks : undefined);
    const fits = this.#options.holdings.bytes + bytes <= this.#options.memoryBudgetBytes;
    return { accepted, progress, content, lease: fits ? this.#options.lease() : null };
  }

  /** One that waits for an operator: it is only stored. */
  held(accepted: Accepted, content: NewContent, hold: HoldFromBirth): NewMessage {
    const progress = heldFromBirth(accepted.envelope.recipients.length, accepted.at, hold);
    return { accepted, progress, content, lease: null };
  }

  notice(notice: Notice): NewMessage {
    return this.message(notice.accepted, { kind: 'bytes', chunks: notice.content });
  }

  /** Counts what a message born leased takes in memory; `undefined` when it is only stored. */
  reserve(message: NewMessage): Holding | undefined {
    if (message.lease === null) return undefined;
    return this.#options.holdings.reserve(
      1,
      bytesOf(message.content.kind === 'bytes' ? message.content.chunks : undefined),
    );
  }

  /** The message is stable: it waits here, or in the store. */
  welcome(message: NewMessage, holding: Holding | undefined): void {
    const { accepted, progress, content, lease } = message;
    if (holding === undefined || this.#ended) {
      this.#options.holdings.letGo(holding);
      this.#options.stored.noteDue(nextDue(progress));
      return;
    }
    this.#options.holdings.add(accepted.id, holding);
    const contentRef = content.kind === 'bytes' ? ({ kind: 'inline' } as const) : content.ref;
    const stored: StoredMessage = { accepted, progress, lease, version: 1, contentRef };
    this.#options.born.add(
      content.kind === 'bytes' ? { message: stored, inMemory: content.chunks } : { message: stored },
    );
    this.#options.alarm.ring();
  }

  /** What becomes stable from now on waits in the store. */
  end(): void {
    this.#ended = true;
  }
}
