import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { HealthBoard, pointEveryMs } from './board.ts';
import type { CheckResult, CheckState } from './check.ts';

const keptMs = 86_400_000 * 2;
const start = Date.parse('2026-11-23T08:00:00Z');
const at = (minutes: number) => instant(start + minutes * 60_000);
const result = (state: CheckState, value = 1, id = 'store'): CheckResult => ({
  id,
  title: 'Store writes',
  state,
  evidence: `${value}`,
  value,
});

test('a state has a beginning, which lasts as long as the state', () => {
  const board = new HealthBoard(undefined, keptMs);
  board.take([result('ok')], at(0));
  board.take([result('fail')], at(1));
  board.take([result('fail')], at(9));
  expect(board.get('store')).toMatchObject({ state: 'fail', since: at(1), checkedAt: at(9) });
});

test('history has a point every five minutes, and each change at once', () => {
  const board = new HealthBoard(undefined, keptMs);
  for (let minute = 0; minute <= 10; minute++) board.take([result('ok', minute)], at(minute));
  board.take([result('warn', 11)], at(11));
  expect(board.get('store')?.history).toEqual([
    { at: at(0), state: 'ok', value: 0 },
    { at: at(5), state: 'ok', value: 5 },
    { at: at(10), state: 'ok', value: 10 },
    { at: at(11), state: 'warn', value: 11 },
  ]);
});

test('history is bounded, the oldest points go', () => {
  const board = new HealthBoard(undefined, keptMs);
  for (let point = 0; point < 400; point++) {
    board.take([result('ok', point)], instant(start + point * pointEveryMs));
  }
  const { history } = board.get('store') ?? {};
  expect(history).toHaveLength(320);
  expect(history?.[0]?.value).toBe(80);
});

test('history that is older than its time goes, also what another process had kept', () => {
  const board = new HealthBoard(undefined, 3_600_000);
  for (let minute = 0; minute <= 90; minute += 5) board.take([result('ok', minute)], at(minute));
  expect(board.get('store')?.history.map(({ value }) => value)).toEqual([
    30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90,
  ]);
  const next = new HealthBoard(board.text(), 3_600_000);
  next.take([result('ok', 200)], at(200));
  expect(next.get('store')?.history).toEqual([{ at: at(200), state: 'ok', value: 200 }]);
});

test('a clock that is set back does not stop the history', () => {
  const board = new HealthBoard(undefined, keptMs);
  board.take([result('ok')], at(600));
  board.take([result('ok')], at(0));
  expect(board.get('store')?.history).toHaveLength(2);
});

test('a check that is not made any more is gone, and comes back new', () => {
  const board = new HealthBoard(undefined, keptMs);
  board.take([result('fail', 1, 'listener:old'), result('ok')], at(0));
  board.take([result('ok')], at(1));
  expect(board.all().map(({ id }) => id)).toEqual(['store']);
  board.take([result('fail', 1, 'listener:old')], at(2));
  expect(board.get('listener:old')?.since).toBe(at(2));
});

test('beginning and history outlive a restart', () => {
  const board = new HealthBoard(undefined, keptMs);
  board.take([result('warn')], at(0));
  const next = new HealthBoard(board.text(), keptMs);
  expect(next.all()).toEqual([]);
  next.take([result('warn', 7)], at(5));
  expect(next.get('store')).toMatchObject({ since: at(0), history: [{ value: 1 }, { value: 7 }] });
});

test.each(['', 'no JSON', '{}', '[{"id":"store"}]', 'null'])(
  'what was kept and is no board (%s) is forgotten',
  (text) => {
    const board = new HealthBoard(text, keptMs);
    board.take([result('ok')], at(0));
    expect(board.get('store')).toMatchObject({ since: at(0), history: [{ value: 1 }] });
  },
);
