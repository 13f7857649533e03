/** Messages: listing, looking at one, and what an operator may do to it. */
import type { NoticesFor, OperatorAction } from '../../queue/queue.ts';
import type { StoredMessage } from '../../store/store.ts';
import type { QueueId } from '../../message/message.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { eventView, messageDetail, messageSummary, present } from '../views.ts';
import { explainer } from '../explain/explanation-view.ts';
import { exports } from './export.ts';
import { notFound } from './not-found.ts';
import { operator } from './operate.ts';
import { instantOf, storeFilter, storeQuery } from './query.ts';

type MessageRoutes =
  | 'messages'
  | 'exportMessages'
  | 'message'
  | 'hold'
  | 'release'
  | 'retry'
  | 'reroute'
  | 'remove'
  | 'events'
  | 'event'
  | 'trace';

export function messageHandlers(context: AdminContext): Pick<Handlers, MessageRoutes> {
  const { store } = context.queue;
  const operate = operator(context);

  const act = async (id: string, action: OperatorAction, caller: Caller) => {
    const result = await operate(id, action, caller);
    if (result.kind === 'not-found') throw notFound(id);
    if (result.kind === 'refused') throw new Problem(409, 'Not possible now', result.reason);
    return { result: 'done' as const, message: messageSummary(result.message) };
  };

  const detail = async (message: StoredMessage) =>
    messageDetail(message, {
      explain: explainer(context),
      arrivals: await context.arrivals.of(message.accepted.id),
      traceShare: context.node.tracing?.sample,
    });

  return {
    async messages({ query }) {
      const page = await store.list(storeQuery(query));
      return {
        items: page.items.map((message) => messageSummary(message)),
        ...present({ cursor: page.cursor }),
      };
    },
    exportMessages({ query }) {
      const { format, order, ...filter } = query;
      const { write, contentType } = exports[format];
      return {
        text: write(store, { ...storeFilter(filter), order }),
        contentType,
        headers: { 'content-disposition': `attachment; filename="messages.${format}"` },
      };
    },
    async message({ params }) {
      const message = await store.get(params.id as QueueId);
      if (!message) throw notFound(params.id);
      return detail(message);
    },
    hold: ({ params, body }, caller) => act(params.id, { kind: 'hold', reason: body.reason }, caller),
    release: ({ params }, caller) => act(params.id, { kind: 'release' }, caller),
    retry: ({ params }, caller) => act(params.id, { kind: 'retry' }, caller),
    reroute({ params, body }, caller) {
      const known = body.connector === null || context.policy.current.connectors.has(body.connector);
      if (!known) throw new Problem(409, 'Not possible now', `the policy has no connector ${body.connector}`);
      return act(params.id, { kind: 'reroute', connector: body.connector ?? undefined }, caller);
    },
    remove({ params, body }, caller) {
      const notices: NoticesFor = (message) => context.delivery.noticesForDelete(message);
      return act(params.id, { kind: 'delete', ...(body.notice && { notices }) }, caller);
    },
    async events({ query }) {
      const page = await store.events({
        limit: query.limit,
        ...present({
          kind: query.kind,
          source: query.source,
          text: query.text,
          cursor: query.cursor,
          from: instantOf(query.from),
        }),
      });
      return { items: page.items.map(eventView), ...present({ cursor: page.cursor }) };
    },
    async event({ params }) {
      const record = await store.event(params.ref);
      if (!record) throw notFound(params.ref);
      return eventView(record);
    },
    async trace({ params }) {
      const message = await store.get(params.ref as QueueId);
      if (message) return { kind: 'message' as const, message: await detail(message) };
      const record = await store.event(params.ref);
      if (record) return { kind: 'event' as const, event: eventView(record) };
      throw notFound(params.ref);
    },
  };
}
