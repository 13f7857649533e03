import { describe, expect, it } from 'vitest';
import type { KeyPair } from '../certificates.ts';
import { CertificateAuthority } from '../certificates.ts';
import type { Sandbox } from '../sandbox.ts';
import type { InboundConnector, TenantConfig } from '../tenant/config.ts';
import { RawClient } from '../testing/raw-client.ts';
import { afterTest, running } from '../testing/running.ts';

const tenant = (change: Partial<TenantConfig> = {}): TenantConfig => ({
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  domains: [{ name: 'contoso.com' }],
  recipients: 'known',
  mailboxes: [{ address: 'known@contoso.com' }],
  ...change,
});
const byAddress: InboundConnector = {
  name: 'address',
  type: 'OnPremises',
  senderIpAddresses: ['127.0.0.0/24'],
};
const byCertificate: InboundConnector = {
  name: 'certificate',
  type: 'OnPremises',
  tlsSenderCertificateName: '*.contoso.com',
};
const fabrikam: TenantConfig = {
  id: 'bbbbbbbb-0000-4000-8000-000000000002',
  domains: [{ name: 'fabrikam.example' }],
};

async function client(
  sandbox: Sandbox,
  pair?: { readonly cert: string; readonly key: string },
): Promise<RawClient> {
  const raw = await RawClient.open(sandbox.mx.port, sandbox.mx.host);
  afterTest(() => raw.end());
  await raw.reply();
  await raw.line('EHLO relay.contoso.com');
  if (pair !== undefined) {
    await raw.line('STARTTLS');
    await raw.startTls({ ca: sandbox.caPem, servername: sandbox.mx.name, ...pair });
    await raw.line('EHLO relay.contoso.com');
  }
  return raw;
}

/** The reply to RCPT. */
async function recipient(raw: RawClient, from: string, to: string): Promise<string> {
  await raw.line(`MAIL FROM:<${from}>`);
  const reply = await raw.line(`RCPT TO:<${to}>`);
  await raw.line('RSET');
  return reply;
}

const whole = ({ chainPem, keyPem }: KeyPair): { cert: string; key: string } => ({
  cert: chainPem,
  key: keyPem,
});

describe('a connector by address', () => {
  it.each([
    ['an accepted domain, outwards', 'a@contoso.com', 'x@outside.example', /^250 /],
    ['an accepted domain, to a known recipient', 'a@contoso.com', 'known@contoso.com', /^250 /],
    [
      'an unknown recipient of its own (DBEB)',
      'a@contoso.com',
      'no@contoso.com',
      /^550 5\.4\.1 \[no@contoso\.com\]: Recipient address rejected: Access denied/,
    ],
    ['a domain that is not accepted', 'a@other.example', 'x@outside.example', /^550 5\.7\.64 .*ATTR36/],
    ['the null sender, which has no domain', '', 'x@outside.example', /^550 5\.7\.64 .*ATTR36/],
    ['the null sender to a hosted recipient', '', 'known@contoso.com', /^250 /],
    ["another tenant's domain", 'a@fabrikam.example', 'x@outside.example', /^550 5\.7\.64 .*ATTR36/],
  ])('judges %s', async (_why, from, to, reply) => {
    const sandbox = await running({ tenants: [tenant({ connectors: [byAddress] }), fabrikam] });
    expect(await recipient(await client(sandbox), from, to)).toMatch(reply);
  });

  it('takes ranges from /24 to /32 alone, and no other address', async () => {
    const narrow = { ...byAddress, senderIpAddresses: ['127.0.0.0/8', '127.0.0.9/32', '203.0.113.0/24'] };
    const sandbox = await running({ tenants: [tenant({ connectors: [narrow] })] });
    expect(await recipient(await client(sandbox), 'a@contoso.com', 'x@outside.example')).toMatch(
      /^550 5\.7\.64 TenantAttribution; Relay Access Denied/,
    );
  });

  it('relays nothing while it is disabled, and says so by ATTR36', async () => {
    const sandbox = await running({ tenants: [tenant({ connectors: [byAddress] })] });
    const raw = await client(sandbox);
    sandbox.switches.set({ disabledConnectors: ['address'] });
    expect(await recipient(raw, 'a@contoso.com', 'x@outside.example')).toMatch(/^550 5\.7\.64 .*ATTR36/);
    sandbox.switches.set({ disabledConnectors: [] });
    expect(await recipient(raw, 'a@contoso.com', 'x@outside.example')).toMatch(/^250 /);
  });
});

