/** Stored values as the API shows them. Pure. */
import type { EventView, MessageDetail, MessageSummary } from '../../contract/schemas.ts';
import type { AttemptRecord, Progress, RecipientState } from '../message/message.ts';
import { isSettled, nextDue } from '../message/message.ts';
import { formatReply } from '../message/reply.ts';
import { sampledTraceIdOf } from '../observe/tracing/ids.ts';
import { formatInstant } from '../platform/clock.ts';
import type { KeptArrival } from '../diagnostics/arrival/arrival-book.ts';
import type { Explain } from './explain/explanation-view.ts';
import { explainedReturn, storyOf } from './messages/story.ts';
import { present } from './present.ts';

export { present } from './present.ts';
import type { EventRecord, StoredMessage } from '../store/store.ts';

/** In lists: some messages have a thousand, and a page has hundreds of messages. */
const recipientsShownMax = 10;

/** `recipientsMax`: how many recipients are named; `recipientCount` is always that of all. */
export function messageSummary(message: StoredMessage, recipientsMax = recipientsShownMax): MessageSummary {
  const { recipients } = message.accepted.envelope;
  const last = lastWord(message.progress);
  return {
    ...base(message),
    recipients: recipients.slice(0, recipientsMax).map(({ address }) => address.text),
    recipientCount: recipients.length,
    ...(last === undefined ? {} : { last }),
  };
}

export interface DetailFacts {
  readonly explain: Explain;
  /** What Exchange told about it. */
  readonly arrivals: readonly KeptArrival[];
  /** Share of messages that are traced; absent: there are no traces. */
  readonly traceShare?: number | undefined;
}

export function messageDetail(message: StoredMessage, facts: DetailFacts): MessageDetail {
  const { explain, arrivals, traceShare } = facts;
  const { accepted, progress } = message;
  const addresses = accepted.envelope.recipients.map(({ address }) => address.text);
  return {
    ...base(message),
    recipients: progress.recipients.map((state, index) =>
      explained(recipientView(addresses[index] ?? '', state), progress, explain),
    ),
    ...present({
      owner: accepted.owner,
      messageId: accepted.content.messageId,
      traceId: traceShare === undefined ? undefined : sampledTraceIdOf(accepted.id, traceShare),
      from: accepted.content.from,
      reroute: progress.reroute,
      client: accepted.client,
    }),
    contentKept: message.contentRef !== undefined,
    attemptLog: progress.attempts.map((attempt) => attemptView(attempt, addresses)),
    trace: [...accepted.trace, ...progress.notes].map((entry) => ({ ...entry, at: formatInstant(entry.at) })),
    story: storyOf(message, facts),
    arrivals: arrivals.map((one) => arrivalView(one, explain)),
    ...present({ resentFrom: accepted.trace.find(({ about }) => about !== undefined)?.about }),
    resentAs: progress.notes.flatMap(({ about }) => (about === undefined ? [] : [about])),
  };
}

type RecipientView = MessageDetail['recipients'][number];

/** A refusal beside what it means; where it was met is the place of the last attempt unless the recipient names it. */
function explained(view: RecipientView, progress: Progress, explain: Explain): RecipientView {
  if (view.reply === undefined || view.state === 'relayed') return view;
  const last = progress.attempts.at(-1);
  const explanation = explain(view.reply, present({ connector: last?.connector, host: last?.host }));
  return explanation === undefined ? view : { ...view, explanation };
}

function arrivalView(arrival: KeptArrival, explain: Explain): MessageDetail['arrivals'][number] {
  const { at, exchangeAt, returned, exchangeStatus, ...rest } = arrival;
  return {
    ...rest,
    at: formatInstant(at),
    ...present({
      exchangeStatus,
      exchangeAt: exchangeAt === undefined ? undefined : formatInstant(exchangeAt),
      returned: returned && { ...returned },
      explanation: explainedReturn(arrival, explain),
    }),
  };
}

export function eventView(record: EventRecord): EventView {
  return {
    ref: record.ref,
    at: formatInstant(record.at),
    kind: record.kind,
    ...present({ source: record.source, address: record.address }),
    fields: { ...record.fields },
  };
}

function base({ accepted, progress }: StoredMessage) {
  const due = nextDue(progress);
  const result = resultOf(progress);
  return {
    id: accepted.id,
    at: formatInstant(accepted.at),
    state: stateOf(progress),
    sender: accepted.envelope.reversePath?.text ?? '',
    bytes: accepted.content.bytes,
    priority: accepted.priority,
    isNotice: accepted.isNotice,
    attempts: progress.attempts.length,
    inDoubt: progress.inDoubt,
    ...present({
      result,
      source: accepted.source,
      subject: accepted.content.subject,
      nextAttemptAt: due === undefined ? undefined : formatInstant(due),
    }),
  };
}

function stateOf(progress: Progress): MessageSummary['state'] {
  if (isSettled(progress)) return 'settled';
  return progress.recipients.some(({ kind }) => kind === 'held') ? 'held' : 'active';
}

function resultOf(progress: Progress): MessageSummary['result'] {
  if (!isSettled(progress)) return undefined;
  const kinds = new Set(progress.recipients.map(({ kind }) => kind));
  const [only] = kinds;
  return kinds.size === 1 ? (only as 'relayed' | 'failed' | 'expired') : 'mixed';
}

function recipientView(address: string, state: RecipientState): MessageDetail['recipients'][number] {
  const common = { address, state: state.kind };
  switch (state.kind) {
    case 'pending':
      return {
        ...common,
        nextAttemptAt: formatInstant(state.notBefore),
        attempts: state.attempts,
        ...present({ reason: state.last?.text, reply: state.last?.reply && formatReply(state.last.reply) }),
      };
    case 'held':
      return { ...common, at: formatInstant(state.at), attempts: state.attempts, reason: state.reason };
    case 'relayed':
      return {
        ...common,
        at: formatInstant(state.at),
        connector: state.connector,
        host: state.host,
        reply: formatReply(state.reply),
      };
    case 'failed':
      return {
        ...common,
        at: formatInstant(state.at),
        reason: state.failure.text,
        ...present({ reply: state.failure.reply && formatReply(state.failure.reply) }),
      };
    case 'expired':
      return {
        ...common,
        at: formatInstant(state.at),
        ...present({ reason: state.last?.text, reply: state.last?.reply && formatReply(state.last.reply) }),
      };
    default:
      return state satisfies never;
  }
}

function attemptView(attempt: AttemptRecord, addresses: readonly string[]) {
  return {
    at: formatInstant(attempt.at),
    durationMs: attempt.durationMs,
    connector: attempt.connector,
    host: attempt.host,
    ...present({ tls: attempt.tls }),
    results: attempt.results.map(({ recipient, result, reply, text }) => ({
      recipient: addresses[recipient] ?? '',
      result,
      ...present({ reply: reply && formatReply(reply), text }),
    })),
  };
}

function lastWord(progress: Progress): string | undefined {
  const held = progress.recipients.find((state) => state.kind === 'held');
  if (held?.kind === 'held') return held.reason;
  const results = progress.attempts.at(-1)?.results ?? [];
  const told = results.find(({ result }) => result !== 'relayed') ?? results[0];
  return told?.reply ? formatReply(told.reply) : told?.text;
}
