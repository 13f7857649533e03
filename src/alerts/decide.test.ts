import { expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import type { AlertState } from './alert.ts';
import { isOpen, noAlerts, openPerRuleMax } from './alert.ts';
import type { DecideInput, RuleFound } from './decide.ts';
import { decide } from './decide.ts';
import type { AlertFinding } from './rules/rule.ts';

const minute = 60_000;
const finding = (subject = 'relay', severity: 'warning' | 'critical' = 'warning'): AlertFinding => ({
  subject,
  severity,
  text: `about ${subject}`,
});

/** One rule over time; every message that channels are owed is taken at once. */
function watched(change: Partial<RuleFound> = {}) {
  let state: AlertState = noAlerts;
  let number = 0;
  const told: string[] = [];
  return {
    told,
    get state() {
      return state;
    },
    set(next: AlertState) {
      state = next;
    },
    look(
      atMinute: number,
      findings: readonly AlertFinding[],
      { isUnproven, ...more }: Partial<RuleFound> & Pick<DecideInput, 'isUnproven'> = {},
    ) {
      const rule: RuleFound = {
        rule: 'queue-age',
        isEnabled: true,
        coolDownMs: 30 * minute,
        clearAfterMs: 2 * minute,
        findings,
        ...change,
        ...more,
      };
      const now = instant(atMinute * minute);
      const decided = decide({
        now,
        state,
        found: [rule],
        channelsFor: (_, severity) => (severity === 'critical' ? ['all', 'night'] : ['all']),
        newId: () => `A${(number += 1)}`,
        keptMs: 90 * 24 * 60 * minute,
        ...(isUnproven ? { isUnproven } : {}),
      });
      state = {
        ...decided.state,
        alerts: decided.state.alerts.map((alert) => {
          for (const { channel, about } of alert.owed) told.push(`${channel} ${about} ${alert.subject}`);
          const heard = alert.owed.map(({ channel, about }) => ({
            channel,
            about,
            at: now,
            ok: true,
            detail: '',
          }));
          return { ...alert, owed: [], told: [...alert.told, ...heard] };
        }),
      };
      return decided;
    },
  };
}

test('what nobody can know yet stays as it is, and closes once it is known to be over', () => {
  const watch = watched();
  watch.look(0, [finding()]);
  const { id } = watch.state.alerts[0] ?? { id: '' };
  watch.look(10, [], { isUnproven: (alert) => alert.id === id });
  watch.look(60, [], { isUnproven: (alert) => alert.id === id });
  expect(watch.state.alerts).toMatchObject([{ id, openedAt: 0 }]);
  expect(watch.state.alerts[0]).not.toHaveProperty('absentSince');
  watch.look(61, []);
  watch.look(63, []);
  expect(watch.told).toEqual(['all opened relay', 'all closed relay']);
});

test('opens once, stays, and closes when nothing was found for the time of the rule', () => {
  const watch = watched();
  expect(watch.look(0, [finding()]).opened).toHaveLength(1);
  watch.look(1, [finding()]);
  watch.look(2, []);
  watch.look(3, [finding()]);
  watch.look(4, []);
  expect(watch.look(5, []).closed).toEqual([]);
  expect(watch.look(6, []).closed).toHaveLength(1);
  expect(watch.told).toEqual(['all opened relay', 'all closed relay']);
});

test('subjects are alerts of their own', () => {
  const watch = watched();
  watch.look(0, [finding('a'), finding('b')]);
  watch.look(10, [finding('b')]);
  watch.look(20, [finding('b')]);
  expect(watch.state.alerts.filter(isOpen).map(({ subject }) => subject)).toEqual(['b']);
});

test('what grows critical is told as worse, and for the first time to whoever hears of critical ones alone', () => {
  const watch = watched();
  watch.look(0, [finding()]);
  watch.look(1, [finding('relay', 'critical')]);
  watch.look(2, [finding('relay', 'warning')]);
  expect(watch.told).toEqual(['all opened relay', 'all worse relay', 'night opened relay']);
});

test('within the cool-down it opens and is told only when that is over and it is still there', () => {
  const watch = watched();
  watch.look(0, [finding()]);
  watch.look(1, []);
  watch.look(3, []);
  expect(watch.look(10, [finding()]).opened).toHaveLength(1);
  watch.look(32, [finding()]);
  expect(watch.told).toEqual(['all opened relay', 'all closed relay']);
  watch.look(34, [finding()]);
  expect(watch.told.at(-1)).toBe('all opened relay');
});

test('an alert of the cool-down that was never told closes without a word', () => {
  const watch = watched();
  watch.look(0, [finding()]);
  watch.look(1, []);
  watch.look(3, []);
  watch.look(10, [finding()]);
  watch.look(11, []);
  watch.look(14, []);
  expect(watch.told).toEqual(['all opened relay', 'all closed relay']);
});

test('a muted rule opens alerts and tells nobody; what is open when the mute ends is told then', () => {
  const watch = watched();
  const mute = { until: instant(10 * minute), reason: 'test', by: 'somebody', at: instant(0) };
  watch.set({ ...noAlerts, mutes: { 'queue-age': mute } });
  expect(watch.look(0, [finding()]).opened).toHaveLength(1);
  watch.look(9, [finding('relay', 'critical')]);
  expect(watch.told).toEqual([]);
  watch.look(10, [finding()]);
  expect(watch.told).toEqual(['all opened relay']);
  expect(watch.state.mutes).toEqual({});
});

test('a rule that is switched off closes its alerts at once and opens none', () => {
  const watch = watched();
  watch.look(0, [finding()]);
  expect(watch.look(1, [finding()], { isEnabled: false }).closed).toHaveLength(1);
  expect(watch.look(2, [finding()], { isEnabled: false }).opened).toEqual([]);
});

test('what goes wrong everywhere is one alert more and not thousands', () => {
  const watch = watched();
  const many = Array.from({ length: 5_000 }, (_, index) => finding(`source-${index}`));
  expect(watch.look(0, many).opened).toHaveLength(openPerRuleMax);
  expect(watch.state.alerts.at(-1)).toMatchObject({ subject: '(others)' });
  expect(watch.state.alerts.at(-1)?.text).toContain(`${5_000 - openPerRuleMax + 1} more`);
  watch.look(1, many);
  expect(watch.state.alerts).toHaveLength(openPerRuleMax);
});

test('the severity of the configuration counts instead of that of the rule', () => {
  const watch = watched({ severity: 'critical' });
  watch.look(0, [finding()]);
  expect(watch.told).toEqual(['all opened relay', 'night opened relay']);
});

test('the state is bounded, and open alerts are never what goes', () => {
  const watch = watched({ clearAfterMs: 0, coolDownMs: 1 });
  watch.look(0, [finding('stays')]);
  for (let at = 1; at < 1_100; at += 1) watch.look(at, [finding('stays'), finding(`x${at}`)]);
  expect(watch.state.alerts.length).toBeLessThanOrEqual(1_002);
  expect(watch.state.alerts.some((alert) => alert.subject === 'stays' && isOpen(alert))).toBe(true);
});

test('closed alerts are kept for their time, open ones for as long as they are open', () => {
  const day = 24 * 60;
  const watch = watched();
  watch.look(0, [finding('closed'), finding('open')]);
  watch.look(1, [finding('open')]);
  watch.look(3, [finding('open')]);
  const subjects = () => watch.state.alerts.map(({ subject }) => subject);
  watch.look(90 * day + 3, [finding('open')]);
  expect(subjects()).toEqual(['closed', 'open']);
  watch.look(90 * day + 4, [finding('open')]);
  expect(subjects()).toEqual(['open']);
});
