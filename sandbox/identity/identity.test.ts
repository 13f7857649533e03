import {
  createHash,
  createPrivateKey,
  createPublicKey,
  randomUUID,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import {
  ConfidentialClientApplication,
  type INetworkModule,
  PublicClientApplication,
} from '@azure/msal-node';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import { defaultTenant, defaults } from '../tenant/defaults.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { afterTest, running, tokenAnswer } from '../testing/running.ts';

const scope = 'https://outlook.office365.com/.default';

function claimsOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

describe('client credentials by secret', () => {
  it('give a token that verifies against the published keys', async () => {
    const sandbox = await running();
    const { body, headers } = await tokenAnswer(sandbox);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect(headers.get('cache-control')).toContain('no-store');
    const base = `${sandbox.identity.httpUrl}/${defaults.tenantId}`;
    const configuration = (await (
      await fetch(`${base}/v2.0/.well-known/openid-configuration`)
    ).json()) as Record<string, string>;
    expect(configuration['token_endpoint']).toBe(`${base}/oauth2/v2.0/token`);
    const { keys } = (await (await fetch(configuration['jwks_uri'] ?? '')).json()) as { keys: object[] };
    const [header = '', payload = '', signature = ''] = String(body['access_token']).split('.');
    const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(claimsOf(body['access_token'])).toMatchObject({
      aud: 'https://outlook.office365.com',
      tid: defaults.tenantId,
      appid: defaults.clientId,
      oid: defaults.objectId,
      roles: ['SMTP.SendAsApp', 'Mail.Send'],
    });
  });

  it.each([
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client', 7000215],
    ['the secret ID', { client_secret: defaults.secretId }, 401, 'invalid_client', 7000215],
    ['an unknown application', { client_id: randomUUID() }, 400, 'unauthorized_client', 700016],
    [
      'a scope without .default',
      { scope: 'https://graph.microsoft.com/Mail.Send' },
      400,
      'invalid_scope',
      1002012,
    ],
    ['an unknown resource', { scope: 'https://nowhere.example/.default' }, 400, 'invalid_resource', 500011],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
  ])('refuse %s', async (_why, change, status, error, code) => {
    const sandbox = await running();
    const answer = await tokenAnswer(sandbox, change);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [code] });
    expect(answer.body['error_description']).toMatch(
      new RegExp(
        `^AADSTS${code}: .* Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$`,
      ),
    );
  });

  it('refuse an unknown tenant, and take a domain of a known one', async () => {
    const sandbox = await running();
    expect((await tokenAnswer(sandbox, {}, 'nowhere.example')).body['error_codes']).toEqual([90002]);
    expect((await tokenAnswer(sandbox, {}, 'contoso.com')).status).toBe(200);
  });

  it('follow the switches: expired secret, fault, skewed clock', async () => {
    const clock = new ManualClock(Date.parse('2026-11-23T12:00:00Z'));
    const sandbox = await running({ clock });
    sandbox.switches.set({ expiredSecrets: [defaults.secretId] });
    expect((await tokenAnswer(sandbox)).body['error_codes']).toEqual([7000222]);
    const next = { client_secret: defaults.nextSecret };
    expect((await tokenAnswer(sandbox, next)).status).toBe(200);
    sandbox.switches.set({ identityClockSkewSeconds: 3600 });
    const skewed = await tokenAnswer(sandbox, next);
    expect(skewed.headers.get('date')).toBe('Mon, 23 Nov 2026 13:00:00 GMT');
    expect(claimsOf(skewed.body['access_token'])['iat']).toBe(Date.parse('2026-11-23T13:00:00Z') / 1000);
    sandbox.switches.set({ tokenEndpointFault: '90033' });
    expect((await tokenAnswer(sandbox, next)).status).toBe(503);
    // As Microsoft writes the number, and with the application named as its real message names it.
    sandbox.switches.set({ tokenEndpointFault: 'AADSTS7000222' });
    const refused = await tokenAnswer(sandbox, next);
    expect(refused.body['error_codes']).toEqual([7000222]);
    expect(refused.body['error_description']).toContain(`app '${defaults.clientId}'`);
    expect(sandbox.switches.setUntrusted({ tokenEndpointFault: 'nonsense' })).toContain('AADSTS number');
    sandbox.switches.set({ tokenEndpointFault: 'drop' });
    await expect(tokenAnswer(sandbox, next)).rejects.toThrow();
  });
});

