import { expect, test } from 'vitest';
import { instant } from '../platform/clock.ts';
import { ageState, endOf, endsToRemind } from './ageing.ts';
import { withCutOver, readNetworks } from './cut-over.ts';
import { compiled, facts, policyOf } from './policy-for-tests.ts';
import { recognise } from './recognise.ts';

const source = (more: string) =>
  `sources:\n  - name: printer\n    networks: [10.0.0.1]\n    senders: ["*@contoso.com"]\n    expires: 2026-06-10\n${more}`;
const day = (date: string) => facts({ address: '10.0.0.1', at: instant(Date.parse(`${date}T12:00:00Z`)) });

test('without "ageing" the end is the end, through the end of its day', () => {
  const policy = policyOf(source(''));
  expect(recognise(policy, day('2026-06-10'))).toMatchObject({ kind: 'source' });
  expect(recognise(policy, day('2026-06-11'))).toMatchObject({
    refusal: { code: 550, explanation: expect.stringContaining('ended on 2026-06-10') },
  });
});

test('grace goes on with a warning, quarantine holds, then it is refused', () => {
  const policy = policyOf(source('ageing: { grace: 2d, quarantine: 3d }\n'));
  expect(recognise(policy, day('2026-06-10'))).not.toHaveProperty('age');
  expect(recognise(policy, day('2026-06-12'))).toMatchObject({ age: { kind: 'grace' } });
  expect(recognise(policy, day('2026-06-13'))).toMatchObject({ age: { kind: 'quarantine' } });
  expect(recognise(policy, day('2026-06-15'))).toMatchObject({ age: { kind: 'quarantine' } });
  expect(recognise(policy, day('2026-06-16'))).toMatchObject({ kind: 'stranger' });
});

test('a reminder begins with its time, goes on through grace and quarantine, and ends with the refusal', () => {
  const policy = policyOf(source('ageing: { remind: 5d, grace: 1d, quarantine: 1d }\n'));
  const reminded = (date: string) => endsToRemind(policy, instant(Date.parse(`${date}T12:00:00Z`))).length;
  expect(['2026-06-01', '2026-06-06', '2026-06-11', '2026-06-12', '2026-06-13'].map(reminded)).toEqual([
    0, 1, 1, 1, 0,
  ]);
});

test('the stage of a permission is told for each moment', () => {
  const { ageing } = policyOf(source('ageing: { remind: 5d, grace: 1d, quarantine: 1d }\n'));
  const { ends } = endOf('2026-06-10', ageing);
  const stage = (date: string) => ageState(ends, ageing, instant(Date.parse(`${date}T12:00:00Z`)));
  expect(['2026-06-01', '2026-06-06', '2026-06-11', '2026-06-12', '2026-06-13'].map(stage)).toEqual([
    'valid',
    'remind',
    'grace',
    'quarantine',
    'ended',
  ]);
});

test('a blocked range is found while it is blocked; all addresses and sources within are told', () => {
  const blocked = (list: string) => compiled(`${source('')}blocked: ${list}\n`);
  const { policy, findings } = blocked('[{ range: 10.0.0.0/24, expires: 2026-06-01 }, 2001:db8::/32]');
  expect(findings.map(({ message }) => message)).toContainEqual(expect.stringContaining('so are printer'));
  const at = (date: string) => instant(Date.parse(`${date}T12:00:00Z`));
  expect(policy.blocked.find('10.0.0.9', at('2026-06-01'))).toMatchObject({ range: '10.0.0.0/24' });
  expect(policy.blocked.find('10.0.0.9', at('2026-06-02'))).toBeUndefined();
  expect(policy.blocked.find('2001:db8::1', at('2026-06-02'))).toMatchObject({ range: '2001:db8::/32' });
  expect(blocked('[0.0.0.0/0]').findings).toContainEqual(expect.objectContaining({ severity: 'error' }));
});

test('cut-over mode defers strangers of its networks until its end, and nobody else', () => {
  const policy = policyOf(source(''));
  const read = readNetworks(['10.0.0.0/24']);
  const ranges = read.kind === 'ok' ? read.ranges : [];
  const until = instant(Date.parse('2026-06-05T00:00:00Z'));
  const mode = { networks: ['10.0.0.0/24'], ranges, since: instant(0), until, by: 'test' };
  const judged = (address: string, date: string) => {
    const about = { ...day(date), address };
    const result = withCutOver(recognise(policy, about), about, mode);
    return result.kind === 'source' ? 'source' : result.refusal.code;
  };
  expect(judged('10.0.0.7', '2026-06-04')).toBe(451);
  expect(judged('10.0.0.7', '2026-06-05')).toBe(550);
  expect(judged('10.0.1.7', '2026-06-04')).toBe(550);
  expect(judged('10.0.0.1', '2026-06-04')).toBe('source');
  // Its permission ended, which was decided: it is no unknown sender of a cut-over, and yet nothing names it.
  expect(judged('10.0.0.1', '2026-06-20')).toBe(550);
});
