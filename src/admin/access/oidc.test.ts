import { describe, expect, test } from 'vitest';
import { outcome } from '../../accounts/access.fixture.ts';
import { clientId, clientSecret, startTestProvider } from '../../accounts/provider.fixture.ts';
import { host, makeTestServer } from '../testing/test-server.ts';

async function makeRoundTrip() {
  const provider = await startTestProvider();
  const made = await makeTestServer({
    access: {
      oidc: {
        issuer: provider.issuer,
        clientId,
        clientSecret,
        label: 'Contoso',
        claim: 'roles',
        roles: { operator: ['relay.operator'], administrator: ['relay.admin'] },
      },
    },
  });
  const { server, clock } = made;
  const start = () => server.inject({ url: '/api/v1/session/oidc/start', headers: { host } });
  const cookieOf = (answer: Awaited<ReturnType<typeof start>>): string =>
    String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const back = (url: string, cookie: string) => {
    const { pathname, search } = new URL(url);
    const headers = { host, cookie, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    return outcome(clock, server.inject({ url: pathname + search, headers }));
  };
  const signIn = async (claims: Record<string, unknown>) => {
    provider.claims = claims;
    const begun = await start();
    return back(provider.follow(String(begun.headers.location)), cookieOf(begun));
  };
  return {
    ...made,
    provider,
    start,
    back,
    signIn,
    cookieOf,
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

const refusedAt = (answer: unknown): string =>
  decodeURIComponent(String((answer as { headers: { location?: string } }).headers.location));

describe('single sign-on', () => {
  test('by code, PKCE, state and nonce gives the role of the claim, the highest one', async () => {
    await using trip = await makeRoundTrip();
    const begun = await trip.start();
    const asked = new URL(String(begun.headers.location)).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toBe(`http://${host}/api/v1/session/oidc/callback`);
    expect(begun.headers['set-cookie']).toMatch(/^relay365-oidc=.*HttpOnly; SameSite=Lax$/);
    const answer = await trip.signIn({ roles: ['relay.operator', 'relay.admin'] });
    expect(answer).toMatchObject({ statusCode: 302, headers: { location: '/' } });
    const cookies = [(answer as { headers: Record<string, string[]> }).headers['set-cookie']].flat();
    const cookie = String(cookies.find((text) => text?.startsWith('relay365='))).split(';')[0] ?? '';
    const session = await trip.server.inject({ url: '/api/v1/session', headers: { host, cookie } });
    expect(session.json()).toMatchObject({ signedIn: true, name: 'sam@contoso.com', role: 'administrator' });
    const { items } = await trip.audit.page({ action: 'oidcCallback' }, { limit: 5 });
    expect(items).toMatchObject([{ by: 'sam@contoso.com', result: 'ok' }]);
  });

  test('a role that was taken away at the provider is gone at the next sign-in', async () => {
    await using trip = await makeRoundTrip();
    await trip.signIn({ roles: ['relay.admin'] });
    await trip.signIn({ roles: ['relay.operator'] });
    expect(trip.access.accounts.get('sam@contoso.com').role).toBe('operator');
    expect(refusedAt(await trip.signIn({ roles: [] }))).toContain('has no role here');
  });

  test.each([
    ['no role', {}, 'has no role here'],
    ['groups that did not fit', { _claim_names: { groups: 'src1' } }, 'more groups than a token can hold'],
    ['another audience', { roles: ['relay.admin'], aud: 'somebody-else' }, 'did not sign you in'],
    ['another issuer', { roles: ['relay.admin'], iss: 'http://127.0.0.1:1' }, 'did not sign you in'],
    ['another nonce', { roles: ['relay.admin'], nonce: 'replayed' }, 'did not sign you in'],
    ['an end in the past', { roles: ['relay.admin'], exp: 1_000_000_000 }, 'did not sign you in'],
  ])('a token with %s lets nobody in', async (_, claims, words) => {
    await using trip = await makeRoundTrip();
    const answer = await trip.signIn(claims);
    expect(refusedAt(answer)).toMatch(/^\/sign-in\?refused=/);
    expect(refusedAt(answer)).toContain(words);
    expect(trip.access.sessions.list()).toEqual([]);
  });

  test('is finished only in the browser that began it, once', async () => {
    await using trip = await makeRoundTrip();
    trip.provider.claims = { roles: ['relay.admin'] };
    const begun = await trip.start();
    const url = trip.provider.follow(String(begun.headers.location));
    expect(refusedAt(await trip.back(url, ''))).toContain('not begun in this browser');
    // The state is used up by then, so the right browser must begin again.
    expect(refusedAt(await trip.back(url, trip.cookieOf(begun)))).toContain('not begun in this browser');
    expect(trip.access.sessions.list()).toEqual([]);
  });

  test('without a provider that answers says so, and the next try asks again', async () => {
    const made = await makeTestServer({
      access: {
        oidc: {
          issuer: 'http://127.0.0.1:9',
          clientId,
          clientSecret,
          label: 'Contoso',
          claim: 'roles',
          roles: { viewer: ['x'] },
        },
      },
    });
    const answer = await made.server.inject({ url: '/api/v1/session/oidc/start', headers: { host } });
    expect(answer.statusCode).toBe(502);
    expect(answer.body).not.toContain(clientSecret);
  });
});
