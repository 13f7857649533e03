import { TOTP, Secret } from 'otpauth';
import { describe, expect, test } from 'vitest';
import type { FakeClock } from '../platform/fake-clock.ts';
import { address, makeAccess, outcome, testPassword } from './access.fixture.ts';
import type { Account } from './account.ts';
import { AccessRefused } from './account.ts';
import { newTotp, takeCode } from './totp.ts';

const alex = { name: 'alex', role: 'administrator', password: testPassword } as const;

async function withAlex() {
  const made = await makeAccess();
  await made.accounts.add(alex);
  const attempt = (given: object = {}) =>
    outcome(
      made.clock,
      made.signIn.byPassword({ username: 'alex', password: testPassword, address, ...given }),
    );
  return { ...made, attempt };
}

const codeAt = (secret: string, clock: FakeClock, stepsAway = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now() + stepsAway * 30_000 });

describe('by password', () => {
  test('the right one, names without regard to case', async () => {
    const { attempt } = await withAlex();
    expect(await attempt({ username: 'ALEX' })).toMatchObject({
      account: { name: 'alex' },
      method: 'password',
    });
  });

  test('a wrong password, an unknown name and a disabled account get the same answer', async () => {
    const { attempt, accounts } = await withAlex();
    await accounts.add({ ...alex, name: 'kim' });
    await accounts.change('kim', { disabled: true });
    const answers = [
      await attempt({ password: 'test value: wrong' }),
      await attempt({ username: 'nobody', address: '192.0.2.8' }),
      await attempt({ username: 'kim', address: '192.0.2.9' }),
    ];
    for (const answer of answers) {
      expect(answer).toBeInstanceOf(AccessRefused);
      expect(answer).toMatchObject({ kind: 'wrong', message: 'name, password or code are wrong' });
    }
  });

  test('an account of the identity provider has no password that could be right', async () => {
    const { accounts, attempt } = await withAlex();
    await accounts.ofProvider({ name: 'sam', role: 'viewer', oidc: { issuer: 'i', subject: 's' } });
    expect(await attempt({ username: 'sam' })).toMatchObject({ kind: 'wrong' });
  });

  test.each([
    ['that exists', 'alex'],
    ['that does not', 'nobody'],
  ])('a name %s is locked out after the same number of failures, for the same time', async (_, username) => {
    const { attempt, clock } = await withAlex();
    for (let n = 0; n < 3; n += 1) {
      // From other addresses: it is the name that is locked.
      const answer = await attempt({ username, password: 'test value: wrong', address: `192.0.2.${n + 20}` });
      expect(answer).toMatchObject({ kind: 'wrong' });
    }
    const locked = await attempt({ username, address: '192.0.2.99' });
    expect(locked).toMatchObject({ kind: 'locked', message: 'too many failed sign-ins: try again later' });
    expect((locked as AccessRefused).retryAfter).toBeGreaterThan(800);
    await clock.advance(900_000);
    expect(await attempt({ username, address: '192.0.2.99', password: 'x' })).toMatchObject({
      kind: 'wrong',
    });
  });

  test('a stranger who tries a name does not shut out who signed in from elsewhere before', async () => {
    const { attempt } = await withAlex();
    await attempt();
    for (let n = 0; n < 3; n += 1) await attempt({ password: 'x', address: `198.51.100.${n}` });
    expect(await attempt({ address: '203.0.113.9' })).toMatchObject({ kind: 'locked' });
    expect(await attempt()).toMatchObject({ method: 'password' });
  });

  // NIST SP 800-63B-4 3.2.2: the number of consecutive failures on one account is limited, wherever they come from.
  test('a neighbour behind the same address cannot guess for ever by signing in himself now and then', async () => {
    const { attempt, accounts, lockOuts } = await withAlex();
    await accounts.add({ name: 'kim', role: 'viewer', password: testPassword });
    await attempt();
    for (let n = 0; n < 3; n += 1) {
      expect(await attempt({ password: `guess ${n}` })).toMatchObject({ kind: 'wrong' });
      expect(await attempt({ username: 'kim' })).toMatchObject({ method: 'password' });
    }
    expect(await attempt()).toMatchObject({ kind: 'locked' });
    expect(lockOuts.lockOuts().user.map(({ key }) => key)).toEqual(['alex']);
    expect(lockOuts.endLockOut('user', 'alex')).toBe(true);
    expect(await attempt()).toMatchObject({ method: 'password' });
    expect(lockOuts.lockOuts().user).toEqual([]);
  });

  test('an address is locked out, of IPv6 its network', async () => {
    const { attempt } = await withAlex();
    for (let n = 0; n < 3; n += 1) {
      await attempt({ username: `guess-${n}`, password: 'x', address: `2001:db8::${n + 1}` });
    }
    expect(await attempt({ address: '2001:db8::ffff' })).toMatchObject({ kind: 'locked' });
    expect(await attempt({ address: '2001:db8:0:1::1' })).toMatchObject({ method: 'password' });
  });

  test('of guesses sent at once no more are answered than failures are allowed', async () => {
    const { clock, signIn } = await withAlex();
    const guesses = Array.from({ length: 12 }, (_, n) =>
      outcome(clock, signIn.byPassword({ username: 'alex', password: `guess ${n}`, address })),
    );
    const answers = (await Promise.all(guesses)).map((answer) => (answer as AccessRefused).kind);
    expect(answers.filter((kind) => kind === 'wrong')).toHaveLength(3);
    expect(answers.filter((kind) => kind === 'locked')).toHaveLength(9);
  });

  // D16: trust on first use made the first password that anybody offered the valid one.
  test('a name that is tried first does not become an account', async () => {
    const { accounts, attempt } = await withAlex();
    await attempt({ username: 'new-name' });
    await attempt({ username: 'new-name' });
    expect(accounts.find('new-name')).toBeUndefined();
  });
});

