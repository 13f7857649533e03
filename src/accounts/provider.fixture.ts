/** For tests: an OpenID provider on loopback, which says what the test wants it to say. */
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Test values. */
export const clientId = 'relay365-test-client';
export const clientSecret = 'test-client-secret';

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  /** What the next ID token says beyond the usual; `undefined` takes a claim away. */
  claims: Record<string, unknown>;
  /** What the browser does at the provider: it signs in and is sent back. Resolves with the address it is sent to. */
  follow(authorizeUrl: string): string;
  /** Codes that were redeemed with a wrong PKCE verifier or client secret. */
  readonly refusals: string[];
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
}

export async function startTestProvider(): Promise<TestProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' };
  const grants = new Map<string, Grant>();
  const refusals: string[] = [];
  const jwt = (payload: object): string => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${part({ alg: 'RS256', kid: 'test', typ: 'JWT' })}.${part(payload)}`;
    return `${body}.${sign('sha256', Buffer.from(body), privateKey).toString('base64url')}`;
  };
  const server = createServer((request, response) => {
    const json = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.url === '/.well-known/openid-configuration') {
      json(200, {
        issuer: provider.issuer,
        authorization_endpoint: `${provider.issuer}/authorize`,
        token_endpoint: `${provider.issuer}/token`,
        jwks_uri: `${provider.issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
      return;
    }
    if (request.url?.startsWith('/authorize?')) {
      response.writeHead(302, { location: provider.follow(provider.issuer + request.url) }).end();
      return;
    }
    if (request.url === '/keys') return json(200, { keys: [jwk] });
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const form = new URLSearchParams(text);
      const code = form.get('code') ?? '';
      const grant = grants.get(code);
      grants.delete(code);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!grant || grant.challenge !== challenge || form.get('client_secret') !== clientSecret) {
        refusals.push(code);
        return json(400, { error: 'invalid_grant', error_description: 'not this code' });
      }
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: provider.issuer,
        aud: clientId,
        sub: 'subject-1',
        iat: now,
        exp: now + 300,
        nonce: grant.nonce,
        preferred_username: 'sam@contoso.com',
        ...provider.claims,
      };
      json(200, { access_token: 'test', token_type: 'Bearer', expires_in: 300, id_token: jwt(claims) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: TestProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    claims: {},
    refusals,
    follow(authorizeUrl) {
      const { searchParams } = new URL(authorizeUrl);
      const code = randomUUID();
      grants.set(code, {
        challenge: searchParams.get('code_challenge') ?? '',
        nonce: searchParams.get('nonce') ?? '',
      });
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      return back.href;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}
