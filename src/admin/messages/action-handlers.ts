/** What is done to messages beyond the state of one: sent again, given up for one recipient, or many at once. */
import type { BulkBody, BulkResult } from '../../../contract/schemas.ts';
import type { QueueId } from '../../message/message.ts';
import { parseMailbox } from '../../protocol/address.ts';
import { judged } from '../../queue/dry-run.ts';
import type { NoticesFor, OperatorAction } from '../../queue/queue.ts';
import type { StoredMessage } from '../../store/store.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { messageSummary, present } from '../views.ts';
import { notFound } from './not-found.ts';
import { operator } from './operate.ts';
import { storeFilter } from './query.ts';

/** Messages that one call acts on. */
const bulkMax = 1_000;
/** At once, so that their changes share commits. */
const together = 16;
const refusedShown = 100;

export function actionHandlers(context: AdminContext): Pick<Handlers, 'resend' | 'cancelRecipient' | 'bulk'> {
  const { queue, events, delivery, clock } = context;
  const { store } = queue;
  const find = async (id: string): Promise<StoredMessage> => {
    const message = await store.get(id as QueueId);
    if (!message) throw notFound(id);
    return message;
  };
  const operate = operator(context);
  return {
    async resend({ params, body }, caller) {
      const result = await context.resend(await find(params.id), present(body), caller.name);
      const words = result.kind === 'sent' ? `sent as ${result.id}` : result.reason;
      events.emit({ kind: 'operator', id: params.id, action: 'resend', by: caller.name, result: words });
      if (result.kind === 'refused') throw new Problem(409, 'Not possible now', result.reason);
      return { result: 'done' as const, id: result.id };
    },
    async cancelRecipient({ params, body }, caller) {
      const message = await find(params.id);
      const recipient = indexOf(message, body.recipient);
      const notices: NoticesFor = (found) => delivery.noticesForDelete(found, recipient);
      const action = { kind: 'cancel' as const, recipient, ...(body.notice && { notices }) };
      const result = await operate(params.id, action, caller);
      if (result.kind === 'not-found') throw notFound(params.id);
      if (result.kind === 'refused') throw new Problem(409, 'Not possible now', result.reason);
      return { result: 'done' as const, message: messageSummary(result.message) };
    },
    async bulk({ body }, caller) {
      const { connector } = body;
      if (
        body.action === 'reroute' &&
        connector !== null &&
        !context.policy.current.connectors.has(connector)
      ) {
        throw new Problem(409, 'Not possible now', `the policy has no connector ${connector}`);
      }
      const { messages, missing, more } = await chosen(context, body);
      const tally = new Tally(body, missing, more);
      for (let from = 0; from < messages.length; from += together) {
        await Promise.all(
          messages.slice(from, from + together).map(async (message) => {
            const { id } = message.accepted;
            const isTold = body.action === 'delete' && body.notice;
            const notices: NoticesFor | undefined = isTold
              ? (found) => delivery.noticesForDelete(found)
              : undefined;
            const action = actionOf(body, notices);
            const result = body.dryRun
              ? await judged(message, action, caller.name, clock.now())
              : await operate(id, action, caller);
            if (result.kind === 'refused') tally.refused(id, result.reason);
            else if (result.kind === 'not-found') tally.refused(id, 'not found');
            else tally.done(id, result.notices > 0);
          }),
        );
      }
      return tally.result();
    },
  };
}

/** Counts what came of each message. */
class Tally {
  readonly #body: BulkBody;
  readonly #more: boolean;
  readonly #ids: string[] = [];
  readonly #refused: { id: string; reason: string }[] = [];
  #told = 0;

  constructor(body: BulkBody, missing: readonly string[], more: boolean) {
    this.#body = body;
    this.#more = more;
    for (const id of missing) this.refused(id, 'not found');
  }

  done(id: string, isSenderTold: boolean): void {
    this.#ids.push(id);
    if (isSenderTold) this.#told += 1;
  }

  refused(id: string, reason: string): void {
    this.#refused.push({ id, reason });
  }

  result(): BulkResult {
    const { action, dryRun } = this.#body;
    const back = action === 'hold' ? 'release' : action === 'release' ? 'hold' : undefined;
    return {
      action,
      dryRun,
      count: this.#ids.length,
      refused: this.#refused.slice(0, refusedShown),
      refusedCount: this.#refused.length,
      more: this.#more,
      sendersTold: this.#told,
      ...(back === undefined || dryRun || this.#ids.length === 0
        ? {}
        : { undo: { action: back, ids: this.#ids } }),
    };
  }
}

interface Chosen {
  readonly messages: readonly StoredMessage[];
  readonly missing: readonly string[];
  readonly more: boolean;
}

/** By filter only what is in work; the oldest first, so that a second call goes on where the first one ended. */
async function chosen({ queue: { store } }: AdminContext, { ids, filter }: BulkBody): Promise<Chosen> {
  if (ids !== undefined) {
    const unique = [...new Set(ids)];
    const found = await Promise.all(unique.map((id) => store.get(id as QueueId)));
    return {
      messages: found.filter((message) => message !== undefined),
      missing: unique.filter((_, index) => found[index] === undefined),
      more: false,
    };
  }
  const query = storeFilter(filter ?? {});
  const state = query.state ?? 'active';
  const { items, cursor } = await store.list({ ...query, state, order: 'oldest', limit: bulkMax });
  return { messages: items, missing: [], more: cursor !== undefined };
}

function actionOf({ action, reason, connector }: BulkBody, notices: NoticesFor | undefined): OperatorAction {
  switch (action) {
    case 'hold':
      return { kind: 'hold', reason };
    case 'release':
      return { kind: 'release' };
    case 'retry':
      return { kind: 'retry' };
    case 'reroute':
      return { kind: 'reroute', connector: connector ?? undefined };
    case 'delete':
      return { kind: 'delete', ...present({ notices }) };
    default:
      return action satisfies never;
  }
}

function indexOf({ accepted }: StoredMessage, recipient: string): number {
  const parsed = parseMailbox(recipient);
  const key = parsed.ok ? parsed.value.key : undefined;
  const index = accepted.envelope.recipients.findIndex(({ address }) => address.key === key);
  if (index !== -1) return index;
  throw new Problem(409, 'Not possible now', `${recipient} is no recipient of ${accepted.id}`);
}
