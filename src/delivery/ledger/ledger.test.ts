import { describe, expect, test } from 'vitest';
import type { Priority } from '../../message/message.ts';
import type { Instant } from '../../platform/clock.ts';
import { instant } from '../../platform/clock.ts';
import { Ledger } from './ledger.ts';
import type { Load } from './load.ts';
import type { Quota } from './quota.ts';

const start = Date.parse('2026-11-23T08:00:00Z');
const at = (ms: number): Instant => instant(start + ms);
const hour = 3_600_000;
const day = 24 * hour;
const step = 300_000;

const perDay: Quota = {
  scope: 'mailbox',
  owner: 'mailbox a@contoso.com',
  window: 'day',
  counts: 'recipients',
  limit: 100,
};
const perMinute: Quota = {
  scope: 'mailbox',
  owner: 'mailbox a@contoso.com',
  window: 'minute',
  counts: 'messages',
  limit: 30,
};
const external: Quota = {
  scope: 'tenant',
  owner: 'tenant contoso.com',
  window: 'day',
  counts: 'external',
  limit: 50,
};

function load(recipients: number, outside = 0, priority: Priority = 'normal'): Load {
  return {
    priority,
    counts: { messages: 1, recipients, external: outside, 'external-from-onmicrosoft': 0 },
  };
}

function sent(ledger: Ledger, quotas: readonly Quota[], one: Load, now: Instant): void {
  ledger.begin(quotas, one, now);
  ledger.end(quotas, one, one, now);
}

describe('admission', () => {
  test.each([
    { used: 79, need: 1, priority: 'bulk', kind: 'send' },
    { used: 80, need: 1, priority: 'bulk', kind: 'wait' },
    { used: 80, need: 1, priority: 'normal', kind: 'send' },
    { used: 99, need: 1, priority: 'priority', kind: 'send' },
    { used: 99, need: 2, priority: 'priority', kind: 'wait' },
    { used: 100, need: 1, priority: 'priority', kind: 'wait' },
    { used: 0, need: 500, priority: 'normal', kind: 'send' },
    { used: 1, need: 500, priority: 'normal', kind: 'wait' },
  ] as const)('$used of 100 used, $need more of $priority mail: $kind', ({ used, need, priority, kind }) => {
    const ledger = new Ledger();
    sent(ledger, [perDay], load(used), at(0));
    expect(ledger.admit([perDay], load(need, 0, priority), at(1_000)).kind).toBe(kind);
  });

  test('waits for the moment at which enough has left the window', () => {
    const ledger = new Ledger();
    sent(ledger, [perDay], load(60), at(0));
    sent(ledger, [perDay], load(40), at(hour));
    const small = ledger.admit([perDay], load(60), at(2 * hour));
    expect(small).toMatchObject({ kind: 'wait', until: at(day + step), quota: perDay });
    const large = ledger.admit([perDay], load(61), at(2 * hour));
    expect(large).toMatchObject({ kind: 'wait', until: at(day + hour + step) });
    expect(ledger.admit([perDay], load(60), at(day + step)).kind).toBe('send');
  });

  test('what is under way counts as used, and is given back when it was refused', () => {
    const ledger = new Ledger();
    ledger.begin([perDay], load(100), at(0));
    expect(ledger.admit([perDay], load(1), at(0))).toMatchObject({ isUsed: false, until: at(1_000) });
    ledger.end([perDay], load(100), load(0), at(10));
    expect(ledger.admit([perDay], load(100), at(10)).kind).toBe('send');
  });

  test('a message counts for the minute even when it was refused', () => {
    const ledger = new Ledger();
    for (let count = 0; count < 30; count++) {
      expect(ledger.admit([perMinute], load(1), at(count)).kind).toBe('send');
      ledger.begin([perMinute], load(1), at(count));
      ledger.end([perMinute], load(1), load(0), at(count));
    }
    expect(ledger.admit([perMinute], load(1), at(100))).toMatchObject({ kind: 'wait', until: at(61_000) });
  });

  test('a message that was long on its way counts for the minute from its end on', () => {
    const ledger = new Ledger();
    for (let count = 0; count < 30; count++) ledger.begin([perMinute], load(1), at(0));
    expect(ledger.admit([perMinute], load(1), at(20_000))).toMatchObject({ isUsed: false });
    for (let count = 0; count < 30; count++) ledger.end([perMinute], load(1), load(1), at(20_000));
    // The other side may have counted all of them at 20 s: at 61 s they are still within its minute.
    expect(ledger.admit([perMinute], load(1), at(61_000))).toMatchObject({ isUsed: true, until: at(81_000) });
    expect(ledger.admit([perMinute], load(1), at(81_000)).kind).toBe('send');
  });

  test('two connectors with one owner share the count, other owners have their own', () => {
    const ledger = new Ledger();
    sent(ledger, [perDay], load(100), at(0));
    expect(ledger.admit([{ ...perDay, limit: 90 }], load(1), at(0)).kind).toBe('wait');
    expect(ledger.admit([{ ...perDay, owner: 'mailbox b@contoso.com' }], load(1), at(0)).kind).toBe('send');
  });

  test('the quota that has room last decides; one that a message does not count for does not', () => {
    const ledger = new Ledger();
    sent(ledger, [perDay, external], load(50, 50), at(0));
    sent(ledger, [perDay], load(50), at(hour));
    expect(ledger.admit([external, perDay], load(51, 1), at(hour))).toMatchObject({ quota: perDay });
    expect(ledger.admit([external], load(1, 1), at(hour)).kind).toBe('wait');
    expect(ledger.admit([external], load(1, 0), at(hour)).kind).toBe('send');
  });
});

