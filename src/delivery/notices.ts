/** Gathers what a notice needs (content to return, where it is still there) and has dsn/ compose it. */
import { composeDsn, originalBytes } from '../dsn/compose.ts';
import type { DsnAction, RecipientReport } from '../dsn/compose.ts';
import type { AttemptRecord, RecipientState } from '../message/message.ts';
import type { Events } from '../observe/events.ts';
import type { Clock, Instant } from '../platform/clock.ts';
import type { NewId } from '../platform/random.ts';
import { noticeSender } from '../policy/notice-sender.ts';
import type { Policy } from '../policy/policy.ts';
import type { Notice, WorkItem } from '../queue/queue.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import { StoreError } from '../store/store.ts';

export interface NoticeRequest {
  readonly work: Pick<WorkItem, 'message' | 'inMemory'>;
  /** All recipients of the message, as they will be. */
  readonly states: readonly RecipientState[];
  /** The ones the notice is about, by index. */
  readonly recipients: readonly number[];
  readonly action: DsnAction;
  /** Attempts that are not in the stored progress yet. */
  readonly attempts: readonly AttemptRecord[];
  /** When the relay gives up; for `delayed`. */
  readonly expiresAt?: Instant;
}

export interface NoticeMaker {
  /** None where nobody wants or may have one. */
  make(request: NoticeRequest): Promise<readonly Notice[]>;
  /** What tells the sender that an operator deleted the message, or gave one recipient up, by its index. */
  forDelete(message: StoredMessage, recipient?: number): Promise<readonly Notice[]>;
}

export interface NoticeMakerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly hostname: string;
  readonly newId: NewId;
  readonly events: Events;
  readonly policy: { readonly current: Policy };
}

export function createNoticeMaker(options: NoticeMakerOptions): NoticeMaker {
  const make = async (request: NoticeRequest): Promise<readonly Notice[]> => {
    const { accepted } = request.work.message;
    if (accepted.isNotice) return [];
    const original = await readOriginal(options, request);
    const { hostname, newId, clock, policy } = options;
    return composeDsn({
      accepted,
      action: request.action,
      recipients: request.recipients.map((index) => reportOf(request, index)),
      ...(original && { original }),
      senderFor: (to) => noticeSender(policy.current, to),
      hostname,
      now: clock.now(),
      newId,
    });
  };
  return {
    make,
    forDelete: (message, recipient) => {
      const { states, recipients } = deleted(message, options.clock.now(), recipient);
      return make({ work: { message }, states, recipients, action: 'failed', attempts: [] });
    },
  };
}

function reportOf({ work, states, attempts, expiresAt }: NoticeRequest, index: number): RecipientReport {
  const state = states[index];
  if (!state) throw new RangeError(`no recipient ${index} in ${work.message.accepted.id}`);
  const last = [...work.message.progress.attempts, ...attempts].findLast(({ results }) =>
    results.some(({ recipient }) => recipient === index),
  );
  return {
    index,
    state,
    ...(last && { host: last.host, lastAttemptAt: last.at }),
    ...(expiresAt !== undefined && { willRetryUntil: expiresAt }),
  };
}

/** A notice without the returned part is better than none: content that cannot be read is left out, and said. */
async function readOriginal(
  { store, events }: NoticeMakerOptions,
  { work, action }: NoticeRequest,
): Promise<Uint8Array | undefined> {
  const { accepted, contentRef } = work.message;
  const wanted = originalBytes(accepted, action);
  if (work.inMemory) return Buffer.concat(work.inMemory).subarray(0, wanted);
  if (!contentRef) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of store.open(accepted.id, contentRef)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= wanted) break;
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    events.emit({
      kind: 'store-trouble',
      text: `a notice about ${accepted.id} goes without its content: ${error.message}`,
    });
    return undefined;
  }
  return Buffer.concat(chunks).subarray(0, wanted);
}

/** The recipients that a deletion concerns, and what becomes of them. */
function deleted(
  { progress }: StoredMessage,
  now: Instant,
  only?: number,
): { states: readonly RecipientState[]; recipients: readonly number[] } {
  const recipients: number[] = [];
  const states = progress.recipients.map((state, index): RecipientState => {
    if (state.kind !== 'pending' && state.kind !== 'held') return state;
    if (only !== undefined && index !== only) return state;
    recipients.push(index);
    return {
      kind: 'failed',
      at: now,
      failure: {
        scope: 'message',
        permanence: 'permanent',
        stage: 'operator',
        code: 'deleted',
        text: 'an operator of the relay deleted the message before it could be handed on',
        // RFC 3463 3.8: X.7.1, delivery not authorized, message refused.
        status: '5.7.1',
      },
    };
  });
  return { states, recipients };
}
