import { describe, expect, test } from 'vitest';
import { FakeClock } from '../platform/fake-clock.ts';
import { seededRandom } from '../platform/random.ts';
import type { LoginRequest, LoginResult } from './login.ts';
import { LoginGuard } from './login.ts';
import { emptyPolicy } from './compile.ts';
import { hashPassword, parsePasswordHash, verifyPassword } from './password.ts';
import { policyOf, testPasswordHash } from './policy-for-tests.ts';

/** A test value, that of `testPasswordHash`. */
const rightPassword = 'correct horse';

const policy = policyOf(`
sources:
  - name: erp
    login: { username: erp, password: "${testPasswordHash}" }
    senders: ["*@contoso.com"]
  - name: gone
    login: { username: gone, password: "${testPasswordHash}" }
    expires: 2026-06-30
    senders: ["*@contoso.com"]
  - name: inside
    login: { username: inside, password: "${testPasswordHash}" }
    listeners: [internal]
    senders: ["*@contoso.com"]
`);

interface Bench {
  readonly clock: FakeClock;
  readonly guard: LoginGuard;
  /** Moves time on until the answer is there, so that the pause before it costs none. */
  readonly login: (about: Partial<LoginRequest>) => Promise<LoginResult>;
}

function bench(failures = 3): Bench {
  const clock = new FakeClock('2026-11-23T08:00:00Z');
  const guard = new LoginGuard({ clock, random: seededRandom(1), failures, lockoutMs: 60_000 });
  return {
    clock,
    guard,
    login: async (about) => {
      const request = {
        username: 'erp',
        password: rightPassword,
        address: '10.0.0.1',
        listener: 'devices',
        ...about,
      };
      let result: LoginResult | undefined;
      const done = guard.verify(policy, request).then((value) => (result = value));
      while (!result) {
        await new Promise((resolve) => setImmediate(resolve));
        if (clock.pendingTimers > 0) await clock.advance(10_000);
      }
      return done;
    },
  };
}

function ruleOf(result: LoginResult): string {
  return result.kind === 'accepted'
    ? `accepted ${result.source.name}`
    : `${result.refusal.code} ${result.refusal.rule}`;
}

test('the right password is taken', async () => {
  expect(await bench().login({})).toMatchObject({
    kind: 'accepted',
    username: 'erp',
    source: { name: 'erp' },
  });
});

describe('what is refused', () => {
  test.each<[Partial<LoginRequest>, string, string]>([
    [{ password: 'wrong' }, '535 login-failed', 'a wrong password'],
    [{ password: '' }, '535 login-failed', 'none'],
    [{ password: testPasswordHash }, '535 login-failed', 'the hash is not the password'],
    [{ password: `${rightPassword}\0` }, '535 login-failed', 'a NUL at the end'],
    [{ password: 'x'.repeat(100_000) }, '535 login-failed', 'a very long one'],
    [{ username: 'nobody' }, '535 login-failed', 'D16: a name seen for the first time'],
    [{ username: 'ERP' }, '535 login-failed', 'names are exact'],
    [{ username: 'erp ' }, '535 login-failed', 'a blank more'],
    [{ username: 'gone' }, '535 source-expired', 'an account that ended, with the right password'],
    [{ username: 'inside' }, '535 listener-not-permitted', 'on another listener'],
    [{ username: '*' }, '535 login-failed', 'V12: a pattern'],
    [{ username: ')(' }, '535 login-failed', 'V12: LDAP syntax'],
    [{ username: 'erp\0' }, '535 login-failed', 'V12: NUL'],
    [{ username: 'e'.repeat(65_536) }, '535 login-failed', 'V12: 64 kB'],
    [{ username: 'еrр' }, '535 login-failed', 'V12: Cyrillic letters that look alike'],
    [{ username: '' }, '535 login-failed', 'V12: nothing'],
    [{ username: '__proto__' }, '535 login-failed', 'V9: a member name'],
    [{ username: 'constructor' }, '535 login-failed', 'V9: a member name'],
    [{ username: 'toString' }, '535 login-failed', 'V9: a member name'],
  ])('%j: %s (%s)', async (about, rule, _reason) => {
    const result = await bench().login(about);
    expect(ruleOf(result)).toBe(rule);
    // The peer cannot tell one reason from another.
    expect(result.kind === 'refused' && result.refusal.text).toBe('Authentication credentials invalid');
  });
});

