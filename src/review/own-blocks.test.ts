import { expect, test } from 'vitest';
import type { ReviewBlockConfig } from '../config/keeping-schema.ts';
import type { NewAuditEntry } from '../observe/audit/entry.ts';
import { RecordedEvents } from '../observe/events.ts';
import { instant, plus } from '../platform/clock.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { StoreError } from '../store/store.ts';
import type { Finding } from './finding.ts';
import { leftAloneMs, OwnBlocks } from './own-blocks.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const config: ReviewBlockConfig = { from: 'serious', for: dayMs, most: 2, never: [] };
const attacker = '198.51.100.9';

async function world(given: Partial<ReviewBlockConfig> | 'off' = {}) {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const { records } = createMemoryStore({ clock });
  const events = new RecordedEvents();
  const audited: NewAuditEntry[] = [];
  const state = {
    inForce: [] as readonly string[],
    spared: new Set<string>(),
    mailFrom: new Set<string>(),
    auditFails: false,
  };
  const open = () =>
    OwnBlocks.open({
      clock,
      events,
      records,
      config: given === 'off' ? undefined : { ...config, ...given },
      whySpared: (range) => (state.spared.has(range) ? 'spared' : undefined),
      sentMail: async (range) => state.mailFrom.has(range),
      audit: {
        async append(entry) {
          if (state.auditFails) throw new StoreError('failed', 'the disk is full');
          audited.push(entry);
        },
      },
      apply(blocks) {
        state.inForce = blocks.map(({ key }) => key);
      },
    });
  const finding = (address: string, more: Partial<Finding> = {}): Finding => ({
    key: address,
    id: `F-${address}`,
    kind: 'unauthorised-address',
    state: 'open',
    subject: address,
    address,
    title: 'Unauthorised attempts',
    text: `${address} was refused 300 times.`,
    severity: 'serious',
    evidence: [],
    references: [],
    firstAt: clock.now(),
    lastAt: clock.now(),
    proposal: { action: 'block', words: 'Block it.', target: address },
    ...more,
  });
  const told = () => events.list.map(({ kind }) => kind);
  return { clock, open, finding, state, audited, events, told };
}

test('an address is blocked for its time: on record, told, kept over a restart, and over by itself', async () => {
  const { clock, open, finding, state, audited, events, told } = await world();
  const blocks = await open();
  await blocks.consider([finding(attacker)]);
  expect(state.inForce).toEqual([attacker]);
  expect(audited).toMatchObject([
    { by: 'relay365', via: 'relay', action: 'blockedByReview', object: attacker, result: 'ok' },
  ]);
  const until = plus(clock.now(), dayMs);
  expect(events.list).toMatchObject([
    { kind: 'address-blocked', address: attacker, until, finding: `F-${attacker}` },
  ]);
  // The same again is no second block.
  await blocks.consider([finding(attacker)]);
  expect(audited).toHaveLength(1);
  await blocks[Symbol.asyncDispose]();
  expect(clock.pendingTimers).toBe(0);

  state.inForce = [];
  await using again = await open();
  expect(state.inForce).toEqual([attacker]);
  await clock.advance(dayMs - 1);
  expect(again.active()).toMatchObject([{ key: attacker, until }]);
  await clock.advance(2);
  await again.giveWay();
  expect(state.inForce).toEqual([]);
  expect(told()).toEqual(['address-blocked', 'address-unblocked']);
  expect(audited.map(({ action }) => action)).toEqual(['blockedByReview', 'unblockedByReview']);
});

test('without the setting nothing is blocked, and what was blocked before is not any more', async () => {
  const on = await world();
  const blocks = await on.open();
  await blocks.consider([on.finding(attacker)]);
  await blocks[Symbol.asyncDispose]();
  const off = await world('off');
  await using never = await off.open();
  await never.consider([off.finding(attacker)]);
  expect(off.state.inForce).toEqual([]);
  expect(never.active()).toEqual([]);
  expect(off.audited).toEqual([]);
});

test.each([
  ['it is not grave enough', { severity: 'warning' }],
  ['somebody dismissed it', { state: 'dismissed' }],
  ['the review proposes something else', { proposal: { action: 'review', words: 'See.' } }],
  ['it is about a user', { kind: 'unauthorised-user' }],
] as const)('not blocked: %s', async (_reason, more) => {
  const { open, finding, state } = await world();
  await using blocks = await open();
  await blocks.consider([finding(attacker, more)]);
  expect(state.inForce).toEqual([]);
});

