/** Stand-ins of a test file, and what tests need to talk to them. */
import { afterEach } from 'vitest';
import { type Sandbox, type SandboxOptions, type SmtpPlace, startSandbox } from '../sandbox.ts';
import { RawClient } from './raw-client.ts';

const stops: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

export async function running(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  stops.push(() => sandbox.stop());
  return sandbox;
}

export function afterTest(stop: () => Promise<unknown> | void): void {
  stops.push(stop);
}

/** A client past banner, STARTTLS and both EHLO. */
export async function securedClient(sandbox: Sandbox, place: SmtpPlace): Promise<RawClient> {
  const client = await RawClient.open(place.port);
  afterTest(() => client.end());
  await client.reply();
  await client.line('EHLO relay.contoso.com');
  await client.line('STARTTLS');
  await client.startTls({ ca: sandbox.caPem, servername: place.name });
  await client.line('EHLO relay.contoso.com');
  return client;
}

/** Asks for a token by the client's secret, or with other parameters. */
export async function tokenAnswer(
  sandbox: Sandbox,
  change: Readonly<Record<string, string>> = {},
  tenant: string = sandbox.identity.tenantId,
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const { httpUrl, clientId, secret } = sandbox.identity;
  const response = await fetch(`${httpUrl}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: 'https://outlook.office365.com/.default',
      ...change,
    }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

export async function accessToken(
  sandbox: Sandbox,
  resource: 'outlook.office365.com' | 'graph.microsoft.com' = 'outlook.office365.com',
): Promise<string> {
  const { body } = await tokenAnswer(sandbox, { scope: `https://${resource}/.default` });
  return String(body['access_token']);
}

export function xoauth2(user: string, token: string): string {
  return Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64');
}

/** MAIL, RCPT and a content; the last reply. */
export async function sendRaw(
  client: RawClient,
  mail: { readonly from: string; readonly to: readonly string[]; readonly content: string },
): Promise<string> {
  const replies = [await client.line(`MAIL FROM:<${mail.from}>`)];
  for (const to of mail.to) replies.push(await client.line(`RCPT TO:<${to}>`));
  const refused = replies.find((reply) => !reply.startsWith('250'));
  if (refused !== undefined) {
    await client.line('RSET');
    return refused;
  }
  await client.line('DATA');
  client.send(`${mail.content}\r\n.\r\n`);
  return client.reply();
}