describe('a code of an authenticator app', () => {
  async function withApp() {
    const made = await withAlex();
    const { kept, secret, uri } = newTotp(made.options.vault, 'alex', 'relay.contoso.com');
    await made.accounts.update('alex', (account) => ({ ...account, totp: kept }));
    await outcome(
      made.clock,
      made.signIn.proveCode(made.accounts.get('alex'), codeAt(secret, made.clock), address),
    );
    await made.clock.advance(60_000);
    return { ...made, secret, uri };
  }

  test('is asked for after the right password, and not before', async () => {
    const { attempt, clock, secret, uri } = await withApp();
    expect(uri).toMatch(/^otpauth:\/\/totp\//);
    expect(await attempt()).toMatchObject({ kind: 'code-needed' });
    expect(await attempt({ password: 'x' })).toMatchObject({ kind: 'wrong' });
    expect(await attempt({ code: codeAt(secret, clock) })).toMatchObject({ method: 'password-and-code' });
  });

  // RFC 6238 5.2: the verifier must not accept the second attempt of the same code.
  test('counts once, also when it is sent twice at the same time', async () => {
    const { clock, secret, signIn, attempt } = await withApp();
    const code = codeAt(secret, clock);
    const both = await Promise.all(
      [1, 2].map(() =>
        outcome(clock, signIn.byPassword({ username: 'alex', password: testPassword, code, address })),
      ),
    );
    expect(both.filter((answer) => answer instanceof AccessRefused)).toHaveLength(1);
    expect(await attempt({ code })).toMatchObject({ kind: 'wrong' });
  });

  test('of the step before counts, an older one does not, and none of before the last that counted', async () => {
    const { attempt, clock, secret } = await withApp();
    expect(await attempt({ code: codeAt(secret, clock, -2) })).toMatchObject({ kind: 'wrong' });
    expect(await attempt({ code: codeAt(secret, clock) })).toMatchObject({ method: 'password-and-code' });
    expect(await attempt({ code: codeAt(secret, clock, -1) })).toMatchObject({ kind: 'wrong' });
  });

  test('lies encrypted in the store, and without its key nothing is right', async () => {
    const { options, secret, clock, accounts } = await withApp();
    const kept = await options.store.records.get('account', 'alex');
    expect(kept?.text).not.toContain(secret);
    expect(kept?.text).not.toContain(testPassword);
    const other = await makeAccess({ store: options.store, clock });
    const given = { username: 'alex', password: testPassword, code: codeAt(secret, clock), address };
    expect(await outcome(clock, other.signIn.byPassword(given))).toMatchObject({ kind: 'wrong' });
    expect(accounts.get('alex').totp?.confirmed).toBe(true);
  });

  // RFC 6238 Appendix B, SHA-1, the last six of the eight digits.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [20000000000, '353130'],
  ])('at %i seconds is %s', async (seconds, code) => {
    const { options } = await makeAccess();
    const secret = new Secret({ buffer: new TextEncoder().encode('12345678901234567890').buffer }).base32;
    const account: Account = {
      name: 'alex',
      role: 'viewer',
      disabled: false,
      createdAt: options.clock.now(),
      passkeys: [],
      totp: { sealed: options.vault.seal(secret), confirmed: true, lastStep: 0 },
    };
    const at = (seconds * 1000) as Account['createdAt'];
    expect(takeCode(options.vault, account, code, at)).toMatchObject({
      totp: { lastStep: Math.floor(seconds / 30) },
    });
    expect(takeCode(options.vault, account, '000000', at)).toBeUndefined();
  });
});

describe('the first account', () => {
  const given = (token: string) => ({ token, username: 'alex', password: testPassword, address });

  test('is made by the link, once', async () => {
    const { first, accounts, clock } = await makeAccess();
    const link = first.offer();
    expect(await outcome(clock, first.take(given(link?.token ?? '')))).toMatchObject({
      role: 'administrator',
    });
    expect(await outcome(clock, first.take({ ...given(link?.token ?? ''), username: 'kim' }))).toMatchObject({
      kind: 'conflict',
    });
    expect(accounts.list()).toHaveLength(1);
    expect(first.offer()).toBeUndefined();
  });

  test('of two who open it at once one is the first', async () => {
    const { first, accounts, clock } = await makeAccess();
    const token = first.offer()?.token ?? '';
    await Promise.all(
      ['alex', 'kim'].map((username) => outcome(clock, first.take({ ...given(token), username }))),
    );
    expect(accounts.list()).toHaveLength(1);
  });

  test('is not made by a wrong link, an old one, or one after its hour', async () => {
    const { first, accounts, clock } = await makeAccess();
    const old = first.offer()?.token ?? '';
    const link = first.offer()?.token ?? '';
    expect(await outcome(clock, first.take(given('')))).toMatchObject({ kind: 'wrong' });
    expect(await outcome(clock, first.take(given(old)))).toMatchObject({ kind: 'wrong' });
    await clock.advance(3_600_000);
    expect(await outcome(clock, first.take(given(link)))).toMatchObject({ kind: 'wrong' });
    expect(accounts.isEmpty).toBe(true);
  });
});