describe('levels', () => {
  test('low at 80 percent and exhausted at the end, once each, and again after it has sunk', () => {
    const ledger = new Ledger();
    const told: string[] = [];
    const tell = (now: Instant): void => {
      const level = ledger.worsened(perDay, now, false);
      if (level) told.push(level);
    };
    for (let count = 0; count < 100; count++) {
      sent(ledger, [perDay], load(1), at(count * 1_000));
      tell(at(count * 1_000));
    }
    expect(told).toEqual(['low', 'exhausted']);
    tell(at(day + hour));
    sent(ledger, [perDay], load(85), at(day + hour));
    tell(at(day + hour));
    expect(told).toEqual(['low', 'exhausted', 'low']);
  });

  test('the forecast goes on at the rate of the last hour', () => {
    const ledger = new Ledger();
    for (let minute = 0; minute < 50; minute++) sent(ledger, [perDay], load(1), at(minute * 60_000));
    const forecast = ledger.forecast(perDay, at(hour - 1));
    expect(forecast).toMatchObject({ used: 50, limit: 100, free: 50 });
    expect(forecast.runsOutAt).toBeGreaterThan(at(1.9 * hour));
    expect(forecast.runsOutAt).toBeLessThan(at(2.1 * hour));
    expect(ledger.forecast(perDay, at(3 * hour)).runsOutAt).toBeUndefined();
  });
});

describe('a restart', () => {
  function restarted(isEnd: boolean, now: Instant): Ledger {
    const before = new Ledger();
    sent(before, [perDay, perMinute], load(40), at(0));
    const after = new Ledger();
    after.restore(before.record(at(0), isEnd));
    after.forecast(perDay, now);
    return after;
  }

  test('an orderly one leaves the counts as they were', () => {
    const ledger = restarted(true, at(5_000));
    expect(ledger.forecast(perDay, at(5_000)).used).toBe(40);
    expect(ledger.forecast(perMinute, at(5_000)).used).toBe(1);
    expect(ledger.forecast(perDay, at(day + step)).used).toBe(0);
  });

  test('after a crash more is counted than was written, never less', () => {
    const ledger = restarted(false, at(5_000));
    expect(ledger.forecast(perDay, at(5_000)).used).toBe(40 + 80);
    expect(ledger.forecast(perMinute, at(5_000)).free).toBe(0);
    expect(ledger.forecast(perMinute, at(70_000)).used).toBe(0);
  });

  test('after a crash a mailbox that is not on record waits for the minute as well', () => {
    const ledger = restarted(false, at(5_000));
    const other = { ...perMinute, owner: 'mailbox new@contoso.com' };
    expect(ledger.admit([other], load(1), at(5_000)).kind).toBe('wait');
    expect(ledger.admit([other], load(1), at(65_000)).kind).toBe('send');
  });

  test('what nobody has used since the start stays on record', () => {
    const before = new Ledger();
    sent(before, [perDay, external], load(40, 40), at(0));
    const second = new Ledger();
    second.restore(before.record(at(0), true));
    sent(second, [perDay], load(1), at(1_000));
    const third = new Ledger();
    third.restore(second.record(at(2_000), true));
    expect(third.forecast(external, at(3_000)).used).toBe(40);
    expect(third.forecast(perDay, at(3_000)).used).toBe(41);
  });
});
