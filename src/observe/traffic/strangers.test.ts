import { expect, test } from 'vitest';
import { FakeClock } from '../../platform/fake-clock.ts';
import { hostNameOf } from '../../platform/reverse-name.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { Refused } from './strangers.ts';
import { Strangers } from './strangers.ts';

const refused = (changes: Partial<Refused> = {}): Refused => ({
  kind: 'refused',
  ref: 'R',
  address: '192.0.2.7',
  listener: 'devices',
  stage: 'rcpt',
  reply: '550 5.7.1 Not authorised',
  rule: 'no-source',
  explanation: 'x',
  sender: 'a@contoso.com',
  recipient: 'b@contoso.com',
  helo: 'printer',
  ...changes,
});

async function opened() {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const store = createMemoryStore({ clock });
  return { clock, store, strangers: await Strangers.open(clock, store.records) };
}

test('are grouped by address, with what they tried', async () => {
  const { clock, strangers } = await opened();
  strangers.note(refused());
  await clock.advance(1000);
  strangers.note(refused({ helo: 'other', tls: 'TLSv1.3' }));
  strangers.note(refused({ recipient: 'c@contoso.com', tls: 'TLSv1.3' }));
  expect(strangers.get('192.0.2.7')).toMatchObject({
    count: 3,
    firstAt: Date.parse('2026-11-23T08:00:00Z'),
    lastAt: Date.parse('2026-11-23T08:00:01Z'),
    helos: ['other', 'printer'],
    tls: 'TLSv1.3',
  });
  expect(strangers.get('192.0.2.7')?.trials.map(({ recipient, tls }) => [recipient, tls])).toEqual([
    ['b@contoso.com', undefined],
    ['b@contoso.com', 'TLSv1.3'],
    ['c@contoso.com', 'TLSv1.3'],
  ]);
});

test('a source that is refused is no stranger, and neither is a breach of the protocol', async () => {
  const { strangers } = await opened();
  strangers.note(refused({ source: 'printer' }));
  strangers.note(refused({ stage: 'helo' }));
  strangers.note(refused({ stage: 'mail', reply: '421 4.3.2 Service shutting down' }));
  // Pipelined behind a refusal, also by a client that a source names.
  strangers.note(refused({ stage: 'rcpt', reply: '503 5.5.1 Bad sequence of commands' }));
  expect(strangers.all()).toEqual([]);
  // RFC 4954 6
  strangers.note(refused({ stage: 'mail', reply: '530 5.7.0 Authentication required' }));
  expect(strangers.all()).toHaveLength(1);
});

test('addresses of one /64 are one group', async () => {
  const { strangers } = await opened();
  for (let n = 1; n < 100; n += 1) strangers.note(refused({ address: `2001:db8::${n.toString(16)}` }));
  expect(strangers.all()).toHaveLength(1);
  expect(strangers.get('2001:db8::ffff')?.count).toBe(99);
});

test('a flood from many addresses pushes out the oldest, keeps to its bound and to bounded writes', async () => {
  const { store, strangers } = await opened();
  strangers.note(refused({ address: '203.0.113.1' }));
  for (let n = 0; n < 20_000; n += 1) {
    strangers.note(
      refused({ address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, recipient: 'x'.repeat(5000) }),
    );
  }
  expect(strangers.all()).toHaveLength(5_000);
  expect(strangers.get('203.0.113.1')).toBeUndefined();
  expect(JSON.stringify(strangers.all()[0]).length).toBeLessThan(2000);
  while (!(await strangers.flush())) {
    // A portion a time.
  }
  expect((await Strangers.open(new FakeClock(), store.records)).all()).toHaveLength(5_000);
});

test('samples of one address are bounded', async () => {
  const { strangers } = await opened();
  for (let n = 0; n < 1000; n += 1)
    strangers.note(refused({ helo: `h${n}`, recipient: `r${n}@contoso.com` }));
  const group = strangers.get('192.0.2.7');
  expect([group?.count, group?.helos.length, group?.trials.length]).toEqual([1000, 10, 20]);
  expect(group?.trials.at(-1)?.recipient).toBe('r999@contoso.com');
});

test('survive a restart; what is forgotten does not', async () => {
  const { clock, store, strangers } = await opened();
  strangers.note(refused());
  strangers.note(refused({ address: '192.0.2.8' }));
  await strangers.flush();
  strangers.forget('192.0.2.8');
  await strangers.flush();
  const again = await Strangers.open(clock, store.records);
  expect(again.all().map(({ key }) => key)).toEqual(['192.0.2.7']);
});

test('names are asked for once a day, and are hostile text', async () => {
  const { clock, strangers } = await opened();
  strangers.note(refused());
  const asked: string[] = [];
  const ask = (address: string) => {
    asked.push(address);
    return Promise.resolve(hostNameOf('Scanner.Contoso.COM.'));
  };
  await strangers.name(strangers.all(), ask);
  await strangers.name(strangers.all(), ask);
  expect(asked).toEqual(['192.0.2.7']);
  expect(strangers.get('192.0.2.7')?.reverseName).toBe('scanner.contoso.com');
  await clock.advance(86_400_001);
  await strangers.name(strangers.all(), () => Promise.resolve(undefined));
  expect(strangers.get('192.0.2.7')?.reverseName).toBeUndefined();
});

test.each([
  '<script>alert(1)</script>',
  'a b',
  '=1+1',
  '\u202egnp.exe',
  `${'a'.repeat(64)}.com`,
  '',
  `${'a.'.repeat(127)}aa`,
])('%s is no host name', (name) => expect(hostNameOf(name)).toBeUndefined());
