import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plus } from '../platform/clock.ts';
import type { Instant } from '../platform/clock.ts';
import type { Progress, RecipientState } from '../message/message.ts';
import { isSettled, nextDue } from '../message/message.ts';
import { held, noon, pending, progress, relayed } from '../store/conformance/samples.ts';
import type { OperatorAction } from './queue.ts';
import { attemptsKept, initialProgress, notesKept, operated, settled } from './transitions.ts';

const later = plus(noon, 60_000);
const failed: RecipientState = {
  kind: 'failed',
  at: noon,
  failure: {
    scope: 'recipient',
    permanence: 'permanent',
    stage: 'rcpt',
    code: 'refused',
    text: '',
    status: '5.1.1',
  },
};
const hold: OperatorAction = { kind: 'hold', reason: 'look first' };
const remove: OperatorAction = { kind: 'delete' };

describe('commands of operators', () => {
  test.each<readonly [string, readonly RecipientState[], OperatorAction, readonly string[] | string]>([
    ['hold what is pending', [pending()], hold, ['held']],
    ['hold leaves final states', [pending(), relayed(), failed], hold, ['held', 'relayed', 'failed']],
    ['hold twice', [held()], hold, 'held already'],
    ['hold what is settled', [relayed(), failed], hold, 'settled'],
    ['release what is held', [held(), relayed()], { kind: 'release' }, ['pending', 'relayed']],
    ['release what is not held', [pending()], { kind: 'release' }, 'not held'],
    ['release what is settled', [failed], { kind: 'release' }, 'settled'],
    ['retry what waits', [pending(plus(noon, 9)), held()], { kind: 'retry' }, ['pending', 'held']],
    ['retry what is held', [held()], { kind: 'retry' }, 'release it first'],
    [
      'reroute',
      [pending(), held(), relayed()],
      { kind: 'reroute', connector: 'b' },
      ['pending', 'held', 'relayed'],
    ],
    ['reroute what is settled', [relayed()], { kind: 'reroute', connector: 'b' }, 'settled'],
    [
      'delete what is pending or held',
      [pending(), held(), relayed()],
      remove,
      ['failed', 'failed', 'relayed'],
    ],
    ['delete what is settled', [failed], remove, 'settled'],
  ])('%s', (_, recipients, action, expected) => {
    const result = operated(progress(...recipients), action, 'admin', later);
    if (typeof expected === 'string') {
      expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining(expected) });
      return;
    }
    if (result.kind === 'refused') throw new Error(result.reason);
    expect(result.progress.recipients.map((state) => state.kind)).toEqual(expected);
    expect(result.progress.notes.at(-1)).toMatchObject({ at: later, step: 'operator', by: 'admin' });
  });

  test('release and retry are due at once, and keep attempts', () => {
    const waiting = progress(pending(plus(later, 1e6), 7));
    const retried = operated(waiting, { kind: 'retry' }, 'admin', later);
    expect(retried).toMatchObject({ progress: { recipients: [{ notBefore: later, attempts: 7 }] } });
    const onHold = operated(waiting, hold, 'admin', later);
    if (onHold.kind === 'refused') throw new Error(onHold.reason);
    expect(operated(onHold.progress, { kind: 'release' }, 'admin', later)).toMatchObject({
      progress: { recipients: [{ kind: 'pending', notBefore: later, attempts: 7 }] },
    });
  });

  test('reroute can be taken back', () => {
    const once = operated(progress(pending()), { kind: 'reroute', connector: 'b' }, 'admin', later);
    if (once.kind === 'refused') throw new Error(once.reason);
    expect(once.progress.reroute).toBe('b');
    const twice = operated(once.progress, { kind: 'reroute', connector: undefined }, 'admin', later);
    if (twice.kind === 'refused') throw new Error(twice.reason);
    expect('reroute' in twice.progress).toBe(false);
  });
});

describe('settlements', () => {
  test('touch pending recipients only', () => {
    const before = progress(pending(), held(), relayed());
    const result = settled(before, { recipients: [failed, failed, failed], attempts: [], inDoubt: 1 });
    expect(result.recipients.map((state) => state.kind)).toEqual(['failed', 'held', 'relayed']);
    expect(result.inDoubt).toBe(1);
  });

  test('of another number of recipients are a fault', () => {
    expect(() => settled(progress(pending()), { recipients: [], attempts: [] })).toThrow(RangeError);
  });

  test('attempts are bounded: the first and the latest stay', () => {
    let current = initialProgress(1, noon);
    for (let n = 0; n < 200; n += 1) {
      const attempt = { at: plus(noon, n), durationMs: 1, connector: 'c', host: 'h', results: [] };
      const note = { at: plus(noon, n), step: 'attempt' as const, text: String(n) };
      current = settled(current, { recipients: [pending(noon, n)], attempts: [attempt], notes: [note] });
    }
    const { first, latest } = attemptsKept;
    expect(current.attempts).toHaveLength(first + latest);
    expect(current.attempts.map(({ at }) => at - noon)).toEqual([
      ...Array.from({ length: first }, (_, n) => n),
      ...Array.from({ length: latest }, (_, n) => 200 - latest + n),
    ]);
    expect(current.notes).toHaveLength(notesKept.first + notesKept.latest);
  });
});

// D2: whatever happens in whatever order, every recipient is in one visible state, a message that is not final
// has a next moment or is held, and a final state is the last.
test('any sequence of results and commands leaves every message visible', () => {
  const state = fc.oneof(
    fc.record({
      kind: fc.constant('pending' as const),
      notBefore: fc.integer({ min: 0, max: 1e6 }).map((ms) => plus(noon, ms)),
      attempts: fc.nat(9),
    }),
    fc.constant(relayed()),
    fc.constant(failed),
    fc.constant<RecipientState>({ kind: 'expired', at: later }),
  );
  const action = fc.constantFrom<OperatorAction>(
    hold,
    remove,
    { kind: 'release' },
    { kind: 'retry' },
    { kind: 'reroute', connector: 'b' },
    { kind: 'reroute', connector: undefined },
  );
  const step = fc.oneof(
    fc.record({ settle: fc.array(state, { minLength: 3, maxLength: 3 }) }),
    fc.record({ act: action }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let current: Progress = initialProgress(3, noon);
      let now: Instant = noon;
      for (const next of steps) {
        now = plus(now, 1000);
        const before = current;
        if ('settle' in next) current = settled(before, { recipients: next.settle, attempts: [] });
        else {
          const transition = operated(before, next.act, 'admin', now);
          if (transition.kind === 'changed') current = transition.progress;
          else expect(transition.reason).not.toBe('');
        }
        expect(current.recipients).toHaveLength(3);
        for (const [index, old] of before.recipients.entries()) {
          if (old.kind !== 'pending' && old.kind !== 'held') expect(current.recipients[index]).toEqual(old);
        }
        const isHeld = current.recipients.some(({ kind }) => kind === 'held');
        expect(isSettled(current) || isHeld || nextDue(current) !== undefined).toBe(true);
        if (isSettled(current)) expect(nextDue(current)).toBeUndefined();
      }
    }),
  );
});
