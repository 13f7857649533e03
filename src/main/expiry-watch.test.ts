import { expect, test } from 'vitest';
import { compilePolicy } from '../policy/compile.ts';
import { policySchema } from '../config/policy-schema.ts';
import { RecordedEvents } from '../observe/events.ts';
import { selfSigned } from '../platform/certificates.ts';
import { instant } from '../platform/clock.ts';
import { FakeClock } from '../platform/fake-clock.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Expiry } from './expiries.ts';
import { expiriesOf } from './expiries.ts';
import { ExpiryWatch } from './expiry-watch.ts';
import { startHousekeeping } from './housekeeping.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const start = Date.parse('2026-11-23T08:00:00Z');

function watching(given: readonly Expiry[]) {
  const clock = new FakeClock(start);
  const events = new RecordedEvents();
  const state = { expiries: given };
  const watch = new ExpiryWatch({ expiries: () => state.expiries, clock, events });
  const days = () => events.list.map((event) => (event.kind === 'expiring' ? event.days : event.kind));
  return { clock, events, watch, state, days };
}

const ending = (days: number): Expiry => ({ what: 'the thing', at: instant(start + days * dayMs) });

const nothing = {
  trace: 0,
  content: 0,
  events: 0,
  days: 0,
  audit: 0,
  sightings: 0,
  strangers: 0,
  review: 0,
  files: 0,
};

test('warns when 30, 14, 7 and 1 days remain and after the end, once each', async () => {
  const { clock, events, watch, days } = watching([ending(40)]);
  watch.look();
  const told: number[] = [];
  for (let hour = 1; hour <= 60 * 24; hour++) {
    await clock.advance(hourMs);
    watch.look();
    if (days().length > told.length) told.push(40 - Math.ceil(hour / 24));
    expect(days()).toHaveLength(told.length);
  }
  expect(told).toEqual([30, 14, 7, 1, 0]);
  expect(events.counts()).toEqual({ expiring: 5 });
});

test('housekeeping looks every hour, after what may have been written beside the relay was read', async () => {
  const { clock, events } = watching([]);
  const done: string[] = [];
  using _keeping = startHousekeeping({
    store: createMemoryStore({ clock }),
    clock,
    events,
    retention: { sweep: () => Promise.resolve({ at: clock.now(), removed: nothing }) },
    expiries: { look: () => void done.push('look') },
    beforeLook: () => Promise.resolve(void done.push('read')),
  });
  await clock.advance(hourMs - 1);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['read', 'look']);
  await clock.advance(hourMs);
  expect(done).toEqual(['read', 'look', 'read', 'look']);
});

test('says at the start how it stands, and begins anew with what is renewed', () => {
  const { clock, watch, state, days } = watching([ending(10), ending(31), ending(-3)]);
  watch.look();
  watch.look();
  expect(days()).toEqual([10, -3]);
  expect(watch.next(2).map((item) => item.days)).toEqual([10, 31]);
  state.expiries = [ending(400)];
  watch.look();
  state.expiries = [ending(20)];
  watch.look();
  expect(days()).toEqual([10, -3, 20]);
  expect(clock.pendingTimers).toBe(0);
});

test('secrets and certificates of connectors and listeners are known, the first to end first', async () => {
  const made = (days: number) => selfSigned(`end-${days}.example`, { now: new Date(start), days });
  const [client, application, listener, authority, ofConsole] = await Promise.all([5, 6, 7, 8, 9].map(made));
  const graph = (name: string, secretExpires: string) => ({
    name,
    route: {
      type: 'graph',
      mailbox: 'scanner@contoso.com',
      credential: { type: 'oauth', tenantId: 'contoso.com', clientId: 'id', secret: 'test', secretExpires },
    },
  });
  const document = policySchema.parse({
    connectors: [graph('day', '2026-11-24'), graph('time', '2026-11-24T10:00:00+01:00')],
  });
  const found = expiriesOf(
    compilePolicy(document, 1).policy,
    (name) =>
      name === 'day'
        ? { certificate: client?.certificate ?? '' }
        : { credential: { certificate: application?.certificate ?? '' } },
    {
      pairs: listener ? [listener] : [],
      clientCa: authority?.certificate ?? '',
      console: ofConsole?.certificate,
    },
  );
  expect(found.map(({ what, at }) => `${new Date(at).toISOString().slice(0, 16)} ${what}`)).toEqual([
    '2026-11-24T09:00 the client secret of the connector time',
    '2026-11-25T00:00 the client secret of the connector day',
    expect.stringMatching(/^2026-11-28T.* the client certificate of the connector day \(.*end-5\.example\)$/),
    expect.stringMatching(
      /^2026-11-29T.* the certificate of the application of the connector time \(.*end-6/,
    ),
    expect.stringMatching(/^2026-11-30T.* the certificate of the listeners \(.*end-7/),
    expect.stringMatching(/^2026-12-01T.* the client CA \(.*end-8/),
    expect.stringMatching(/^2026-12-02T.* the certificate of the console \(.*end-9/),
  ]);
});

test('the password of a smart host, the CA of a connector and the sign-in of a person are known', async () => {
  const ca = await selfSigned('ca.example', { now: new Date(start), days: 5 });
  const credential = { type: 'oauth', tenantId: 't', clientId: 'id', signIn: 'device-code' };
  const login = { username: 'relay', password: 'test', secretExpires: '2026-11-24' };
  const person = (name: string) => ({
    name,
    route: { type: 'graph', mailbox: 'a@contoso.com', credential },
  });
  const document = policySchema.parse({
    connectors: [
      { name: 'host', route: { type: 'smart-host', hosts: ['mail.example'], login } },
      person('used'),
      person('refused'),
      person('nobody'),
    ],
  });
  const ends = new Map([
    ['used', { at: instant(start + 90 * dayMs), isRefused: false }],
    ['refused', { at: instant(start - dayMs), isRefused: true }],
  ]);
  const found = expiriesOf(
    compilePolicy(document, 1).policy,
    (name) => (name === 'host' ? { ca: ca.certificate } : {}),
    { pairs: [], clientCa: '' },
    (name) => ends.get(name),
  );
  expect(found.map(({ what, at }) => `${new Date(at).toISOString().slice(0, 10)} ${what}`)).toEqual([
    '2026-11-22 the sign-in of the connector refused (which Microsoft refuses; sign in again with "relay365 connector sign-in refused")',
    '2026-11-25 the password of the connector host',
    expect.stringContaining('2026-11-28 the CA of the connector host'),
    '2027-02-21 the sign-in of the connector used (unless mail uses it; sign in again with "relay365 connector sign-in used")',
  ]);
});