test('from warnings on, where that is set', async () => {
  const { open, finding, state } = await world({ from: 'warning' });
  await using blocks = await open();
  await blocks.consider([
    finding(attacker, { severity: 'warning' }),
    finding('192.0.2.1', { severity: 'note' }),
  ]);
  expect(state.inForce).toEqual([attacker]);
});

test('never what is spared, and never what mail was taken from', async () => {
  const { open, finding, state } = await world();
  state.spared.add('192.0.2.1');
  state.mailFrom.add('192.0.2.2');
  await using blocks = await open();
  await blocks.consider(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => finding(address)));
  expect(state.inForce).toEqual(['192.0.2.3']);
});

test('a source that gets such an address ends the block', async () => {
  const { open, finding, state, events } = await world();
  await using blocks = await open();
  await blocks.consider([finding(attacker)]);
  state.spared.add(attacker);
  await blocks.giveWay();
  expect(state.inForce).toEqual([]);
  expect(events.list.at(-1)).toEqual({ kind: 'address-unblocked', address: attacker, why: 'source' });
});

test('no more at a time than the setting says, and it is told', async () => {
  const { open, finding, state, events } = await world({ most: 1 });
  await using blocks = await open();
  await blocks.consider([finding('192.0.2.1'), finding('192.0.2.2')]);
  expect(state.inForce).toEqual(['192.0.2.1']);
  expect(events.list.at(-1)).toMatchObject({
    kind: 'warning',
    text: expect.stringMatching(/^review\.block\.most \(1\).*192\.0\.2\.2$/),
  });
});

test('what a person takes back is left alone for thirty days, over a restart', async () => {
  const { clock, open, finding, state, events } = await world();
  const first = await open();
  await first.consider([finding(attacker)]);
  expect(await first.lift('192.0.2.99', 'ada')).toBeUndefined();
  expect(await first.lift(attacker, 'ada')).toMatchObject({ key: attacker });
  expect(state.inForce).toEqual([]);
  expect(events.list.at(-1)).toEqual({
    kind: 'address-unblocked',
    address: attacker,
    why: 'person',
    by: 'ada',
  });
  await first[Symbol.asyncDispose]();
  await using blocks = await open();
  await clock.advance(leftAloneMs - hourMs);
  await blocks.consider([finding(attacker)]);
  expect(state.inForce).toEqual([]);
  expect(blocks.leftAlone()).toMatchObject([{ key: attacker }]);
  await clock.advance(2 * hourMs);
  await blocks.consider([finding(attacker)]);
  expect(state.inForce).toEqual([attacker]);
});

test('after its end an address is blocked again for new attempts, and not for those of before', async () => {
  const { clock, open, finding, state } = await world({ for: hourMs });
  await using blocks = await open();
  const old = finding(attacker);
  await blocks.consider([old]);
  await clock.advance(2 * hourMs);
  await blocks.consider([old]);
  expect(state.inForce).toEqual([]);
  await blocks.consider([finding(attacker, { lastAt: instant(clock.now()) })]);
  expect(state.inForce).toEqual([attacker]);
});

test('what cannot be put on record is not blocked; the next look tries again', async () => {
  const { open, finding, state, told } = await world();
  await using blocks = await open();
  state.auditFails = true;
  await expect(blocks.consider([finding(attacker)])).rejects.toThrow(StoreError);
  expect(state.inForce).toEqual([]);
  expect(told()).toEqual([]);
  state.auditFails = false;
  await blocks.consider([finding(attacker)]);
  expect(state.inForce).toEqual([attacker]);
});

// RFC 6177 3: a site gets a /64 at least, so one client chooses among all addresses of it.
test('of IPv6 the /64 is blocked, and taken back by any address of it', async () => {
  const { open, finding, state } = await world();
  await using blocks = await open();
  await blocks.consider([finding('2001:db8:0:7::25')]);
  expect(state.inForce).toEqual(['2001:db8:0:7::/64']);
  expect(await blocks.lift('2001:db8:0:7:1::1', 'ada')).toMatchObject({ key: '2001:db8:0:7::/64' });
});
