/** Real TLS servers with wrong certificates, and wrong certificates of our own. */
import { selfSigned } from '../../../src/platform/certificates.ts';
import type { Fault } from './world.ts';
import { createTestAuthority } from '../../../src/connector/testing/certificates.ts';
import { examine, given, hop, starttls, talk, to, withIdentity, zone } from './world.ts';

const name = 'mail.example.net';
const day = 86_400_000;
const clientAuth = '1.3.6.1.5.5.7.3.2';
const serverAuth = '1.3.6.1.5.5.7.3.1';
const expired = new Date('2026-01-01');

const device = { name: 'devices', tls: 'starttls', minimumTls: '1.2' };

async function listener(leaf: { names: readonly string[]; notAfter?: Date }) {
  const { certificate } = await given().authority.issue(leaf);
  return examine(zone({}, { listeners: [device], listenerPem: certificate }));
}

/** A connector that presents this certificate to the stand-in's MX. */
async function presenting(
  leaf: Parameters<ReturnType<typeof given>['authority']['issue']>[0],
  chain: boolean,
) {
  const { authority, sandbox } = given();
  const { certificate, key } = await authority.issue(leaf);
  const route = {
    type: 'exchange-online',
    host: '127.0.0.1',
    port: sandbox.mx.port,
    certificate: 'x',
    key: 'y',
  };
  const pem = chain ? `${certificate}\n${authority.certificate}` : certificate;
  return examine(
    zone(
      {},
      {
        connectors: [{ name: 'mx', route, serverName: sandbox.mx.name }],
        secrets: { ca: sandbox.caPem, certificate: pem, key },
      },
    ),
  );
}

