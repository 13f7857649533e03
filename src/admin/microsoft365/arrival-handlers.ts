/** "Did it really arrive?" through the API. */
import type { ArrivalTableView } from '../../../contract/schemas.ts';
import type { Arrival, ArrivalVerdict, OurDelivery } from '../../diagnostics/arrival/join.ts';
import { joinArrivals, windowOf } from '../../diagnostics/arrival/join.ts';
import { bracketed } from '../../diagnostics/arrival/trace-row.ts';
import { formatReply } from '../../message/reply.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Store, StoredMessage } from '../../store/store.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { present } from '../present.ts';
import { readFilesAside } from './read-files.ts';

/** Messages of ours that one answer looks at, and rows that it shows. */
const messagesMax = 5_000;
const shownMax = 5_000;
// A search takes a hundred terms and ten thousand characters (store/terms.ts).
const idsAtOnce = 50;
const charactersAtOnce = 9_000;
/** Characters of a Message-ID that are kept with a message (message/content-facts.ts). */
const keptCharacters = 200;

export function arrivalHandlers({ queue, arrivals: book }: AdminContext): Pick<Handlers, 'arrivals'> {
  return {
    async arrivals({ body }, caller) {
      const { rows, bounces, isCut } = await readFilesAside(body.files);
      const cutRows = rows.map((row) => ({ ...row, messageId: row.messageId.slice(0, keptCharacters) }));
      const ids = new Set([
        ...cutRows.map(({ messageId }) => messageId),
        ...bounces.flatMap(({ messageId }) =>
          messageId === undefined ? [] : [bracketed(messageId).slice(0, keptCharacters)],
        ),
      ]);
      const found = await messagesOf(queue.store, ids, windowOf(cutRows));
      const ours = [...found.messages.values()].flatMap(deliveriesOf);
      const { arrivals, notOurs } = joinArrivals({ rows: cutRows, bounces, ours });
      await book.put(arrivals);
      const count = (verdict: ArrivalVerdict) => arrivals.filter((one) => one.verdict === verdict).length;
      const counts = {
        arrived: count('arrived'),
        notDelivered: count('not-delivered'),
        onItsWay: count('on-its-way'),
        returned: count('returned'),
        notSeen: count('not-seen'),
        notHandedOver: count('not-handed-over'),
      };
      caller.note({ after: counts });
      return {
        counts,
        notOurs,
        isCut: isCut || found.isCut || arrivals.length > shownMax,
        arrivals: arrivals.slice(0, shownMax).map(viewOf),
      };
    },
  };
}

interface Found {
  readonly messages: ReadonlyMap<string, StoredMessage>;
  readonly isCut: boolean;
}

/** Messages with one of the ids, and all that were taken in the time that the trace covers. */
async function messagesOf(
  store: Pick<Store, 'list'>,
  ids: ReadonlySet<string>,
  window: ReturnType<typeof windowOf>,
): Promise<Found> {
  const messages = new Map<string, StoredMessage>();
  const queries: Parameters<Store['list']>[0][] = batches([...ids]).map((batch) => ({
    text: batch.map((id) => `"${id.replaceAll('"', '')}"`).join('\n'),
    limit: 500,
  }));
  if (window) queries.push({ acceptedFrom: window.from, acceptedBefore: window.to, limit: 500 });
  for (const query of queries) {
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<Store['list']>> = await store.list({
        ...query,
        ...(cursor !== undefined && { cursor }),
      });
      for (const message of page.items) messages.set(message.accepted.id, message);
      if (messages.size >= messagesMax) return { messages, isCut: true };
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return { messages, isCut: false };
}

function batches(ids: readonly string[]): readonly (readonly string[])[] {
  const found: string[][] = [];
  let characters = 0;
  for (const id of ids) {
    const last = found.at(-1);
    if (!last || last.length >= idsAtOnce || characters + id.length + 3 > charactersAtOnce) {
      found.push([id]);
      characters = id.length + 3;
    } else {
      last.push(id);
      characters += id.length + 3;
    }
  }
  return found;
}

function deliveriesOf({ accepted, progress }: StoredMessage): readonly OurDelivery[] {
  const { id, envelope, content, isNotice } = accepted;
  const { messageId } = content;
  if (messageId === undefined || isNotice) return [];
  return envelope.recipients.flatMap(({ address }, index) => {
    const state = progress.recipients[index];
    if (!state) return [];
    return [
      {
        id,
        messageId: bracketed(messageId).slice(0, keptCharacters),
        sender: envelope.reversePath?.text ?? '',
        recipient: address.text,
        state: state.kind,
        ...(content.subject !== undefined && { subject: content.subject }),
        ...(state.kind === 'relayed' && { relayedAt: state.at, reply: formatReply(state.reply) }),
      },
    ];
  });
}

function viewOf({ relayedAt, exchangeAt, returned, ...rest }: Arrival): ArrivalTableView['arrivals'][number] {
  return {
    ...rest,
    ...present({
      relayedAt: relayedAt === undefined ? undefined : formatInstant(relayedAt),
      exchangeAt: exchangeAt === undefined ? undefined : formatInstant(exchangeAt),
      returned: returned && { ...returned },
    }),
  };
}
