import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import type { Sandbox } from '../sandbox.ts';
import { defaultTenant, defaults } from '../tenant/defaults.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { RawClient } from '../testing/raw-client.ts';
import { accessToken, afterTest, running, securedClient, sendRaw, xoauth2 } from '../testing/running.ts';

const { mailbox } = defaults;
const mail = { from: mailbox, to: ['x@outside.example'], content: `From: ${mailbox}\r\n\r\nhello` };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function loggedIn(sandbox: Sandbox): Promise<RawClient> {
  const client = await securedClient(sandbox, sandbox.submission);
  expect(await client.line(`AUTH XOAUTH2 ${xoauth2(mailbox, await accessToken(sandbox))}`)).toBe(
    '235 2.7.0 Authentication successful',
  );
  return client;
}

async function loginByPassword(sandbox: Sandbox, password: string = defaults.password): Promise<string> {
  const client = await securedClient(sandbox, sandbox.submission);
  expect(await client.line('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
  expect(await client.line(base64(mailbox))).toBe('334 UGFzc3dvcmQ6');
  return client.line(base64(password));
}

describe('greeting', () => {
  it('offers AUTH inside TLS alone, as recorded', async () => {
    const sandbox = await running();
    const client = await RawClient.open(sandbox.submission.port);
    afterTest(() => client.end());
    await client.reply();
    expect(await client.line('EHLO relay.contoso.com')).not.toMatch(/AUTH/);
    expect(await client.line('AUTH LOGIN')).toMatch(/^504 5\.7\.4 Unrecognized authentication type/);
    expect(await client.line('MAIL FROM:<a@contoso.com>')).toMatch(/^451 5\.7\.3 STARTTLS is required/);
    await client.line('STARTTLS');
    await client.startTls({ ca: sandbox.caPem, servername: 'smtp.office365.com' });
    expect((await client.line('EHLO relay.contoso.com')).split('\n').slice(1)).toEqual([
      '250-SIZE 157286400',
      '250-PIPELINING',
      '250-DSN',
      '250-ENHANCEDSTATUSCODES',
      '250-AUTH LOGIN XOAUTH2',
      '250-8BITMIME',
      '250-BINARYMIME',
      '250-CHUNKING',
      '250 SMTPUTF8',
    ]);
    expect(await client.line('MAIL FROM:<a@contoso.com>')).toMatch(/^530 5\.7\.57 SMTP; Client was not/);
    expect(await client.line('AUTH PLAIN AGEAYg==')).toMatch(/^504 5\.7\.4 /);
  });
});

describe('XOAUTH2', () => {
  it('prompts for the blob when it does not come at once', async () => {
    const sandbox = await running();
    const client = await securedClient(sandbox, sandbox.submission);
    expect(await client.line('AUTH XOAUTH2')).toBe('334');
    expect(await client.line(xoauth2(mailbox, await accessToken(sandbox)))).toMatch(/^235 2\.7\.0 /);
    expect(await client.line('AUTH LOGIN')).toMatch(/^503 /);
    expect(await sendRaw(client, mail)).toMatch(/^250 2\.6\.0 /);
  });

  it.each([
    ['no base64', async () => '!!!!', 'blob: base64'],
    ['a foreign token', async () => xoauth2(mailbox, 'e30.e30.AAAA'), 'token: signature'],
    [
      'the audience of Graph',
      async (s: Sandbox) => xoauth2(mailbox, await accessToken(s, 'graph.microsoft.com')),
      'audience https://graph.microsoft.com',
    ],
    [
      'a mailbox that nobody has',
      async (s: Sandbox) => xoauth2('nobody@contoso.com', await accessToken(s)),
      'no mailbox nobody@contoso.com',
    ],
  ])('refuses %s without saying why, and logs it', async (_why, blob, why) => {
    const sandbox = await running();
    const client = await securedClient(sandbox, sandbox.submission);
    expect(await client.line(`AUTH XOAUTH2 ${await blob(sandbox)}`)).toMatch(
      /^535 5\.7\.3 Authentication unsuccessful \[/,
    );
    expect(sandbox.refusals().at(-1)?.why).toContain(why);
  });

  it('refuses an expired token, by the clock it was given', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock });
    const token = await accessToken(sandbox);
    clock.advance(3599_000 + 5 * 60_000);
    const client = await securedClient(sandbox, sandbox.submission);
    expect(await client.line(`AUTH XOAUTH2 ${xoauth2(mailbox, token)}`)).toMatch(/^535 5\.7\.3 /);
    expect(sandbox.refusals().at(-1)?.why).toBe('token: expired');
  });

  it('refuses a token of withdrawn consent, which has no role', async () => {
    const sandbox = await running();
    sandbox.switches.set({ consentWithdrawnFor: [defaults.clientId] });
    const client = await securedClient(sandbox, sandbox.submission);
    expect(await client.line(`AUTH XOAUTH2 ${xoauth2(mailbox, await accessToken(sandbox))}`)).toMatch(
      /^535 5\.7\.3 /,
    );
    expect(sandbox.refusals().at(-1)?.why).toBe('token: no role SMTP.SendAsApp');
  });

  it('heeds the switches of organisation and mailbox; the mailbox wins', async () => {
    const sandbox = await running();
    const attempt = async (): Promise<string> => {
      const client = await securedClient(sandbox, sandbox.submission);
      return client.line(`AUTH XOAUTH2 ${xoauth2(mailbox, await accessToken(sandbox))}`);
    };
    sandbox.switches.set({ smtpAuthDisabledTenants: [defaults.tenantId] });
    expect(await attempt()).toMatch(/^535 5\.7\.139 .*SmtpClientAuthentication is disabled for the Tenant/);
    sandbox.switches.set({ smtpAuthEnabledMailboxes: [mailbox] });
    expect(await attempt()).toMatch(/^235 /);
    sandbox.switches.set({ smtpAuthDisabledMailboxes: [mailbox] });
    expect(await attempt()).toMatch(/^535 5\.7\.139 .*disabled for the Mailbox/);
  });
});

