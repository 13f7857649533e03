/** The `certificate` of a source: pinned fingerprints, or a name under `tls.clientCa`. */
import type { SourceConfig } from '../config/policy-schema.ts';
import { parseDomain } from '../protocol/address.ts';

type CertificateRule = NonNullable<SourceConfig['certificate']>;

/** Fingerprints as written, with their 64 lower-case digits where they can be read. */
export function fingerprintsOf(
  rule: CertificateRule,
): { readonly written: string; readonly hex: string | undefined }[] {
  if (!('fingerprint' in rule)) return [];
  const written = typeof rule.fingerprint === 'string' ? [rule.fingerprint] : rule.fingerprint;
  return written.map((text) => ({ written: text, hex: parseFingerprint(text) }));
}

/** `sha256:` and 64 hexadecimal digits; case and colons do not count, as OpenSSL and browsers print both. */
export function parseFingerprint(text: string): string | undefined {
  const match = /^sha-?256[:=](.*)$/is.exec(text.trim());
  const hex = (match?.[1] ?? text.trim()).replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

/** Lower case; `undefined` where the rule is not about the common name. */
export function commonNameOf(rule: CertificateRule): string | undefined {
  if (!('subject' in rule)) return undefined;
  const match = /^CN\s*=\s*(.+)$/is.exec(rule.subject.trim());
  return match?.[1]?.trim().toLowerCase();
}

/** Lower-case A-labels; `undefined` where the rule is not about a DNS name or it is none. */
export function dnsNameOf(rule: CertificateRule): string | undefined {
  if (!('subject' in rule) || rule.subject.includes('=')) return undefined;
  const domain = parseDomain(rule.subject.trim());
  return domain.ok && !domain.value.key.startsWith('[') ? domain.value.key : undefined;
}
