import { describe, expect, it } from 'vitest';
import { changes, changesAhead } from './calendar.ts';
import { limitGroups, submissionLimits, tenantExternalRecipientsPerDay, tenantLimits } from './limits.ts';

describe('tenantExternalRecipientsPerDay', () => {
  // The numbers that Microsoft printed beside the formula.
  it.each([
    [1, 10_000],
    [100, 22_059],
    [1000, 72_446],
    [10_000, 324_979],
  ])('%i licences may reach %i external recipients', (licences, recipients) => {
    expect(tenantExternalRecipientsPerDay(licences)).toBe(recipients);
  });

  it('refuses what is no count', () => {
    expect(() => tenantExternalRecipientsPerDay(-1)).toThrow(RangeError);
    expect(() => tenantExternalRecipientsPerDay(Number.NaN)).toThrow(RangeError);
  });
});

describe('limits', () => {
  it('are those that Microsoft publishes', () => {
    expect(submissionLimits.messagesPerMinute.value).toBe(30);
    expect(submissionLimits.connections.value).toBe(3);
    expect(submissionLimits.recipientsPerDay.value).toBe(10_000);
    expect(tenantLimits.trialExternalRecipientsPerDay.value).toBe(5000);
    expect(tenantLimits.onmicrosoftExternalRecipientsPerDay.value).toBe(100);
  });

  it('each have a number, a unit and a source', () => {
    const all = limitGroups.flatMap(({ limits }) => Object.entries(limits));
    expect(all.length).toBeGreaterThan(30);
    for (const [name, { value, unit, what, source }] of all) {
      expect(value, name).toBeGreaterThan(0);
      for (const text of [unit, what, source]) expect(text, name).not.toBe('');
    }
  });
});

describe('calendar', () => {
  it('is in order, with real days', () => {
    for (const { from, until = from } of changes) {
      for (const day of [from, until]) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
      expect(until >= from).toBe(true);
    }
    const days = changes.map(({ from }) => from);
    expect(days).toEqual(days.toSorted());
  });

  it('tells what lies ahead on a day, for a route', () => {
    const ahead = changesAhead('2026-11-23', 'smtp-submission').map(({ from }) => from);
    expect(ahead).toEqual(['2026-07-01', '2026-12-31', '2027-07-01']);
    expect(changesAhead('2029-01-01')).toEqual([]);
  });

  it('keeps what was called off out of what lies ahead', () => {
    expect(changes.some(({ cancelled }) => cancelled)).toBe(true);
    expect(changesAhead('2020-01-01').some(({ cancelled }) => cancelled)).toBe(false);
  });
});