test('D16: the password of a first contact is not kept', async () => {
  const { login } = bench(100);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(ruleOf(await login({ username: 'newcomer', password: 'mine' }))).toBe('535 login-failed');
  }
});

test('V12: what cannot be verified is 454, never 235', async () => {
  const broken = { ...policy, logins: new Map(policy.logins) };
  const erp = broken.logins.get('erp');
  if (!erp) throw new Error('no erp');
  const password = '$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  broken.logins.set('erp', { ...erp, config: { ...erp.config, login: { username: 'erp', password } } });
  const guard = new LoginGuard({
    clock: new FakeClock(),
    random: seededRandom(1),
    failures: 3,
    lockoutMs: 1000,
  });
  const result = await guard.verify(broken, {
    username: 'erp',
    password: rightPassword,
    address: '10.0.0.1',
    listener: 'devices',
  });
  expect(ruleOf(result)).toBe('454 login-not-verifiable');
});

test('an empty policy lets nobody log in', async () => {
  const { guard, clock } = bench();
  const done = guard.verify(emptyPolicy, {
    username: 'erp',
    password: rightPassword,
    address: '10.0.0.1',
    listener: 'devices',
  });
  await clock.waited();
  await clock.advance(10_000);
  expect(ruleOf(await done)).toBe('535 login-failed');
});

describe('lock-outs', () => {
  test('an address after its failures, whatever the user; it ends, and the next is longer', async () => {
    const { login, clock } = bench(3);
    for (const username of ['a', 'b', 'c']) await login({ username, address: '10.0.0.9' });
    expect(ruleOf(await login({ address: '10.0.0.9' }))).toBe('454 address-locked-out');
    expect(ruleOf(await login({ address: '10.0.0.8' }))).toBe('accepted erp');
    await clock.advance(60_000);
    expect(ruleOf(await login({ username: 'a', address: '10.0.0.9' }))).toBe('535 login-failed');
    for (const username of ['b', 'c']) await login({ username, address: '10.0.0.9' });
    await clock.advance(100_000);
    expect(ruleOf(await login({ address: '10.0.0.9' }))).toBe('454 address-locked-out');
    await clock.advance(20_000);
    expect(ruleOf(await login({ address: '10.0.0.9' }))).toBe('accepted erp');
  });
  test('a user after its failures from many addresses, but not on the machine that knows the password', async () => {
    const { login } = bench(3);
    expect(ruleOf(await login({ address: '10.0.0.1' }))).toBe('accepted erp');
    for (const host of [11, 12, 13]) await login({ password: 'wrong', address: `10.0.0.${host}` });
    expect(ruleOf(await login({ address: '10.0.0.14' }))).toBe('454 user-locked-out');
    expect(ruleOf(await login({ address: '10.0.0.1' }))).toBe('accepted erp');
  });
  test('a user who does not exist is locked out like one who does', async () => {
    const { login } = bench(3);
    for (const host of [11, 12, 13]) await login({ username: 'ghost', address: `10.0.0.${host}` });
    expect(ruleOf(await login({ username: 'ghost', address: '10.0.0.14' }))).toBe('454 user-locked-out');
  });
  test('the addresses of one IPv6 network count together', async () => {
    const { login } = bench(3);
    for (const host of [1, 2, 3]) await login({ username: `u${host}`, address: `2001:db8::${host}` });
    expect(ruleOf(await login({ address: '2001:db8::ffff' }))).toBe('454 address-locked-out');
    expect(ruleOf(await login({ address: '2001:db8:0:1::1' }))).toBe('accepted erp');
  });
  test('a success forgets the failures before it', async () => {
    const { login } = bench(3);
    for (let round = 0; round < 3; round += 1) {
      await login({ password: 'wrong' });
      await login({ password: 'wrong' });
      expect(ruleOf(await login({}))).toBe('accepted erp');
    }
  });
  test('of guesses sent at once no more are judged than of guesses one by one', async () => {
    const { clock, guard } = bench(3);
    const guesses = Array.from({ length: 30 }, (_, index) =>
      guard.verify(policy, {
        username: 'erp',
        password: `guess ${index}`,
        address: '10.0.0.1',
        listener: 'devices',
      }),
    );
    let answered = 0;
    for (const guess of guesses) void guess.then(() => (answered += 1));
    while (answered < guesses.length) {
      await new Promise((resolve) => setImmediate(resolve));
      // In small steps, so that the lock-out lasts until all have been judged.
      if (clock.pendingTimers > 0) await clock.advance(10);
    }
    const rules = (await Promise.all(guesses)).map(ruleOf);
    expect(rules.filter((rule) => rule === '535 login-failed')).toHaveLength(3);
    expect(rules.filter((rule) => rule === '454 address-locked-out')).toHaveLength(27);
  });
});