describe('LOGIN', () => {
  it('takes the password, and refuses a wrong one in its words', async () => {
    const sandbox = await running();
    expect(await loginByPassword(sandbox)).toMatch(/^235 /);
    expect(await loginByPassword(sandbox, 'wrong')).toMatch(
      /^535 5\.7\.139 .*user credentials were incorrect/,
    );
  });

  it.each([
    [{ securityDefaultsTenants: [defaults.tenantId] }, /^535 5\.7\.139 .*security defaults policy/],
    [{ basicAuthDisabledTenants: [defaults.tenantId] }, /^535 5\.7\.139 .*basic authentication is disabled/],
    [{ basicAuthRetired: true }, /^550 5\.7\.30 Basic authentication is not supported for Client Submission/],
  ])('fails under %j', async (change, reply) => {
    const sandbox = await running();
    sandbox.switches.set(change);
    expect(await loginByPassword(sandbox)).toMatch(reply);
  });
});

describe('limits of a mailbox', () => {
  it('has three connections; the fourth is told at MAIL', async () => {
    const sandbox = await running();
    const clients = [];
    for (let at = 0; at < 4; at += 1) clients.push(await loggedIn(sandbox));
    expect(await clients[3]?.line(`MAIL FROM:<${mailbox}>`)).toMatch(/^432 4\.3\.2 Concurrent connections/);
    await clients[0]?.line('QUIT');
    await clients[0]?.rest();
    expect(await clients[3]?.line(`MAIL FROM:<${mailbox}>`)).toMatch(/^250 /);
  });

  it('takes 30 messages a minute, and more a minute later', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock });
    const client = await loggedIn(sandbox);
    const replies: string[] = [];
    for (let at = 0; at < 31; at += 1) replies.push((await sendRaw(client, mail)).slice(0, 9));
    expect(replies.filter((reply) => reply === '250 2.6.0')).toHaveLength(30);
    expect(replies[30]).toBe('432 4.3.2');
    clock.advance(60_000);
    expect(await sendRaw(client, mail)).toMatch(/^250 /);
  });

  it('takes as many recipients a day as it may', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock, mailboxLimits: { recipientsPerDay: 3 } });
    const two = { ...mail, to: ['a@outside.example', 'b@outside.example'] };
    expect(await sendRaw(await loggedIn(sandbox), two)).toMatch(/^250 /);
    expect(await sendRaw(await loggedIn(sandbox), two)).toMatch(/^554 5\.2\.0 .*SubmissionQuotaExceeded/);
    clock.advance(86_400_000);
    expect(await sendRaw(await loggedIn(sandbox), two)).toMatch(/^250 /);
  });

  it('refuses foreign senders, and blocks the mailbox that keeps on', async () => {
    const clock = new ManualClock(Date.now());
    const sandbox = await running({ clock, mailboxLimits: { equalErrors: 3 } });
    const client = await loggedIn(sandbox);
    const foreign = { ...mail, content: 'From: boss@contoso.com\r\n\r\nhello' };
    expect(await sendRaw(client, { ...mail, from: 'boss@contoso.com' })).toMatch(
      /^550 5\.7\.60 SMTP; Client/,
    );
    expect(await sendRaw(client, foreign)).toMatch(
      /^554 5\.2\.252 SendAsDenied; relay@contoso\.com not allowed to send as boss@contoso\.com/,
    );
    await sendRaw(client, foreign);
    expect(await sendRaw(client, mail)).toMatch(
      /^550 5\.2\.252 Sender throttled due to continuous send as denied/,
    );
    clock.advance(60 * 60_000);
    const later = await loggedIn(sandbox);
    expect(await sendRaw(later, { ...mail, from: 'scanner@contoso.com' })).toMatch(/^250 /);
  });

  it('has its own size, which EHLO does not tell', async () => {
    const [tenant] = [defaultTenant([])];
    const mailboxes = [{ address: mailbox, sendBytesMax: 100 }];
    const sandbox = await running({ tenants: [{ ...tenant, mailboxes }] });
    const content = `${mail.content}${'x'.repeat(100)}`;
    expect(await sendRaw(await loggedIn(sandbox), { ...mail, content })).toMatch(/MaxSubmissionExceeded/);
  });
});

