/**
 * What may become of a message, as pure functions of its progress: results of work (`settled`) and commands of
 * operators (`operated`). A final state never changes, and a message is always due, held or final.
 */
import type { Instant } from '../platform/clock.ts';
import type { AttemptRecord, Progress, QueueId, RecipientState, TraceEntry } from '../message/message.ts';
import { isSettled } from '../message/message.ts';
import { afterSetBack } from './clock-set-back.ts';
import type { HoldFromBirth, OperatorAction, Settlement } from './queue.ts';

/** Attempts kept in the trace: the first few say how it began, the latest how it stands. */
export const attemptsKept = { first: 5, latest: 45 } as const;
/** Notes kept, first and latest alike. */
export const notesKept = { first: 20, latest: 80 } as const;

export type Transition =
  | { readonly kind: 'changed'; readonly progress: Progress }
  | { readonly kind: 'refused'; readonly reason: string };

/** The progress of a message that was just accepted: every recipient is due at once. */
/** All recipients are held until an operator lets them go. */
export function heldFromBirth(recipients: number, at: Instant, hold: HoldFromBirth): Progress {
  const state = { kind: 'held', at, by: hold.by, reason: hold.reason, attempts: 0 } as const;
  return { ...initialProgress(recipients, at), recipients: Array.from({ length: recipients }, () => state) };
}

export function initialProgress(recipients: number, now: Instant): Progress {
  const state: RecipientState = { kind: 'pending', notBefore: now, attempts: 0 };
  return { recipients: Array.from({ length: recipients }, () => state), attempts: [], inDoubt: 0, notes: [] };
}

/** Applies the result of one round of work. Throws when it is not about this message's recipients. */
export function settled(progress: Progress, settlement: Settlement): Progress {
  if (settlement.recipients.length !== progress.recipients.length) {
    throw new RangeError(
      `a settlement of ${settlement.recipients.length} recipients for a message of ${progress.recipients.length}`,
    );
  }
  const delayNoticeAt = settlement.delayNoticeAt ?? progress.delayNoticeAt;
  return {
    ...progress,
    // Work is done for pending recipients only: what is held or final stays as it is.
    recipients: progress.recipients.map((state, index) =>
      state.kind === 'pending' ? (settlement.recipients[index] ?? state) : state,
    ),
    attempts: bounded<AttemptRecord>([...progress.attempts, ...settlement.attempts], attemptsKept),
    inDoubt: progress.inDoubt + (settlement.inDoubt ?? 0),
    ...(delayNoticeAt === undefined ? {} : { delayNoticeAt }),
    notes: bounded<TraceEntry>([...progress.notes, ...(settlement.notes ?? [])], notesKept),
  };
}

/** Its former owner gave nothing back: what it had under way may have been taken by a next hop (RFC 1047). */
export function takenOver(progress: Progress, now: Instant): Progress {
  const text = 'was in work when the relay stopped without notice; it may arrive twice';
  return {
    ...progress,
    inDoubt: progress.inDoubt + 1,
    notes: bounded<TraceEntry>([...progress.notes, { at: now, step: 'attempt', text }], notesKept),
  };
}

/** Applies an operator's command, or says in words why it does not fit. `isToldOf`: a notice goes out with the change. */
export function operated(
  progress: Progress,
  action: OperatorAction,
  by: string,
  now: Instant,
  isToldOf = false,
): Transition {
  if (isSettled(progress))
    return { kind: 'refused', reason: 'the message is settled: nothing is left to do' };
  switch (action.kind) {
    case 'hold':
      return changed(progress, by, now, `held: ${action.reason}`, {
        pending: ({ attempts, last }) => ({
          kind: 'held',
          at: now,
          by,
          reason: action.reason,
          attempts,
          ...(last === undefined ? {} : { last }),
        }),
        otherwise: 'the message is held already',
      });
    case 'release':
      return changed(progress, by, now, 'released', {
        held: ({ attempts, last }) => ({
          kind: 'pending',
          notBefore: now,
          attempts,
          ...(last === undefined ? {} : { last }),
        }),
        otherwise: 'the message is not held',
      });
    case 'retry':
      return changed(progress, by, now, 'to be tried at once', {
        pending: (state) => ({ ...state, notBefore: now }),
        otherwise: 'the message is held: release it first',
      });
    case 'clock-set-back': {
      const recipients = afterSetBack(progress, now);
      if (!recipients) return { kind: 'refused', reason: 'no pause of the message is too long' };
      const text = 'its wait was corrected: the clock was set back';
      return { kind: 'changed', progress: noted({ ...progress, recipients }, by, now, text) };
    }
    case 'reroute':
      return rerouted(progress, action.connector, by, now);
    case 'cancel':
      return cancelled(progress, action.recipient, by, now, isToldOf);
    case 'note':
      return { kind: 'changed', progress: noted(progress, by, now, action.text, action.about) };
    case 'delete':
      return changed(progress, by, now, isToldOf ? 'deleted, with notice' : 'deleted, without notice', {
        pending: () => deleted(by, now),
        held: () => deleted(by, now),
        otherwise: 'nothing is left to delete',
      });
  }
}