describe('a connector by certificate', () => {
  const tenants = [tenant({ connectors: [byCertificate] })];

  it('relays for any sender, the null sender too, when the certificate names an accepted domain', async () => {
    const sandbox = await running({ tenants });
    const pair = await sandbox.issueClientCertificate({ names: ['relay.contoso.com'], purposes: ['client'] });
    const raw = await client(sandbox, whole(pair));
    expect(await recipient(raw, '', 'x@outside.example')).toMatch(/^250 /);
    expect(await recipient(raw, 'a@other.example', 'x@outside.example')).toMatch(/^250 /);
  });

  it('finds the name in the alternatives, and a wildcard certificate by a host name', async () => {
    const byHost = { ...byCertificate, tlsSenderCertificateName: 'mail.contoso.com' };
    const sandbox = await running({ tenants: [tenant({ connectors: [byHost] })] });
    const pair = await sandbox.issueClientCertificate({
      names: ['other.example', '*.contoso.com'],
      purposes: ['server', 'client'],
    });
    expect(await recipient(await client(sandbox, whole(pair)), '', 'x@outside.example')).toMatch(/^250 /);
  });

  it('does not believe a leaf without its intermediate (KB3212877)', async () => {
    const sandbox = await running({ tenants });
    const pair = await sandbox.issueClientCertificate({ names: ['relay.contoso.com'], purposes: ['client'] });
    const raw = await client(sandbox, { cert: pair.certificatePem, key: pair.keyPem });
    expect(await recipient(raw, 'a@contoso.com', 'x@outside.example')).toMatch(/^550 5\.7\.64 /);
  });

  it('does not believe a private authority', async () => {
    const sandbox = await running({ tenants });
    const private_ = await CertificateAuthority.make(Date.now());
    const pair = await private_.issueClient({ names: ['relay.contoso.com'], purposes: ['client'] });
    const raw = await client(sandbox, whole(pair));
    expect(await recipient(raw, 'a@contoso.com', 'x@outside.example')).toMatch(/^550 5\.7\.64 /);
  });

  it('does not believe one that has expired', async () => {
    const sandbox = await running({ tenants });
    const pair = await sandbox.issueClientCertificate({
      names: ['relay.contoso.com'],
      purposes: ['client'],
      notAfter: Date.now() - 1000,
    });
    const raw = await client(sandbox, whole(pair));
    expect(await recipient(raw, 'a@contoso.com', 'x@outside.example')).toMatch(/^550 5\.7\.64 /);
  });

  it('asks for the purpose clientAuth only when the switch says so', async () => {
    const sandbox = await running({ tenants });
    const pair = await sandbox.issueClientCertificate({ names: ['relay.contoso.com'], purposes: ['server'] });
    const raw = await client(sandbox, whole(pair));
    expect(await recipient(raw, '', 'x@outside.example')).toMatch(/^250 /);
    sandbox.switches.set({ clientAuthPurposeRequired: true });
    expect(await recipient(raw, '', 'x@outside.example')).toMatch(/^550 5\.7\.64 /);
  });

  it('comes before MAIL FROM: another tenant’s sender is attributed to the certificate', async () => {
    const sandbox = await running({ tenants: [fabrikam, ...tenants] });
    const pair = await sandbox.issueClientCertificate({ names: ['relay.contoso.com'], purposes: ['client'] });
    const raw = await client(sandbox, whole(pair));
    await raw.line('MAIL FROM:<a@fabrikam.example>');
    await raw.line('RCPT TO:<x@outside.example>');
    await raw.line('DATA');
    raw.send('Subject: x\r\n\r\n.\r\n');
    await raw.reply();
    expect(sandbox.messages()[0]).toMatchObject({ tenant: tenants[0]?.id, connector: 'certificate' });
  });
});

