/** Faults built for real: what was broken, and that the tester or the doctor names the cause and the mend first. */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { TestAuthority } from '../../src/connector/testing/certificates.ts';
import { createTestAuthority } from '../../src/connector/testing/certificates.ts';
import type { NextHopOptions } from '../../src/connector/testing/fake-next-hop.ts';
import { FakeNextHop } from '../../src/connector/testing/fake-next-hop.ts';
import { instant } from '../../src/platform/clock.ts';
import type { NameServer, Zone } from './dns-server.ts';
import { startNameServer } from './dns-server.ts';
import type { Patient, Told } from './patient.ts';
import { examine, talk } from './patient.ts';

let authority: TestAuthority;
let sandbox: Sandbox;
let names: NameServer;
const owned: AsyncDisposable[] = [];
let named = 0;
let asked = 0;

beforeAll(async () => {
  authority = await createTestAuthority();
  sandbox = await startSandbox();
  names = await startNameServer();
});

afterAll(async () => {
  for (const one of owned) await one[Symbol.asyncDispose]();
  await names[Symbol.asyncDispose]();
  await sandbox.stop();
  process.stdout.write(`faults named with cause and mend first: ${named} of ${asked}\n`);
});

async function hop(options: NextHopOptions = {}): Promise<number> {
  const started = await FakeNextHop.start(options);
  owned.push(started);
  return started.port;
}

const starttls = ['STARTTLS', 'PIPELINING', 'SIZE 1000000'];

function to(port: number, more: Record<string, unknown> = {}): Patient {
  const route = { type: 'smart-host', hosts: [`127.0.0.1:${port}`] };
  return {
    connectors: [
      {
        name: 'out',
        route,
        serverName: 'mail.example.net',
        timeouts: { connect: '2s', command: '2s' },
        ...more,
      },
    ],
    secrets: { ca: authority.certificate },
  };
}

async function withIdentity(leaf: Parameters<TestAuthority['issue']>[0], more: Record<string, unknown> = {}) {
  const identity = await authority.issue(leaf);
  return to(await hop({ offers: starttls, identity }), more);
}

async function refusing(verb: string, reply: string): Promise<Told> {
  const port = await hop({ on: (step) => (step.verb === verb ? reply : undefined) });
  return talk(to(port, { tls: 'off' }), { from: 'scan@contoso.com', to: 'ann@fabrikam.com' });
}

function bySandbox(
  more: Record<string, unknown> = {},
  place: 'mx' | 'submission' | 'graph' = 'submission',
): Patient {
  const { tenantId, clientId, secret, url } = sandbox.identity;
  const credential = { type: 'oauth', tenantId, clientId, secret, authority: url, ...more };
  const routes = {
    mx: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
    submission: {
      type: 'smtp-submission',
      service: 'exchange-online',
      host: '127.0.0.1',
      port: sandbox.submission.port,
      mailbox: sandbox.submission.mailbox,
      credential,
    },
    graph: { type: 'graph', mailbox: 'relay@contoso.com', credential, endpoint: sandbox.graph.url },
  };
  const serverName = place === 'mx' ? sandbox.mx.name : sandbox.submission.name;
  return {
    connectors: [{ name: 'out', route: routes[place], serverName }],
    secrets: { ca: sandbox.caPem, credential: { secret: (more['secret'] as string | undefined) ?? secret } },
  };
}

/** Sandbox with switches turned for one question. */
async function switched(
  change: Parameters<Sandbox['switches']['set']>[0],
  ask: () => Promise<Told>,
): Promise<Told> {
  const before = { ...sandbox.switches.current };
  sandbox.switches.set(change);
  try {
    return await ask();
  } finally {
    sandbox.switches.set(before);
  }
}

const contoso = [{ name: 'printer', networks: ['10.0.0.1'], senders: ['scan@contoso.com'] }];

function zone(zones: Record<string, Zone>, more: Patient = {}): Patient {
  names.zones = zones;
  return { sources: contoso, environment: { dns: names.dns }, ...more };
}

const spf = (txt: readonly string[], more: Record<string, Zone> = {}, egress = ['203.0.113.9']) =>
  examine(
    zone(
      { 'contoso.com': { txt }, ...more },
      { egress, connectors: [{ name: 'mx', route: { type: 'exchange-online', host: 'mx.contoso.com' } }] },
    ),
    'spf',
  );