test('more logins at once than can wait are turned away, and none of them counts as failed', async () => {
  const { clock, guard } = bench(1000);
  const requests = Array.from({ length: 100 }, (_, index) =>
    guard.verify(policy, {
      username: 'erp',
      password: rightPassword,
      address: `10.0.${index}.1`,
      listener: 'devices',
    }),
  );
  const rules = (await Promise.all(requests)).map(ruleOf);
  expect(rules.filter((rule) => rule === '454 logins-busy')).toHaveLength(100 - 2 - 64);
  expect(rules.filter((rule) => rule === 'accepted erp')).toHaveLength(66);
  expect(clock.pendingTimers).toBe(0);
});

describe('hashes', () => {
  test('what is made is verified, in the form that policies hold', async () => {
    const text = await hashPassword('pässword of a test');
    expect(text).toMatch(/^\$scrypt\$ln=15,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    const parsed = parsePasswordHash(text);
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(await verifyPassword('pässword of a test', parsed.value)).toBe(true);
    expect(await verifyPassword('passwort of a test', parsed.value)).toBe(false);
    expect(await hashPassword('pässword of a test')).not.toBe(text);
  });
  test.each([
    ['hunter2', 'the password itself'],
    ['$scrypt$', 'nothing in it'],
    ['$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA', 'another kind'],
    [
      '$scrypt$ln=31,r=8,p=1$dGVzdHNhbHR0ZXN0c2FsdA$6euz/2qEUnQ3RL5JtoWFnmuOqjPRCiOlbjEFxDPYUZA',
      'terabytes of memory',
    ],
    [
      '$scrypt$ln=15,r=99,p=1$dGVzdHNhbHR0ZXN0c2FsdA$6euz/2qEUnQ3RL5JtoWFnmuOqjPRCiOlbjEFxDPYUZA',
      'too large a block',
    ],
    [
      '$scrypt$ln=1,r=1,p=1$dGVzdHNhbHR0ZXN0c2FsdA$6euz/2qEUnQ3RL5JtoWFnmuOqjPRCiOlbjEFxDPYUZA',
      'no work at all',
    ],
    ['$scrypt$ln=15,r=8,p=1$dGVzdHNhbHR0ZXN0c2FsdA$', 'an empty hash, which everything would equal'],
  ])('%s is refused: %s', (text) => {
    const parsed = parsePasswordHash(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.reason).not.toContain(text);
  });
});

test('an unknown user costs as much as a known one', async () => {
  const strong = await hashPassword('a test password');
  const strongPolicy = policyOf(
    `sources: [{ name: erp, login: { username: erp, password: "${strong}" }, senders: ["*@x.example"] }]`,
  );
  const clock = new FakeClock();
  const guard = new LoginGuard({ clock, random: seededRandom(1), failures: 1000, lockoutMs: 1000 });
  const time = async (username: string, address: string): Promise<number> => {
    const start = process.cpuUsage();
    const done = guard.verify(strongPolicy, { username, password: 'wrong', address, listener: 'devices' });
    await clock.waited();
    const { user, system } = process.cpuUsage(start);
    await clock.advance(10_000);
    await done;
    return user + system;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    known.push(await time('erp', `10.0.0.${round}`));
    unknown.push(await time(`ghost${round}`, `10.0.1.${round}`));
  }
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[3] ?? 0;
  // Without a dummy hash the quotient is in the hundreds; beside other work one hash may cost some times another.
  expect(median(known) / median(unknown)).toBeLessThan(10);
  expect(median(unknown) / median(known)).toBeLessThan(10);
});
