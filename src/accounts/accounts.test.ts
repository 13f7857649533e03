import { describe, expect, test } from 'vitest';
import { plus } from '../platform/clock.ts';
import { address, makeAccess, testPassword } from './access.fixture.ts';

const alex = { name: 'Alex', role: 'administrator', password: testPassword } as const;

describe('accounts', () => {
  test('one name in any case is one account, kept over a restart', async () => {
    const { accounts, reopen } = await makeAccess();
    await accounts.add(alex);
    await expect(accounts.add({ ...alex, name: 'alex' })).rejects.toMatchObject({ kind: 'conflict' });
    const again = await reopen();
    expect(again.accounts.get('ALEX')).toMatchObject({ name: 'Alex', role: 'administrator' });
  });

  test.each([
    ['short', 'only 14 chars.'],
    ['the same again and again', 'aaaaaaaaaaaaaaaaaaaa'],
    ['the name again and again', 'alexalexalexalexalex'],
    ['too long', 'long enough '.repeat(200)],
  ])('a password that is %s is not taken', async (_, password) => {
    const { accounts } = await makeAccess();
    await expect(accounts.add({ ...alex, password })).rejects.toMatchObject({ kind: 'unfit' });
    expect(accounts.isEmpty).toBe(true);
  });

  test('the last administrator stays one, whatever is tried at once', async () => {
    const { accounts } = await makeAccess();
    await accounts.add(alex);
    await expect(accounts.remove('alex')).rejects.toMatchObject({ kind: 'conflict' });
    await expect(accounts.change('alex', { role: 'viewer' })).rejects.toMatchObject({ kind: 'conflict' });
    await expect(accounts.change('alex', { disabled: true })).rejects.toMatchObject({ kind: 'conflict' });
    await accounts.add({ ...alex, name: 'kim' });
    const both = await Promise.allSettled([accounts.remove('alex'), accounts.remove('kim')]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(accounts.list().filter(({ role }) => role === 'administrator')).toHaveLength(1);
  });

  test('somebody of the identity provider is known by subject, and does not take a name that is here', async () => {
    const { accounts } = await makeAccess();
    await accounts.add(alex);
    const oidc = { issuer: 'https://login.example', subject: 's1' };
    await expect(accounts.ofProvider({ name: 'ALEX', role: 'administrator', oidc })).rejects.toMatchObject({
      kind: 'conflict',
    });
    await accounts.ofProvider({ name: 'sam@contoso.com', role: 'operator', oidc });
    const renamed = await accounts.ofProvider({ name: 'other@contoso.com', role: 'viewer', oidc });
    expect(renamed).toMatchObject({ name: 'sam@contoso.com', role: 'viewer' });
    await expect(accounts.change('sam@contoso.com', { role: 'administrator' })).rejects.toMatchObject({
      kind: 'conflict',
    });
  });
});

describe('sessions', () => {
  async function signedIn() {
    const made = await makeAccess();
    const account = await made.accounts.add(alex);
    const begin = () =>
      made.sessions.begin({ account, method: 'password', address, userAgent: 'x'.repeat(1000) });
    return { ...made, account, begin, ...(await begin()) };
  }

  test('are found by their token and by nothing else, also after a restart', async () => {
    const { sessions, token, session, options, reopen } = await signedIn();
    expect(await sessions.find(token)).toMatchObject({ id: session.id, account: 'alex' });
    expect(await sessions.find(`${token}x`)).toBeUndefined();
    expect(await sessions.find(session.id)).toBeUndefined();
    expect(await (await reopen()).sessions.find(token)).toMatchObject({ id: session.id });
    const kept = await options.store.records.list({ kind: 'session', limit: 10 });
    expect(JSON.stringify(kept)).not.toContain(token);
    expect(session.userAgent).toHaveLength(200);
  });

  test('end 12 hours after the last request', async () => {
    const { sessions, token, clock } = await signedIn();
    for (let n = 0; n < 3; n += 1) {
      await clock.advance(11 * 3_600_000);
      expect(await sessions.find(token)).toBeDefined();
    }
    await clock.advance(12 * 3_600_000);
    expect(await sessions.find(token)).toBeUndefined();
    expect(sessions.list()).toEqual([]);
  });

  test('end 7 days after the sign-in, however busy', async () => {
    const { sessions, token, clock } = await signedIn();
    for (let hours = 6; hours < 7 * 24; hours += 6) {
      await clock.advance(6 * 3_600_000);
      expect(await sessions.find(token)).toBeDefined();
    }
    await clock.advance(6 * 3_600_000);
    expect(await sessions.find(token)).toBeUndefined();
  });

  test('are ended by id, who listens is told, and others stay', async () => {
    const { sessions, token, session, begin } = await signedIn();
    const other = await begin();
    let told = 0;
    sessions.onEnd(session.id, () => (told += 1));
    expect(await sessions.end(session.id)).toBe(true);
    expect(await sessions.end(session.id)).toBe(false);
    expect(told).toBe(1);
    expect(await sessions.find(token)).toBeUndefined();
    expect(await sessions.find(other.token)).toBeDefined();
  });

  test('are bounded for each account: the oldest go', async () => {
    const { sessions, begin, token, clock } = await signedIn();
    for (let n = 0; n < 20; n += 1) {
      await clock.advance(1000);
      await begin();
    }
    expect(sessions.list('alex')).toHaveLength(20);
    expect(await sessions.find(token)).toBeUndefined();
  });
});

describe('API tokens', () => {
  test('count until they end or are removed, and are kept as a hash', async () => {
    const { tokens, clock, options, reopen } = await makeAccess();
    const expiresAt = plus(clock.now(), 60_000);
    const { token, secret } = await tokens.add({ name: 'ci', role: 'viewer', createdBy: 'alex', expiresAt });
    expect(await tokens.find(secret)).toMatchObject({ name: 'ci', lastUsedAt: clock.now() });
    expect(await (await reopen()).tokens.find(secret)).toMatchObject({ role: 'viewer' });
    const kept = await options.store.records.get('token', token.id);
    expect(kept?.text).not.toContain(secret.slice(-20));
    await clock.advance(60_000);
    expect(await tokens.find(secret)).toBeUndefined();
    const lasting = await tokens.add({ name: 'other', role: 'operator', createdBy: 'alex' });
    await tokens.remove(lasting.token.id);
    expect(await tokens.find(lasting.secret)).toBeUndefined();
  });

  test.each([
    ['another secret', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`],
    ['the prefix alone', (secret: string) => secret.slice(0, 25)],
    ['nothing', () => ''],
    ['a prototype', () => 'r365___proto___x'],
  ])('%s is no token', async (_, change) => {
    const { tokens } = await makeAccess();
    const { secret } = await tokens.add({ name: 'ci', role: 'viewer', createdBy: 'alex' });
    expect(await tokens.find(change(secret))).toBeUndefined();
  });
});
