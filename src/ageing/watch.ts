/**
 * Looks at the calendar from time to time and sends reminders and the weekly digest. What is to be sent is written down
 * with its message id before it is sent, so that an end at any moment neither loses nor repeats it.
 */
import type { RemindersConfig } from '../config/keeping-schema.ts';
import type { QueueId } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock, Instant } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import { parseMailbox } from '../protocol/address.ts';
import type { Queue } from '../queue/queue.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store.ts';
import type { AgeingItem } from './item.ts';
import { daysUntil, itemId } from './item.ts';
import type { Letter } from './letters.ts';
import { digestLetter, reminderLetter } from './letters.ts';
import { letterMessage } from './mail.ts';
import type { Due, Reminded } from './reminders.ts';
import { audienceOf, dueReminders, lastDigestTime, remindedAfter } from './reminders.ts';

const documentName = 'reminders';
const firstLookMs = 60_000;
const lookMs = 3_600_000;

interface WaitingLetter extends Letter {
  readonly id: string;
  readonly to: string;
}

interface State {
  readonly reminded: Reminded;
  /** To be sent, or sent just before the end of a process. */
  readonly waiting: readonly WaitingLetter[];
  readonly digestAt: Instant | undefined;
}

export interface AgeingWatchOptions {
  readonly store: Pick<Store, 'document' | 'putDocument' | 'get'>;
  readonly queue: Pick<Queue, 'accept'>;
  readonly clock: Clock;
  readonly events: Events;
  readonly newId: NewId;
  readonly hostname: string;
  readonly reminders: RemindersConfig;
  readonly items: () => readonly AgeingItem[];
}

export class AgeingWatch implements AsyncDisposable {
  readonly #options: AgeingWatchOptions;
  #state: State;
  #cancel: CancelTimer;
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: AgeingWatchOptions, state: State) {
    this.#options = options;
    this.#state = state;
    this.#cancel = options.clock.after(firstLookMs, () => void this.#repeat());
  }

  static async open(options: AgeingWatchOptions): Promise<AgeingWatch> {
    const text = await options.store.document(documentName);
    return new AgeingWatch(options, readState(text, options.clock.now()));
  }

  items(): readonly AgeingItem[] {
    return this.#options.items();
  }

  /** Reminders of one item that went out. */
  remindedOf(item: AgeingItem): readonly (readonly [days: number, at: Instant])[] {
    return this.#state.reminded.get(itemId(item)) ?? [];
  }

  get lastDigestAt(): Instant | undefined {
    return this.#state.digestAt;
  }

  /** One look; a second one waits for the first. */
  look(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#look());
    return this.#turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#turn;
  }

  async #repeat(): Promise<void> {
    await this.look();
    if (!this.#isClosed) this.#cancel = this.#options.clock.after(lookMs, () => void this.#repeat());
  }

  async #look(): Promise<void> {
    const { clock, events } = this.#options;
    try {
      await this.#send();
      const now = clock.now();
      const items = this.#options.items();
      const due = dueReminders(items, this.#state.reminded, now);
      const digest = this.#digestDue(now);
      if (due.length === 0 && digest === undefined) return;
      await this.#write({
        reminded: remindedAfter(this.#state.reminded, due, items, now),
        waiting: [...this.#letters(due, now), ...(digest === undefined ? [] : this.#digest(items, now))],
        digestAt: digest ?? this.#state.digestAt,
      });
      this.#tell(due, now);
      await this.#send();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      events.emit({ kind: 'store-trouble', text: `reminders wait for the store: ${error.message}` });
    }
  }

  #digestDue(now: Instant): Instant | undefined {
    const { digest } = this.#options.reminders;
    const at = lastDigestTime(digest, now);
    if (at === undefined || at <= (this.#state.digestAt ?? 0)) return undefined;
    return at;
  }

  #letters(due: readonly Due[], now: Instant): WaitingLetter[] {
    const { reminders, hostname } = this.#options;
    return Array.from(audienceOf(due, reminders), ([to, items]) =>
      this.#waiting(reminderLetter(items, now, hostname), to, now),
    );
  }

  #digest(items: readonly AgeingItem[], now: Instant): WaitingLetter[] {
    const { reminders, hostname } = this.#options;
    return reminders.administrators.map((to) => this.#waiting(digestLetter(items, now, hostname), to, now));
  }

  #waiting(letter: Letter, to: string, now: Instant): WaitingLetter {
    return { ...letter, to, id: this.#options.newId(now) };
  }

  #tell(due: readonly Due[], now: Instant): void {
    const { reminders, events } = this.#options;
    for (const { item, days } of due) {
      const to = [...audienceOf([{ item, days }], reminders).keys()];
      events.emit({
        kind: 'reminder',
        what: item.title,
        at: item.at,
        days: daysUntil(item.at, now),
        todo: item.todo,
        to,
        ...(item.owner === undefined ? {} : { owner: item.owner }),
      });
    }
  }

  /** What waits and is not in the store. A letter that cannot be written is told of and left. */
  async #send(): Promise<void> {
    if (this.#state.waiting.length === 0) return;
    for (const letter of this.#state.waiting) await this.#sendOne(letter);
    await this.#write({ ...this.#state, waiting: [] });
  }

  async #sendOne(letter: WaitingLetter): Promise<void> {
    const { store, queue, clock, hostname, reminders, events } = this.#options;
    const id = letter.id as QueueId;
    if ((await store.get(id)) !== undefined) return;
    const to = parseMailbox(letter.to);
    if (!to.ok) {
      events.emit({ kind: 'warning', text: `no reminder to ${letter.to}: ${to.reason}` });
      return;
    }
    const from = reminders.from ?? `postmaster@${hostname}`;
    const { accepted, content } = letterMessage(letter, {
      id,
      at: clock.now(),
      hostname,
      from,
      to: to.value,
    });
    await queue.accept(accepted, { kind: 'bytes', chunks: [content] });
  }

  async #write(state: State): Promise<void> {
    const { reminded, waiting, digestAt } = state;
    const text = JSON.stringify({
      reminded: [...reminded],
      waiting,
      ...(digestAt === undefined ? {} : { digestAt }),
    });
    await this.#options.store.putDocument(documentName, text);
    this.#state = state;
  }
}

/** The first start is no reason for a digest of a week that the relay was not there for. */
function readState(text: string | undefined, now: Instant): State {
  if (text === undefined) return { reminded: new Map(), waiting: [], digestAt: now };
  const kept = JSON.parse(text) as {
    readonly reminded: readonly [string, readonly [number, Instant][]][];
    readonly waiting: readonly WaitingLetter[];
    readonly digestAt?: number;
  };
  return {
    reminded: new Map(kept.reminded),
    waiting: kept.waiting,
    digestAt: kept.digestAt === undefined ? undefined : instant(kept.digestAt),
  };
}