export const certificateFaults: readonly Fault[] = [
  {
    fault: 'certificate expired',
    told: async () => talk(await withIdentity({ names: [name], notAfter: expired })),
    id: 'tester certificate tls-expired',
    cause: 'that expired',
    mend: 'The certificate must be renewed on that server',
  },
  {
    fault: 'certificate expired, asked of the doctor',
    told: async () => examine(await withIdentity({ names: [name], notAfter: expired })),
    id: 'doctor next-hop-certificate:out',
    cause: 'that expired',
    mend: 'The certificate must be renewed on that server',
  },
  {
    fault: 'certificate not yet valid',
    told: async () => talk(await withIdentity({ names: [name], notBefore: new Date('2090-01-01') })),
    id: 'tester certificate tls-not-yet-valid',
    cause: 'valid from Jan',
    mend: 'Set the clock of this machine (NTP)',
  },
  {
    fault: 'certificate for another name',
    told: async () => talk(await withIdentity({ names: ['other.example.net'] })),
    id: 'tester certificate tls-name-mismatch',
    cause: 'DNS:other.example.net, and mail.example.net was expected',
    mend: 'set `serverName` of the connector',
  },
  {
    fault: 'certificate that is not made for servers (extended key usage)',
    told: async () => talk(await withIdentity({ names: [name], usages: [clientAuth] })),
    id: 'tester certificate tls-usage',
    cause: 'its extended key usage is without serverAuth',
    mend: 'with the extended key usage serverAuth',
  },
  {
    fault: 'self-signed certificate',
    told: async () => {
      const pair = await selfSigned(name, { now: new Date(), days: 100 });
      return talk(to(await hop({ offers: starttls, identity: { ...pair, fingerprint: '' } })));
    },
    id: 'tester certificate tls-self-signed',
    cause: 'presents a self-signed certificate for CN=mail.example.net',
    mend: 'Set `ca` of the connector to this certificate, or `pin` to its fingerprint',
  },
  {
    fault: 'the intermediate certificate is left out',
    told: async () => {
      const identity = await (await given().authority.below('Issuing CA 7')).issue({ names: [name] });
      return talk(to(await hop({ offers: starttls, identity })));
    },
    id: 'tester certificate tls-issuer-unknown',
    cause: 'whose issuer is unknown here (CN=Issuing CA 7)',
    mend: 'the server leaves out its intermediate certificate',
  },
  {
    fault: 'an unknown authority',
    told: async () => {
      const identity = await (await createTestAuthority('Other Root')).issue({ names: [name] });
      return talk(to(await hop({ offers: starttls, identity })));
    },
    id: 'tester certificate tls-issuer-unknown',
    cause: 'whose issuer is unknown here (CN=Other Root)',
    mend: 'Set `ca` of the connector to the root of that issuer',
  },
  {
    fault: 'a pinned certificate was renewed',
    told: async () => talk(await withIdentity({ names: [name] }, { pin: `sha256:${'ab'.repeat(32)}` })),
    id: 'tester certificate tls-pin-mismatch',
    cause: 'which is not pinned',
    mend: 'put the new fingerprint into `pin`',
  },
  {
    fault: 'certificate ends within days',
    told: async () => talk(await withIdentity({ names: [name], notAfter: new Date(Date.now() + 5.5 * day) })),
    id: 'tester certificate tls-expires-soon',
    cause: 'it ends in 5 days',
    mend: 'It must be renewed on that server soon',
  },
  {
    fault: 'server with TLS 1.0 only',
    told: async () => {
      const identity = await given().authority.issue({ names: [name] });
      return talk(to(await hop({ offers: starttls, identity, maxVersion: 'TLSv1' })));
    },
    id: 'tester tls tls-version',
    cause: 'shares no TLS version with this connector',
    mend: 'Set `minimumTls` of the connector',
  },
  {
    fault: 'server with TLS 1.0 that the connector puts up with',
    told: async () => {
      const identity = await given().authority.issue({ names: [name] });
      const port = await hop({ offers: starttls, identity, maxVersion: 'TLSv1' });
      return talk(to(port, { minimumTls: '1.0' }));
    },
    id: 'tester tls tls-version-old',
    cause: 'TLS 1.0 with',
    mend: 'let the server be brought to TLS 1.2',
  },
  {
    fault: 'server asks for a client certificate that is not there',
    told: async () => {
      const { authority } = given();
      const identity = await authority.issue({ names: [name] });
      const clientCa = authority.certificate;
      return talk(to(await hop({ offers: starttls, identity, clientCa, maxVersion: 'TLSv1.2' })));
    },
    id: 'tester tls tls-handshake-refused',
    cause: 'it may want a client certificate',
    mend: 'Give the connector `certificate` and `key`',
  },
  {
    fault: 'listener certificate without RSA, for old devices',
    told: () => listener({ names: ['relay.contoso.com'] }),
    id: 'doctor listener-certificate:EC prime256v1',
    cause: 'there is no RSA certificate',
    mend: 'with an RSA pair beside this one',
  },
  {
    fault: 'listener certificate ended',
    told: () => listener({ names: ['relay.contoso.com'], notAfter: expired }),
    id: 'doctor listener-certificate:EC prime256v1',
    cause: 'the certificate ended on 2026-01-01',
    mend: 'Renew it',
  },
  {
    fault: 'listener certificate ends soon',
    told: () => listener({ names: ['relay.contoso.com'], notAfter: new Date(Date.now() + 10.5 * day) }),
    id: 'doctor listener-certificate:EC prime256v1',
    cause: 'the certificate ends in 10 days',
    mend: 'Renew it',
  },
  {
    fault: 'client certificate without its intermediate',
    told: () => presenting({ names: ['relay.contoso.com'], usages: [clientAuth] }, false),
    id: 'doctor client-certificate:mx',
    cause: 'the file holds the leaf alone: Exchange Online fetches no intermediates',
    mend: 'Put leaf and intermediates into one file, the leaf first',
  },
  {
    fault: 'client certificate of a name outside the accepted domains',
    told: () => presenting({ names: ['relay.other.example'], usages: [clientAuth] }, true),
    id: 'doctor client-certificate:mx',
    cause: 'it names relay.other.example, none of them in the accepted domains contoso.com',
    mend: 'set TlsSenderCertificateName of the inbound connector to it',
  },
  {
    fault: 'client certificate that has ended',
    told: () => presenting({ names: ['relay.contoso.com'], notAfter: expired }, true),
    id: 'doctor client-certificate:mx',
    cause: 'the certificate ended on 2026-01-01',
    mend: 'Put a new one in its place',
  },
  {
    fault: 'client certificate without the purpose clientAuth',
    told: () => presenting({ names: ['relay.contoso.com'], usages: [serverAuth] }, true),
    id: 'doctor client-certificate:mx',
    cause: 'its usage is serverAuth, without clientAuth',
    mend: 'ask for one with it, or go by address or login',
  },
];
