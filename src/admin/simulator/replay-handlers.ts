/** Replay of recorded traffic through the API. */
import type { ReplayResult } from '../../../contract/schemas.ts';
import type { Difference, Outcome, Replayed } from '../../diagnostics/replay/replay.ts';
import { difference, grouped } from '../../diagnostics/replay/replay.ts';
import type { Judges } from '../../diagnostics/simulation.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant, plus } from '../../platform/clock.ts';
import type { Policy } from '../../policy/policy.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { judgesOf } from './judges.ts';
import { recordedMessage, recordedRefusal } from './recorded.ts';

/** Messages and refusals of one replay. */
const messagesMax = 50_000;
const refusalsMax = 20_000;
/** Judged between two turns of the event loop; one takes some tens of microseconds. */
const atOnce = 20;
const groupsMax = 200;

export function replayHandlers(context: AdminContext): Pick<Handlers, 'replayPolicy'> {
  return {
    async replayPolicy({ body }) {
      const { policy, findings } = await context.policies.editing.draft(body.policy);
      if (!policy) throw new Problem(422, 'The policy has faults', 'nothing can be tried with it', findings);
      const from = plus(context.clock.now(), -body.hours * 3_600_000);
      const recorded = await recordedSince(context, from);
      const judges = judgesFor(context, policy);
      const differences: Difference[] = [];
      for (const [index, { replayed, listener }] of recorded.items.entries()) {
        if (index % atOnce === 0) await new Promise(setImmediate);
        const found = difference(replayed, judges(listener));
        if (found) differences.push(found);
      }
      const groups = grouped(differences);
      const counts = new Map<string, number>();
      for (const { kind } of differences) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      return {
        from: formatInstant(from),
        messages: recorded.messages,
        refusals: recorded.refusals,
        leftOut: recorded.leftOut,
        isCut: recorded.isCut,
        counts: Object.fromEntries(counts),
        differences: groups.slice(0, groupsMax).map(({ before, after, refs, ...rest }) => ({
          ...rest,
          refs: [...refs],
          before: outcomeView(before),
          after: outcomeView(after),
        })),
      };
    },
  };
}

interface Recorded {
  readonly items: readonly { readonly replayed: Replayed; readonly listener: string }[];
  readonly messages: number;
  readonly refusals: number;
  readonly leftOut: number;
  readonly isCut: boolean;
}

async function recordedSince(context: AdminContext, from: Instant): Promise<Recorded> {
  const { store } = context.queue;
  const at = context.clock.now();
  const items: { replayed: Replayed; listener: string }[] = [];
  let [leftOut, looked, isCut] = [0, 0, false];
  let cursor: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof store.list>> = await store.list({
      acceptedFrom: from,
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { accepted } of page.items) {
      // Notices are our own, and messages sent again came from nobody.
      if (accepted.isNotice || !accepted.client) continue;
      const found = recordedMessage(accepted, at);
      if (found) items.push(found);
      else leftOut += 1;
    }
    looked += page.items.length;
    cursor = page.cursor;
    isCut = looked >= messagesMax && cursor !== undefined;
  } while (cursor !== undefined && !isCut);
  const messages = items.length;
  looked = 0;
  cursor = undefined;
  let isOver = false;
  do {
    const page: Awaited<ReturnType<typeof store.events>> = await store.events({
      kind: 'refused',
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    });
    for (const record of page.items) {
      isOver ||= record.at < from;
      if (record.at < from) continue;
      const found = recordedRefusal(record, at);
      if (found) items.push(found);
      else leftOut += 1;
    }
    looked += page.items.length;
    cursor = page.cursor;
    if (looked >= refusalsMax && cursor !== undefined && !isOver) isCut = true;
  } while (cursor !== undefined && !isOver && looked < refusalsMax);
  return { items, messages, refusals: items.length - messages, leftOut, isCut };
}

/** A listener that is gone by now is judged as the first. */
function judgesFor(
  context: AdminContext,
  draft: Policy,
): (listener: string) => { readonly before: Judges; readonly after: Judges } {
  const known = new Map<string, { before: Judges; after: Judges }>();
  return (listener) => {
    const found = known.get(listener);
    if (found) return found;
    const name = context.node.listeners.some((one) => one.name === listener) ? listener : undefined;
    const made = {
      before: timeless(judgesOf(context, context.policy.current, name)),
      after: timeless(judgesOf(context, draft, name)),
    };
    known.set(listener, made);
    return made;
  };
}

function timeless(judges: Judges): Judges {
  return {
    ...judges,
    cutOver: undefined,
    admission: () => undefined,
    connection: notAsked,
    outlook: () => ({ kind: 'room' }),
    rate: notAsked,
    room: () => undefined,
  };
}

const notAsked = () => ({ kind: 'accept', rule: 'rates', explanation: 'not asked in a replay' }) as const;

function outcomeView({ routes, ...rest }: Outcome): ReplayResult['differences'][number]['before'] {
  return { ...rest, routes: [...routes] };
}
