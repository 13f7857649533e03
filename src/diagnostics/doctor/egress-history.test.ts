import { describe, expect, it } from 'vitest';
import { instant } from '../../platform/clock.ts';
import type { SeenEgress } from './check.ts';
import { driftOf, withSeen } from './egress-history.ts';

const day = (text: string) => instant(Date.parse(`2026-${text}T08:00:00Z`));
const seen = (address: string, at: string, connector = 'out'): SeenEgress => ({
  connector,
  address,
  at: day(at),
});
const told = (...entries: readonly SeenEgress[]): SeenEgress[] =>
  entries.reduce<SeenEgress[]>((history, one) => withSeen(history, [one]), []);

describe('the history of the public address', () => {
  it('has one entry for each time that an address lasted, for each connector by itself', () => {
    const history = told(
      seen('198.51.100.1', '11-01'),
      seen('203.0.113.9', '11-01', 'other'),
      seen('198.51.100.1', '11-02'),
      seen('198.51.100.7', '11-03'),
      seen('203.0.113.9', '11-03', 'other'),
      seen('198.51.100.1', '11-04'),
    );
    expect(history).toEqual([
      { ...seen('198.51.100.1', '11-02'), since: day('11-01') },
      { ...seen('203.0.113.9', '11-03', 'other'), since: day('11-01') },
      seen('198.51.100.7', '11-03'),
      seen('198.51.100.1', '11-04'),
    ]);
  });

  it('stays bounded, and forgets the oldest', () => {
    const many = Array.from({ length: 300 }, (_, n) => seen(`198.51.100.${n % 250}`, '11-01'));
    const history = withSeen([], many);
    expect(history).toHaveLength(200);
    expect(history[0]).toEqual(many[100]);
  });
});

describe('drift', () => {
  const history = told(
    seen('198.51.100.1', '10-01'),
    seen('198.51.100.1', '11-10'),
    seen('198.51.100.4', '11-12'),
    seen('198.51.100.7', '11-20'),
  );
  const at = (address: string, when: string) =>
    driftOf(history, { connector: 'out', address, now: day(when) });

  it('is the address before, whether the new one is seen first now or was seen already', () => {
    expect(at('198.51.100.7', '11-21')).toEqual({
      before: seen('198.51.100.4', '11-12'),
      changes: 2,
      details: [
        'seen before: 198.51.100.1, from 2026-10-01 to 2026-11-10',
        'seen before: 198.51.100.4, on 2026-11-12',
      ],
    });
    expect(at('198.51.100.9', '11-21')).toMatchObject({ before: seen('198.51.100.7', '11-20'), changes: 3 });
  });

  it('weighs for 30 days', () => {
    expect(at('198.51.100.7', '12-12')).toMatchObject({ before: { address: '198.51.100.4' }, changes: 1 });
    const late = at('198.51.100.7', '12-13');
    expect(late.before).toBeUndefined();
    expect(late.changes).toBe(0);
    expect(late.details).toHaveLength(2);
  });

  it('is none for a connector that was never seen', () => {
    expect(driftOf(history, { connector: 'new', address: '198.51.100.7', now: day('11-21') })).toEqual({
      changes: 0,
      details: [],
    });
  });
});
