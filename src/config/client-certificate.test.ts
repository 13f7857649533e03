import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CertificateAuthority, type KeyPair } from '../../sandbox/certificates.ts';
import { checkClientCertificate } from './client-certificate.ts';

const now = Date.parse('2026-11-23T08:00:00Z');
const tenant = { cloud: 'worldwide', acceptedDomains: ['contoso.com'] } as const;
let directory: string;
let authority: CertificateAuthority;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'client-certificate-'));
  authority = await CertificateAuthority.make(now);
});
afterAll(() => rm(directory, { recursive: true }));

async function warningsFor(text: string): Promise<readonly string[]> {
  const file = join(directory, 'client.pem');
  await writeFile(file, text);
  const findings = await checkClientCertificate(file, ['certificate'], tenant);
  expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  return findings.map(({ message }) => message);
}

function issue(names: readonly string[], purpose: 'client' | 'server' = 'client'): Promise<KeyPair> {
  return authority.issueClient({ names, purposes: [purpose] });
}

test('a sound one has nothing to be said of it', async () => {
  const { chainPem } = await issue(['relay.contoso.com']);
  expect(await warningsFor(chainPem)).toEqual([]);
});

test('for servers only', async () => {
  const { chainPem } = await issue(['relay.contoso.com'], 'server');
  expect(await warningsFor(chainPem)).toEqual([expect.stringContaining('for servers only')]);
});

test('a name of another domain', async () => {
  const { chainPem } = await issue(['relay.fabrikam.com']);
  expect(await warningsFor(chainPem)).toEqual([expect.stringContaining('relay.fabrikam.com')]);
});

test('without its issuer', async () => {
  const { certificatePem } = await issue(['relay.contoso.com']);
  expect(await warningsFor(certificatePem)).toEqual([expect.stringContaining('without that of its issuer')]);
});

test('self-signed', async () => {
  expect((await warningsFor(authority.caPem)).join()).toContain('self-signed');
});
