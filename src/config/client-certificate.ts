/**
 * What an administrator should know of the certificate that is to identify a tenant at Exchange Online, before it is
 * used: its names, its chain, what its issuer allows it for. "Configure a certificate-based connector to relay email
 * messages through Microsoft 365", Microsoft Learn. Nothing here is an error: only Exchange Online decides.
 */
import type { X509Certificate } from 'node:crypto';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import { readCertificates } from './pem.ts';
import type { TenantFacts } from './route-defaults.ts';

// RFC 5280 4.2.1.12.
const clientAuth = '1.3.6.1.5.5.7.3.2';

/** What cannot be read at all is told by `checkPair`. */
export async function checkClientCertificate(
  file: string,
  path: DocumentPath,
  tenant: TenantFacts | undefined,
): Promise<readonly DocumentFinding[]> {
  const chain = await readCertificates(file);
  const leaf = chain.ok ? chain.value[0] : undefined;
  if (!chain.ok || !leaf) return [];
  const warnings = [
    usageWarning(leaf),
    chainWarning(leaf, chain.value.slice(1)),
    nameWarning(namesOf(leaf), tenant?.acceptedDomains ?? []),
  ];
  return warnings
    .filter((warning) => warning !== undefined)
    .map(([message, expected]) => ({ severity: 'warning', path, message, expected }));
}

type Warning = readonly [message: string, expected: string];

/** `keyUsage` of Node.js is the extended key usage; absent, every use is allowed. */
function usageWarning(leaf: X509Certificate): Warning | undefined {
  const usages = leaf.keyUsage as readonly string[] | undefined;
  if (usages === undefined || usages.includes(clientAuth)) return undefined;
  return [
    'the client certificate is for servers only (no clientAuth in its extended key usage), and Microsoft does not say that it takes such a one',
    'test it against the MX host, and keep another route as fallback',
  ];
}

function chainWarning(leaf: X509Certificate, others: readonly X509Certificate[]): Warning | undefined {
  if (leaf.checkIssued(leaf)) {
    return [
      'the client certificate is self-signed, which Exchange Online refuses',
      'get one of a public certification authority',
    ];
  }
  if (others.some((other) => leaf.checkIssued(other))) return undefined;
  return [
    'the file has the client certificate without that of its issuer, and Exchange Online fetches none',
    'put the whole chain into the file, the client certificate first',
  ];
}

function nameWarning(names: readonly string[], accepted: readonly string[]): Warning | undefined {
  if (accepted.length === 0) return undefined;
  const fits = names.some((name) => accepted.includes(name.replace(/^\*\./, '')) || isBelow(name, accepted));
  if (fits) return undefined;
  return [
    `the client certificate is for ${names.join(', ') || 'no name'}, and none of that is an accepted domain of the tenant`,
    `use a certificate for one of ${accepted.join(', ')}`,
  ];
}

function isBelow(name: string, accepted: readonly string[]): boolean {
  return accepted.some((domain) => name.endsWith(`.${domain}`));
}

/** Lower case: common name and DNS names. */
function namesOf(leaf: X509Certificate): string[] {
  const common = /(?:^|\n)CN=([^\n]+)/.exec(leaf.subject)?.[1];
  const names = [...(leaf.subjectAltName ?? '').matchAll(/DNS:([^,\s]+)/g)].map(([, name = '']) => name);
  return [
    ...new Set([...(common === undefined ? [] : [common]), ...names].map((name) => name.toLowerCase())),
  ];
}