describe('High Volume Email', () => {
  const hve = defaults.hveAccount;
  const internal = { from: hve, to: ['someone@contoso.com'], content: `From: ${hve}\r\n\r\nhello` };
  const attempt = async (sandbox: Sandbox): Promise<[RawClient, string]> => {
    const client = await securedClient(sandbox, sandbox.hve);
    return [client, await client.line(`AUTH XOAUTH2 ${xoauth2(hve, await accessToken(sandbox))}`)];
  };

  it('takes internal recipients alone, 50 of them', async () => {
    const sandbox = await running();
    const [client, reply] = await attempt(sandbox);
    expect(reply).toMatch(/^235 /);
    expect(await sendRaw(client, internal)).toMatch(/^250 2\.6\.0 /);
    expect(sandbox.messages()[0]).toMatchObject({ route: 'hve', login: hve });
    expect(await sendRaw(client, { ...internal, to: ['x@outside.example'] })).toMatch(/^550 /);
    const many = Array.from({ length: 51 }, (_, at) => `u${at}@contoso.com`);
    expect(await sendRaw(client, { ...internal, to: many })).toMatch(/^452 4\.5\.3 /);
  });

  it('has its own replies for blobs and tokens', async () => {
    const sandbox = await running();
    const client = await securedClient(sandbox, sandbox.hve);
    expect(await client.line('AUTH XOAUTH2 !!!!')).toMatch(/^501 5\.5\.124 Invalid XOAUTH2 auth data/);
    sandbox.switches.set({ consentWithdrawnFor: [defaults.clientId] });
    expect((await attempt(sandbox))[1]).toMatch(/^535 5\.7\.144/);
    sandbox.switches.set({ consentWithdrawnFor: [], tokenSeconds: 30 });
    expect((await attempt(sandbox))[1]).toMatch(/^535 5\.7\.142/);
    sandbox.switches.set({ tokenSeconds: -1 });
    expect((await attempt(sandbox))[1]).toMatch(/^535 5\.7\.143/);
  });

  it('lets no application in that it was not told of', async () => {
    const tenant = defaultTenant([]);
    const hveAccounts = [{ address: hve, applications: [] }];
    const sandbox = await running({ tenants: [{ ...tenant, hveAccounts }] });
    expect((await attempt(sandbox))[1]).toMatch(/^550 5\.7\.240/);
  });
});

describe('Communication Services', () => {
  it('takes resource, application and tenant as user, its secret as password, and its own domains', async () => {
    const sandbox = await running();
    const { host, port, name, username, password } = sandbox.acs;
    const transport = createTransport({
      host,
      port,
      requireTLS: true,
      name: 'relay.contoso.com',
      tls: { ca: sandbox.caPem, servername: name },
      auth: { user: username, pass: password },
    });
    await transport.sendMail({ from: 'noreply@contoso.com', to: 'x@outside.example', text: 'hello' });
    expect(sandbox.messages()[0]).toMatchObject({ route: 'acs', login: username });
    await expect(
      transport.sendMail({ from: 'noreply@other.example', to: 'x@outside.example', text: 'hello' }),
    ).rejects.toThrow(/550 5\.7\.60/);
    sandbox.switches.set({ expiredSecrets: [defaults.secretId] });
    await expect(
      transport.sendMail({ from: 'noreply@contoso.com', to: 'x@outside.example', text: 'hello' }),
    ).rejects.toThrow(/535 5\.7\.3/);
  });
});

describe('clients of others', () => {
  it('nodemailer submits with XOAUTH2 and a token of the identity endpoint', async () => {
    const sandbox = await running();
    const { host, port, name } = sandbox.submission;
    const transport = createTransport({
      host,
      port,
      requireTLS: true,
      name: 'relay.contoso.com',
      tls: { ca: sandbox.caPem, servername: name },
      auth: { type: 'OAuth2', user: mailbox, accessToken: await accessToken(sandbox) },
    });
    const info = await transport.sendMail({ from: mailbox, to: 'x@outside.example', text: 'hello' });
    expect(info.response).toMatch(/^250 2\.6\.0 /);
    expect(sandbox.messages()[0]).toMatchObject({
      route: 'submission',
      login: mailbox,
      tenant: defaults.tenantId,
    });
  });

  const hasSwaks = spawnSync('swaks', ['--version']).status === 0;
  it.skipIf(!hasSwaks)('swaks submits with LOGIN', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    afterTest(() => rm(directory, { recursive: true }));
    const sandbox = await running({ directory });
    const { host, port, password } = sandbox.submission;
    const parameters =
      `--server ${host} --port ${port} --ehlo relay.contoso.com --tls --tls-ca-path ${join(directory, 'ca.pem')} ` +
      `--auth LOGIN --auth-user ${mailbox} --auth-password ${password} --from ${mailbox} --to x@outside.example`;
    const { code, text } = await swaks(parameters.split(' '));
    expect(text).toMatch(/<~ {2}250 2\.6\.0 /);
    expect(code).toBe(0);
    expect(sandbox.messages()).toHaveLength(1);
  });
});

function swaks(parameters: readonly string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn('swaks', parameters);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}