interface Changes {
  readonly pending?: (state: Extract<RecipientState, { kind: 'pending' }>) => RecipientState;
  readonly held?: (state: Extract<RecipientState, { kind: 'held' }>) => RecipientState;
  /** Why the command does not fit when it concerns no recipient. */
  readonly otherwise: string;
}

function changed(progress: Progress, by: string, now: Instant, text: string, changes: Changes): Transition {
  let touched = false;
  const recipients = progress.recipients.map((state) => {
    if (state.kind === 'pending' && changes.pending !== undefined) {
      touched = true;
      return changes.pending(state);
    }
    if (state.kind === 'held' && changes.held !== undefined) {
      touched = true;
      return changes.held(state);
    }
    return state;
  });
  if (!touched) return { kind: 'refused', reason: changes.otherwise };
  return { kind: 'changed', progress: noted({ ...progress, recipients }, by, now, text) };
}

/** A new way deserves a new try at once; what is held stays held. */
function rerouted(progress: Progress, connector: string | undefined, by: string, now: Instant): Transition {
  const { reroute: _, ...rest } = progress;
  const recipients = progress.recipients.map((state) =>
    state.kind === 'pending' ? { ...state, notBefore: now } : state,
  );
  const text = connector === undefined ? 'routed by the policy again' : `routed to ${connector}`;
  return {
    kind: 'changed',
    progress: noted(
      { ...rest, recipients, ...(connector === undefined ? {} : { reroute: connector }) },
      by,
      now,
      text,
    ),
  };
}

function cancelled(
  progress: Progress,
  recipient: number,
  by: string,
  now: Instant,
  isToldOf: boolean,
): Transition {
  const state = progress.recipients[recipient];
  if (state === undefined) return { kind: 'refused', reason: 'the message has no such recipient' };
  if (state.kind !== 'pending' && state.kind !== 'held') {
    return { kind: 'refused', reason: `the recipient is final already: ${state.kind}` };
  }
  const recipients = progress.recipients.with(recipient, deleted(by, now));
  const text = `recipient ${recipient + 1} given up, ${isToldOf ? 'with' : 'without'} notice`;
  return { kind: 'changed', progress: noted({ ...progress, recipients }, by, now, text) };
}

function deleted(by: string, now: Instant): RecipientState {
  return {
    kind: 'failed',
    at: now,
    failure: {
      scope: 'message',
      permanence: 'permanent',
      stage: 'operator',
      code: 'deleted',
      text: `deleted by ${by}`,
      // RFC 3463 3.8: X.7.1, delivery not authorized, message refused.
      status: '5.7.1',
    },
  };
}

function noted(progress: Progress, by: string, now: Instant, text: string, about?: QueueId): Progress {
  const note: TraceEntry = { at: now, step: 'operator', text, by, ...(about === undefined ? {} : { about }) };
  return { ...progress, notes: bounded([...progress.notes, note], notesKept) };
}

/** Keeps the first and the latest; the oldest in the middle go. */
function bounded<T>(
  list: readonly T[],
  kept: { readonly first: number; readonly latest: number },
): readonly T[] {
  if (list.length <= kept.first + kept.latest) return list;
  return [...list.slice(0, kept.first), ...list.slice(-kept.latest)];
}
