import { expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { RelayEvent } from '../events.ts';
import { Live } from './live.ts';
import { Sightings } from './sightings.ts';

const common = { source: 'printer', address: '10.0.0.1' } as const;
const accepted: RelayEvent = {
  kind: 'accepted',
  id: 'A',
  ...common,
  sender: 'a@contoso.com',
  recipients: 1,
  bytes: 100,
};
const recognised: RelayEvent = { kind: 'recognised', ...common, listener: 'devices' };
const login: RelayEvent = { kind: 'login', ref: 'R', ...common, listener: 'devices', username: 'u' };

async function opened() {
  // A Monday.
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const store = createMemoryStore({ clock });
  return { clock, store, sightings: await Sightings.open(clock, store.records) };
}

test('TLS by day: of each source alone, kept over a restart', async () => {
  const { clock, store, sightings } = await opened();
  const tls = { tls: 'TLSv1', cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA' };
  sightings.note({ ...recognised, ...tls });
  await clock.advance(86_400_000);
  sightings.note(recognised);
  sightings.note(login);
  sightings.note({ ...recognised, source: 'other' });
  await sightings.flush();
  const again = await Sightings.open(clock, store.records);
  const seen = again.get('printer');
  if (!seen) throw new Error('not seen');
  expect(again.tlsDays(seen)).toEqual([
    {
      from: Date.parse('2026-11-23'),
      plainSessions: 0,
      clearLogins: 0,
      tls: [{ version: 'TLSv1', cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA', sessions: 1 }],
    },
    { from: Date.parse('2026-11-24'), plainSessions: 1, clearLogins: 1, tls: [] },
  ]);
});

test('volume of a day and of thirty days', async () => {
  const { clock, sightings } = await opened();
  sightings.note(accepted);
  await clock.advance(25 * 3_600_000);
  sightings.note(accepted);
  sightings.note({ ...accepted, address: '10.0.0.2' });
  const seen = sightings.get('printer');
  if (!seen) throw new Error('not seen');
  expect(sightings.volume(seen)).toEqual({ day: [2, 200], month: [3, 300] });
  expect(seen.addresses.map(([address]) => address)).toEqual(['10.0.0.1', '10.0.0.2']);
  await clock.advance(31 * 86_400_000);
  expect(sightings.volume(seen)).toEqual({ day: [0, 0], month: [0, 0] });
  expect(seen.firstAt).toBe(Date.parse('2026-11-23T08:00:00Z'));
});

test('sessions with and without TLS, logins in clear, by week from Monday', async () => {
  const { clock, store, sightings } = await opened();
  sightings.note(recognised);
  sightings.note(login);
  sightings.note({ ...login, tls: 'TLSv1.3' });
  await clock.advance(6 * 86_400_000);
  sightings.note({ ...recognised, tls: 'TLSv1.2', cipher: 'C', certificate: 'sha256:ab' });
  await clock.advance(86_400_000);
  sightings.note({ ...recognised, tls: 'TLSv1.2', cipher: 'C' });
  await sightings.flush();
  const again = await Sightings.open(clock, store.records);
  const seen = again.get('printer');
  if (!seen) throw new Error('not kept');
  expect(seen).toMatchObject({
    plainSessions: 1,
    clearLogins: 1,
    tls: [{ version: 'TLSv1.2', cipher: 'C', sessions: 2 }],
    certificate: { fingerprint: 'sha256:ab' },
  });
  expect(again.weeks([seen]).slice(-2)).toEqual([
    { from: Date.parse('2026-11-23T00:00:00Z'), counts: [1, 1, 1] },
    { from: Date.parse('2026-11-30T00:00:00Z'), counts: [1, 0, 0] },
  ]);
});

test('the live view gathers only while somebody looks, and no more than it shows', async () => {
  const { clock } = await opened();
  const live = new Live(clock);
  live.note(accepted);
  const stop = new AbortController();
  const moments = live.watch(stop.signal);
  expect((await moments.next()).value).toMatchObject({ messages: [], intervalMs: 0 });
  for (let n = 0; n < 100; n += 1) live.note({ ...accepted, id: `M${n}` });
  const next = moments.next();
  await clock.advance(1000);
  const { value } = await next;
  expect(value).toMatchObject({ intervalMs: 1000 });
  expect(value?.counts[0]).toBe(100);
  expect(value?.messages.map(({ event }) => event.id).slice(0, 2)).toEqual(['M99', 'M98']);
  expect(value?.messages).toHaveLength(20);
  const last = moments.next();
  stop.abort();
  expect((await last).done).toBe(true);
  expect([live.watchers, clock.pendingTimers]).toEqual([0, 0]);
});