/** RFC 7523 with the claims and header that Entra's page asks for. */
function assertion(
  sandbox: Sandbox,
  change: { header?: object; claims?: object; key?: string } = {},
): string {
  const { certificate, httpUrl } = sandbox.identity;
  const now = Math.floor(Date.now() / 1000);
  const print = createHash('sha256').update(new X509Certificate(certificate.certificatePem).raw);
  const header = { alg: 'RS256', typ: 'JWT', 'x5t#S256': print.digest('base64url'), ...change.header };
  const claims = {
    aud: `${httpUrl}/${defaults.tenantId}/oauth2/v2.0/token`,
    iss: defaults.clientId,
    sub: defaults.clientId,
    jti: randomUUID(),
    nbf: now,
    exp: now + 300,
    ...change.claims,
  };
  const input = [header, claims]
    .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'))
    .join('.');
  const key = createPrivateKey(change.key ?? certificate.keyPem);
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

async function byAssertion(sandbox: Sandbox, client_assertion: string): Promise<unknown> {
  const response = await fetch(`${sandbox.identity.httpUrl}/${defaults.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: defaults.clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
      scope,
    }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return response.ok ? 'token' : (body['error_codes'] as number[])[0];
}

describe('client credentials by assertion', () => {
  it('are taken once', async () => {
    const sandbox = await running();
    const first = assertion(sandbox);
    expect(await byAssertion(sandbox, first)).toBe('token');
    expect(await byAssertion(sandbox, first)).toBe(50027);
  });

  it('may name the certificate by x5t', async () => {
    const sandbox = await running();
    const { raw } = new X509Certificate(sandbox.identity.certificate.certificatePem);
    const header = { 'x5t#S256': undefined, x5t: createHash('sha1').update(raw).digest('base64url') };
    expect(await byAssertion(sandbox, assertion(sandbox, { header }))).toBe('token');
  });

  it('are refused for every claim that is wrong', async () => {
    const sandbox = await running();
    const now = Math.floor(Date.now() / 1000);
    const other = await sandbox.issueClientCertificate({ names: ['x.contoso.com'], purposes: ['client'] });
    const attempts: [number, Parameters<typeof assertion>[1]][] = [
      [700027, { header: { 'x5t#S256': 'AAAA' } }],
      [700027, { key: other.keyPem }],
      [700027, { header: { alg: 'none' } }],
      [700023, { claims: { aud: 'https://elsewhere.example/' } }],
      [700021, { claims: { iss: 'somebody' } }],
      [700024, { claims: { exp: now - 600 } }],
      [700024, { claims: { exp: now + 10 * 86_400 } }],
      [700024, { claims: { nbf: now + 3600 } }],
      [50027, { claims: { jti: '' } }],
    ];
    for (const [code, change] of attempts) {
      expect(await byAssertion(sandbox, assertion(sandbox, change))).toBe(code);
    }
    expect(await byAssertion(sandbox, 'no.jwt')).toBe(50027);
  });
});

describe('managed identity', () => {
  it('answers as the Instance Metadata Service', async () => {
    const sandbox = await running();
    const url = `${sandbox.identity.imdsUrl}?api-version=2018-02-01&resource=https://graph.microsoft.com`;
    expect((await fetch(url)).status).toBe(400);
    const body = (await (await fetch(url, { headers: { Metadata: 'true' } })).json()) as Record<
      string,
      string
    >;
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: '3599', client_id: defaults.clientId });
    expect(claimsOf(body['access_token'])).toMatchObject({ aud: 'https://graph.microsoft.com' });
  });

  it('answers as App Service', async () => {
    const { identity } = await running();
    const url = `${identity.appServiceUrl}?api-version=2019-08-01&resource=https://outlook.office365.com`;
    expect((await fetch(url, { headers: { 'X-IDENTITY-HEADER': 'x' } })).status).toBe(401);
    const response = await fetch(url, { headers: { 'X-IDENTITY-HEADER': identity.appServiceHeader } });
    expect(await response.json()).toMatchObject({ token_type: 'Bearer' });
  });
});