const exchangeOnline = (host?: string) => ({
  connectors: [{ name: 'mx', route: { type: 'exchange-online', ...(host !== undefined && { host }) } }],
});

const day = 86_400_000;

interface Row {
  readonly fault: string;
  readonly told: () => Promise<Told>;
  readonly cause: RegExp;
  readonly mend: RegExp;
}

const rows: readonly Row[] = [
  {
    fault: 'nothing listens on the port',
    told: async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      return talk(to(port));
    },
    cause: /refuses the connection/,
    mend: /port/,
  },
  {
    fault: 'the host name does not exist',
    told: () =>
      talk(
        zone(
          {},
          { connectors: [{ name: 'out', route: { type: 'smart-host', hosts: ['mail.nowhere.example'] } }] },
        ),
      ),
    cause: /does not exist/,
    mend: /name/,
  },
  {
    fault: 'the server says nothing: a port with TLS from the first octet is spoken to in clear',
    told: async () =>
      talk(
        to(
          await hop({ implicitTls: true, identity: await authority.issue({ names: ['mail.example.net'] }) }),
        ),
      ),
    cause: /no answer|does not answer|closed/i,
    mend: /implicitTls/,
  },
  {
    fault: 'implicit TLS towards a port with STARTTLS',
    told: async () => talk(to(await hop(), { implicitTls: true })),
    cause: /does not speak TLS/,
    mend: /implicitTls/,
  },
  {
    fault: 'no STARTTLS where TLS is required',
    told: async () => talk(to(await hop())),
    cause: /does not offer STARTTLS/,
    mend: /firewall|opportunistic/,
  },
  {
    fault: 'what listens is no SMTP server',
    told: async () =>
      talk(
        to(await hop({ on: ({ verb }) => (verb === 'connect' ? 'HTTP/1.1 400 Bad Request' : undefined) })),
      ),
    cause: /does not speak SMTP/,
    mend: /host and port/,
  },
  {
    fault: 'certificate expired',
    told: async () =>
      talk(await withIdentity({ names: ['mail.example.net'], notAfter: new Date('2026-01-01') })),
    cause: /expired/,
    mend: /renewed/,
  },
  {
    fault: 'certificate not yet valid',
    told: async () =>
      talk(await withIdentity({ names: ['mail.example.net'], notBefore: new Date('2090-01-01') })),
    cause: /valid from/,
    mend: /clock/,
  },
  {
    fault: 'certificate for another name',
    told: async () => talk(await withIdentity({ names: ['other.example.net'] })),
    cause: /other\.example\.net.*mail\.example\.net was expected/,
    mend: /serverName/,
  },
  {
    fault: 'self-signed certificate',
    told: async () => {
      const { selfSigned } = await import('../../src/platform/certificates.ts');
      const own = await selfSigned('mail.example.net', { now: new Date(), days: 100 });
      return talk(to(await hop({ offers: starttls, identity: { ...own, fingerprint: '' } })));
    },
    cause: /self-signed/,
    mend: /ca/,
  },
  {
    fault: 'incomplete chain, or an unknown authority',
    told: async () => {
      const other = await createTestAuthority('Other Root');
      const identity = await other.issue({ names: ['mail.example.net'] });
      return talk(to(await hop({ offers: starttls, identity })));
    },
    cause: /issuer is unknown/,
    mend: /intermediate/,
  },
  {
    fault: 'pinned certificate was renewed',
    told: async () =>
      talk(await withIdentity({ names: ['mail.example.net'] }, { pin: `sha256:${'ab'.repeat(32)}` })),
    cause: /not pinned/,
    mend: /pin/,
  },
  {
    fault: 'server with TLS 1.0 only',
    told: async () => {
      const identity = await authority.issue({ names: ['mail.example.net'] });
      return talk(to(await hop({ offers: starttls, identity, maxVersion: 'TLSv1' })));
    },
    cause: /TLS version|handshake/,
    mend: /minimumTls|TLS/,
  },
  {
    fault: 'server asks for a client certificate that is not there',
    told: async () => {
      const identity = await authority.issue({ names: ['mail.example.net'] });
      return talk(
        to(await hop({ offers: starttls, identity, clientCa: authority.certificate, maxVersion: 'TLSv1.2' })),
      );
    },
    cause: /handshake|client certificate/,
    mend: /certificate/,
  },
  {
    fault: 'certificate ends within days',
    told: async () =>
      talk(await withIdentity({ names: ['mail.example.net'], notAfter: new Date(Date.now() + 5 * day) })),
    cause: /ends in [45] days/,
    mend: /renewed/,
  },
  {
    fault: 'greylisting',
    told: () => refusing('RCPT', '451 4.7.1 Greylisted, please try again later'),
    cause: /greylisting/,
    mend: /tried again/,
  },
  {
    fault: 'TLS from a connector that goes on in clear',
    told: async () => talk(to(await hop(), { tls: 'opportunistic' })),
    cause: /goes in clear/,
    mend: /firewall/,
  },
  {
    fault: 'sender domain that the tenant does not accept',
    told: () =>
      switched({ mxFault: '' }, () =>
        talk(bySandbox({}, 'mx'), { from: 'scan@stranger.example', to: 'ann@fabrikam.com' }),
      ),
    cause: /domain|tenant|relay/i,
    mend: /domain|connector/i,
  },
  {
    fault: 'the sending address is in no inbound connector',
    told: () =>
      switched({ disabledConnectors: ['loopback', 'certificate'] }, () =>
        talk(bySandbox({}, 'mx'), { from: 'scan@contoso.com', to: 'ann@fabrikam.com' }),
      ),
    cause: /connector|relay|address|tenant/i,
    mend: /InboundConnector|connector/i,
  },
  {
    fault: 'SMTP AUTH is switched off for the tenant',
    told: () => switched({ smtpAuthDisabledTenants: [sandbox.identity.tenantId] }, () => talk(bySandbox())),
    cause: /SMTP AUTH|disabled|SmtpClientAuthentication/i,
    mend: /Set-|SmtpClientAuthenticationDisabled/,
  },
  {
    fault: 'expired client secret',
    told: () =>
      switched({ expiredSecrets: [sandbox.identity.secretId] }, () => examine(bySandbox(), 'token')),
    cause: /AADSTS7000222/,
    mend: /secret/i,
  },
  {
    fault: 'wrong client secret',
    told: () => examine(bySandbox({ secret: 'wrong-test-value' }), 'token'),
    cause: /AADSTS7000215/,
    mend: /secret/i,
  },
  {
    fault: 'consent withdrawn: no role in the token',
    told: () =>
      switched({ consentWithdrawnFor: [sandbox.identity.clientId] }, () => examine(bySandbox(), 'token')),
    cause: /needs SMTP\.SendAsApp.*consent/,
    mend: /admin consent/,
  },
  {
    fault: 'wrong audience',
    told: () => examine(bySandbox({ scope: 'https://graph.microsoft.com/.default' }), 'token'),
    cause: /needs SMTP\.SendAsApp/,
    mend: /scope/,
  },
  {
    fault: 'the token endpoint does not answer',
    told: () => switched({ tokenEndpointFault: '503' }, () => examine(bySandbox(), 'token')),
    cause: /503/,
    mend: /again later/,
  },
  {
    fault: 'clock of this machine is behind',
    told: () => switched({ identityClockSkewSeconds: 200 }, () => examine(bySandbox(), 'clock')),
    cause: /200 seconds behind|19\d seconds behind|20\d seconds behind/,
    mend: /NTP/,
  },
  {
    fault: 'clock of this machine is ahead',
    told: () => switched({ identityClockSkewSeconds: -200 }, () => examine(bySandbox(), 'clock')),
    cause: /seconds ahead/,
    mend: /NTP/,
  },
  { fault: 'no SPF record', told: () => spf([]), cause: /no SPF record/, mend: /v=spf1 ip4:203\.0\.113\.9/ },
  {
    fault: 'two SPF records',
    told: () => spf(['v=spf1 -all', 'v=spf1 ip4:203.0.113.9 -all']),
    cause: /permerror.*2 SPF records/,
    mend: /Merge/,
  },
  {
    fault: 'SPF: the address of the relay is missing',
    told: () => spf(['v=spf1 ip4:198.51.100.1 -all']),
    cause: /203\.0\.113\.9.*missing from the record/,
    mend: /ip4:198\.51\.100\.1 ip4:203\.0\.113\.9 -all/,
  },
  {
    fault: 'SPF: softfail for our address',
    told: () => spf(['v=spf1 ~all']),
    cause: /softfail/,
    mend: /ip4:203\.0\.113\.9/,
  },
  {
    fault: 'SPF: too many look-ups',
    told: () =>
      spf(
        [`v=spf1 ${Array.from({ length: 11 }, (_, n) => `include:s${n}.example`).join(' ')} -all`],
        Object.fromEntries(
          Array.from({ length: 11 }, (_, n) => [`s${n}.example`, { txt: ['v=spf1 ip4:192.0.2.9 -all'] }]),
        ),
      ),
    cause: /more than 10 terms/,
    mend: /includes? out/,
  },
  {
    fault: 'SPF: a term that cannot be read',
    told: () => spf(['v=spf1 ip4:203.0.113.900 -all']),
    cause: /permerror/,
    mend: /Correct the record/,
  },
  {
    fault: 'SPF: includes a domain without a record',
    told: () => spf(['v=spf1 include:gone.example -all']),
    cause: /no SPF record to include/,
    mend: /Correct the record/,
  },
  {
    fault: 'SPF: too many names that do not exist',
    told: () => spf(['v=spf1 a:x1.example a:x2.example a:x3.example -all']),
    cause: /look-ups found nothing/,
    mend: /do not exist/,
  },
  {
    fault: 'DKIM is not set up',
    told: () => examine(zone({ 'contoso.com': { txt: [] } }, exchangeOnline('mx.contoso.com')), 'dkim'),
    cause: /neither selector/,
    mend: /Set-DkimSigningConfig/,
  },
  {
    fault: 'one DKIM selector is missing',
    told: () =>
      examine(
        zone(
          { 'selector1._domainkey.contoso.com': { txt: ['v=DKIM1; p=AAAA'] } },
          exchangeOnline('mx.contoso.com'),
        ),
        'dkim',
      ),
    cause: /selector2.* is missing/,
    mend: /Get-DkimSigningConfig/,
  },
  {
    fault: 'no DMARC record',
    told: () => examine(zone({ 'contoso.com': {} }), 'dmarc'),
    cause: /no DMARC record/,
    mend: /v=DMARC1/,
  },
  {
    fault: 'two DMARC records',
    told: () =>
      examine(zone({ '_dmarc.contoso.com': { txt: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] } }), 'dmarc'),
    cause: /2 DMARC records/,
    mend: /one record/,
  },
  {
    fault: 'DMARC without a policy',
    told: () =>
      examine(zone({ '_dmarc.contoso.com': { txt: ['v=DMARC1; rua=mailto:x@contoso.com'] } }), 'dmarc'),
    cause: /no usable policy/,
    mend: /none, quarantine or reject/,
  },
  {
    fault: 'MX moved to mx.microsoft',
    told: () =>
      examine(
        zone(
          { 'contoso.com': { mx: ['contoso-com.k-v1.mx.microsoft'] } },
          exchangeOnline('contoso-com.mail.protection.outlook.com'),
        ),
        'mx',
      ),
    cause: /moved to mx\.microsoft/,
    mend: /contoso-com\.k-v1\.mx\.microsoft/,
  },
  {
    fault: 'MX leads to another filter',
    told: () => examine(zone({ 'contoso.com': { mx: ['mx.filter.example'] } }, exchangeOnline()), 'mx'),
    cause: /no host of Microsoft 365/,
    mend: /route\.host/,
  },
  {
    fault: 'no MX at all',
    told: () => examine(zone({ 'contoso.com': {} }, exchangeOnline()), 'mx'),
    cause: /are none/,
    mend: /MX record/,
  },
  {
    fault: 'name servers fail',
    told: () => examine(zone({ 'contoso.com': { broken: true } }), 'resolver'),
    cause: /no name server answered/,
    mend: /resolv\.conf/,
  },
  {
    fault: 'IPv6 trap at a smart host of Microsoft',
    told: () =>
      examine(
        zone(
          { 'contoso-com.mail.protection.outlook.com': { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] } },
          {
            connectors: [
              {
                name: 'out',
                route: { type: 'smart-host', hosts: ['contoso-com.mail.protection.outlook.com:25'] },
              },
            ],
          },
        ),
        'ipv6',
      ),
    cause: /IPv4 addresses alone/,
    mend: /ipVersion: 4/,
  },
  {
    fault: 'mail leaves from an address that is not ours',
    told: async () => {
      const port = await hop({
        offers: [],
        on: ({ verb }) => (verb === 'EHLO' ? '250 mx.example Hello [198.51.100.7]' : undefined),
      });
      return examine({ ...to(port, { tls: 'off' }), egress: ['203.0.113.9'] }, 'egress');
    },
    cause: /leaves from 198\.51\.100\.7/,
    mend: /SenderIPAddresses/,
  },
  {
    fault: 'the public address has drifted',
    told: async () => {
      const port = await hop({
        on: ({ verb }) => (verb === 'EHLO' ? '250 mx.example Hello [198.51.100.7]' : undefined),
      });
      const egressHistory = [{ connector: 'out', address: '198.51.100.1', at: instant(0) }];
      return examine({ ...to(port, { tls: 'off' }), egressHistory }, 'egress');
    },
    cause: /left from 198\.51\.100\.1 before/,
    mend: /fixed address/,
  },
  {
    fault: 'disk nearly full',
    told: () => examine({ minimumFree: Number.MAX_SAFE_INTEGER }, 'disk'),
    cause: /no mail is taken/,
    mend: /Make room/,
  },
  {
    fault: 'listener certificate without RSA, for old devices',
    told: async () =>
      examine(
        {
          listeners: [{ name: 'devices', tls: 'starttls', minimumTls: '1.2' }],
          listenerPem: (await authority.issue({ names: ['relay.contoso.com'] })).certificate,
        },
        'listener-certificate',
      ),
    cause: /no RSA/,
    mend: /RSA pair/,
  },
  {
    fault: 'listener certificate ended',
    told: async () =>
      examine(
        {
          listeners: [{ name: 'devices', tls: 'starttls', minimumTls: '1.2' }],
          listenerPem: (
            await authority.issue({ names: ['relay.contoso.com'], notAfter: new Date('2026-01-01') })
          ).certificate,
        },
        'listener-certificate',
      ),
    cause: /ended on/,
    mend: /Renew/,
  },
  {
    fault: 'TLS 1.0 still open',
    told: () =>
      examine({ listeners: [{ name: 'devices', tls: 'starttls', minimumTls: '1.0' }] }, 'tls-floor'),
    cause: /deprecated/,
    mend: /1\.2/,
  },
  {
    fault: 'passwords in clear',
    told: () =>
      examine(
        { listeners: [{ name: 'devices', tls: 'starttls', minimumTls: '1.2', authWithoutTls: true }] },
        'tls-floor',
      ),
    cause: /in clear/,
    mend: /STARTTLS/,
  },
  {
    fault: 'a range that is far too wide',
    told: () =>
      examine(
        {
          sources: [
            { name: 'all', networks: [{ range: '10.0.0.0/8', dangerous: true }], senders: ['*@contoso.com'] },
          ],
        },
        'allow-list',
      ),
    cause: /10\.0\.0\.0\/8/,
    mend: /addresses of the devices/,
  },
  {
    fault: 'password at Exchange Online, which ends',
    told: () =>
      examine(
        {
          connectors: [
            {
              name: 'old',
              route: {
                type: 'smtp-submission',
                service: 'exchange-online',
                credential: { type: 'password', username: 'a@contoso.com', password: 'test-value' },
              },
            },
          ],
        },
        'basic-authentication',
      ),
    cause: /old log in with a password.*2026-12-31/,
    mend: /oauth/,
  },
  {
    fault: 'client certificate without its intermediate',
    told: async () => {
      const { certificate, key } = await authority.issue({ names: ['relay.contoso.com'] });
      return examine(
        {
          connectors: [
            { name: 'mx', route: { type: 'exchange-online', host: '127.0.0.1', certificate: 'x', key: 'y' } },
          ],
          secrets: { certificate, key },
        },
        'client-certificate',
      );
    },
    cause: /leaf alone/,
    mend: /intermediate/,
  },
  {
    fault: 'client certificate of a name outside the accepted domains',
    told: async () => {
      const { certificate, key } = await authority.issue({ names: ['relay.other.example'] });
      return examine(
        {
          connectors: [
            { name: 'mx', route: { type: 'exchange-online', host: '127.0.0.1', certificate: 'x', key: 'y' } },
          ],
          secrets: { certificate: certificate + '\n' + authority.certificate, key },
        },
        'client-certificate',
      );
    },
    cause: /none of them in the accepted domains/,
    mend: /TlsSenderCertificateName/,
  },
];

test.each(rows)('$fault', async ({ told, cause, mend }) => {
  asked += 1;
  const { cause: said, mend: todo } = await told();
  expect(said).toMatch(cause);
  expect(todo).toMatch(mend);
  named += 1;
});