describe('strangers', () => {
  it('are refused Direct Send by their envelope domain where the organisation says so', async () => {
    const sandbox = await running({ tenants: [tenant({ rejectDirectSend: true })] });
    const raw = await client(sandbox);
    expect(await recipient(raw, 'a@contoso.com', 'known@contoso.com')).toMatch(/^550 5\.7\.68 /);
    expect(await recipient(raw, 'a@other.example', 'known@contoso.com')).toMatch(/^250 /);
    sandbox.switches.set({ rejectDirectSendTenants: [] });
    expect(await recipient(raw, 'a@contoso.com', 'known@contoso.com')).toMatch(/^250 /);
  });

  it('are refused by a partner connector that wants another address', async () => {
    const partner: InboundConnector = {
      name: 'partner',
      type: 'Partner',
      senderDomains: ['*.partner.example'],
      senderIpAddresses: ['203.0.113.7'],
      restrictDomainsToIpAddresses: true,
    };
    const sandbox = await running({ tenants: [tenant({ connectors: [partner] })] });
    const raw = await client(sandbox);
    expect(await recipient(raw, 'a@mail.partner.example', 'known@contoso.com')).toMatch(/^550 5\.7\.51 /);
    expect(await recipient(raw, 'a@other.example', 'known@contoso.com')).toMatch(/^250 /);
  });

  it('may not send over IPv6 without a reverse name, nor without SPF', async () => {
    const zone = { 'sender.example': ['v=spf1 ip6:::1 -all'] };
    const nameless = await running({ address: '::1', tenants: [tenant({ connectors: [byAddress] })] });
    expect(await recipient(await client(nameless), 'a@sender.example', 'known@contoso.com')).toMatch(
      /^450 4\.7\.25 .*\[::1\] must have reverse DNS record/,
    );
    const sandbox = await running({
      address: '::1',
      tenants: [tenant()],
      zone,
      reverse: { '::1': 'mail.sender.example' },
    });
    const raw = await client(sandbox);
    const send = async (from: string): Promise<string> => {
      await raw.line(`MAIL FROM:<${from}>`);
      await raw.line('RCPT TO:<known@contoso.com>');
      await raw.line('DATA');
      raw.send(`From: ${from}\r\n\r\n.\r\n`);
      return raw.reply();
    };
    expect(await send('a@elsewhere.example')).toMatch(/^450 4\.7\.26 /);
    expect(await send('a@sender.example')).toMatch(/^250 2\.6\.0 /);
    expect(sandbox.messages()[0]?.spf).toBe('pass');
  });

  it('are refused by the DMARC policy of their From field', async () => {
    const zone = { '_dmarc.strict.example': ['v=DMARC1; p=reject'], 'strict.example': ['v=spf1 -all'] };
    const sandbox = await running({ tenants: [tenant()], zone });
    const raw = await client(sandbox);
    await raw.line('MAIL FROM:<a@strict.example>');
    await raw.line('RCPT TO:<known@contoso.com>');
    await raw.line('DATA');
    raw.send('From: a@strict.example\r\n\r\n.\r\n');
    expect(await raw.reply()).toMatch(/^550 5\.7\.509 Access denied, sending domain \[STRICT\.EXAMPLE\]/);
  });
});

describe('recipients', () => {
  it('are 200 of one domain at most in one transaction', async () => {
    const sandbox = await running();
    const raw = await client(sandbox);
    const lines = Array.from({ length: 201 }, (_, at) => `RCPT TO:<u${at}@outside.example>\r\n`);
    raw.send(`MAIL FROM:<a@contoso.com>\r\n${lines.join('')}RCPT TO:<u@elsewhere.example>\r\n`);
    const replies: string[] = [];
    for (let at = 0; at < 203; at += 1) replies.push(await raw.reply());
    expect(replies.slice(0, 201).every((reply) => reply.startsWith('250'))).toBe(true);
    expect(replies[201]).toMatch(/^452 4\.5\.3 Too many recipients/);
    expect(replies[202]).toMatch(/^250 /);
  });
});