/** MSAL speaks https only, and takes no authority of its own: the sandbox's is given by this. */
function network(sandbox: Sandbox): INetworkModule {
  const agent = new Agent({ connect: { ca: sandbox.caPem } });
  afterTest(() => agent.close());
  const send = async (
    method: 'GET' | 'POST',
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<{ headers: Record<string, string>; body: unknown; status: number }> => {
    const response = await request(url, { method, dispatcher: agent, ...options });
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    );
    return { headers, body: await response.body.json(), status: response.statusCode };
  };
  return {
    sendGetRequestAsync: async (url, options) => (await send('GET', url, options)) as never,
    sendPostRequestAsync: async (url, options) => (await send('POST', url, options)) as never,
  };
}

function authority(sandbox: Sandbox): { authority: string; knownAuthorities: string[] } {
  const { url } = sandbox.identity;
  return { authority: `${url}/${defaults.tenantId}`, knownAuthorities: [new URL(url).host] };
}

describe('msal-node over https', () => {
  it('gets a token by secret, and the error of a wrong one', async () => {
    const sandbox = await running();
    const client = (clientSecret: string): ConfidentialClientApplication =>
      new ConfidentialClientApplication({
        auth: { clientId: defaults.clientId, clientSecret, ...authority(sandbox) },
        system: { networkClient: network(sandbox) },
      });
    const result = await client(defaults.secret).acquireTokenByClientCredential({ scopes: [scope] });
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: defaults.clientId });
    await expect(client('wrong').acquireTokenByClientCredential({ scopes: [scope] })).rejects.toThrow(
      /AADSTS7000215|7000215/,
    );
  });

  it('gets a token by certificate (PS256)', async () => {
    const sandbox = await running();
    const { certificate } = sandbox.identity;
    const { raw } = new X509Certificate(certificate.certificatePem);
    const client = new ConfidentialClientApplication({
      auth: {
        clientId: defaults.clientId,
        ...authority(sandbox),
        clientCertificate: {
          thumbprintSha256: createHash('sha256').update(raw).digest('hex'),
          privateKey: certificate.keyPem,
        },
      },
      system: { networkClient: network(sandbox) },
    });
    const result = await client.acquireTokenByClientCredential({ scopes: [scope] });
    expect(claimsOf(result?.accessToken)).toMatchObject({ tid: defaults.tenantId });
  });

  it('signs a person in by device code', async () => {
    const sandbox = await running();
    const client = new PublicClientApplication({
      auth: { clientId: defaults.clientId, ...authority(sandbox) },
      system: { networkClient: network(sandbox) },
    });
    const result = await client.acquireTokenByDeviceCode({
      scopes: ['https://outlook.office.com/SMTP.Send'],
      deviceCodeCallback: ({ userCode }) => void sandbox.identity.approveDevice(userCode, defaults.mailbox),
    });
    expect(claimsOf(result?.accessToken)).toMatchObject({
      aud: 'https://outlook.office.com',
      scp: 'SMTP.Send',
      upn: defaults.mailbox,
    });
  });
});

describe('device code and refresh token', () => {
  it('wait for the person, expire, and refresh until 90 days of disuse', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock, tenants: [defaultTenant([])] });
    const begin = await fetch(`${sandbox.identity.httpUrl}/contoso.com/oauth2/v2.0/devicecode`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: defaults.clientId,
        scope: 'https://outlook.office.com/SMTP.Send offline_access',
      }),
    });
    const { device_code, user_code } = (await begin.json()) as Record<string, string>;
    const poll = {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device_code ?? '',
    };
    expect((await tokenAnswer(sandbox, poll)).body['error']).toBe('authorization_pending');
    const approved = await fetch(`${sandbox.inspectUrl}/device/${user_code}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user: defaults.mailbox }),
    });
    expect(approved.status).toBe(204);
    const { body } = await tokenAnswer(sandbox, poll);
    const refresh = {
      grant_type: 'refresh_token',
      refresh_token: String(body['refresh_token']),
      scope: 'https://outlook.office.com/SMTP.Send offline_access',
    };
    const second = await tokenAnswer(sandbox, refresh);
    expect(claimsOf(second.body['access_token'])).toMatchObject({ scp: 'SMTP.Send', upn: defaults.mailbox });
    sandbox.switches.set({ consentWithdrawnFor: [defaults.clientId] });
    expect((await tokenAnswer(sandbox, refresh)).body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [65001],
    });
    sandbox.switches.set({ consentWithdrawnFor: [] });
    clock.advance(90 * 86_400_000);
    expect((await tokenAnswer(sandbox, refresh)).body['error_codes']).toEqual([700082]);
  });
});
