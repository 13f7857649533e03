/** Reads PEM files of certificates and keys, and says what is wrong with them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Instant } from '../platform/clock.ts';
import type { ParseResult } from '../protocol/address.ts';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import { countOf } from '../platform/words.ts';

/** Warned of when this near. */
const expiryWarningMs = 30 * 86_400_000;

/** A pair of files, with the places that name them. */
export interface PairFiles {
  readonly certificate: { readonly file: string; readonly path: DocumentPath };
  readonly key: { readonly file: string; readonly path: DocumentPath };
}

/** Readable, belonging together, within their validity. */
export async function checkPair(pair: PairFiles, now: Instant): Promise<readonly DocumentFinding[]> {
  const chain = await readCertificates(pair.certificate.file);
  const key = await readKey(pair.key.file);
  const findings: DocumentFinding[] = [];
  if (!chain.ok)
    findings.push(error(pair.certificate.path, chain.reason, 'name a PEM file with the certificate chain'));
  if (!key.ok)
    findings.push(
      error(pair.key.path, key.reason, 'name a PEM file with the private key, without a passphrase'),
    );
  if (!chain.ok) return findings;
  const [leaf] = chain.value;
  if (leaf && key.ok && !leaf.checkPrivateKey(key.value)) {
    findings.push(
      error(
        pair.key.path,
        `the key in ${pair.key.file} is not that of the certificate in ${pair.certificate.file}`,
        'name the key of this certificate',
      ),
    );
  }
  findings.push(...chain.value.flatMap((certificate) => validity(certificate, pair.certificate, now)));
  return findings;
}

/** CA certificates: readable and within their validity. */
export async function checkAuthorities(
  file: string,
  path: DocumentPath,
  now: Instant,
): Promise<readonly DocumentFinding[]> {
  const chain = await readCertificates(file);
  if (!chain.ok) return [error(path, chain.reason, 'name a PEM file with one or more CA certificates')];
  const findings = chain.value.flatMap((certificate) => validity(certificate, { file, path }, now));
  if (chain.value.some((certificate) => certificate.ca)) return findings;
  // A self-signed certificate of the next hop itself works as its own root, so it is only a warning.
  const message = `no certificate in ${file} is a CA`;
  return [
    ...findings,
    { severity: 'warning', path, message, expected: 'name the certificate that signed the others' },
  ];
}

/** All certificates of a PEM file, in order. */
export async function readCertificates(file: string): Promise<ParseResult<readonly X509Certificate[]>> {
  const text = await readPem(file);
  if (!text.ok) return text;
  const blocks = text.value.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return { ok: false, reason: `${file} holds no certificate in PEM form` };
  try {
    return { ok: true, value: blocks.map((block) => new X509Certificate(block)) };
  } catch {
    return { ok: false, reason: `${file} holds a certificate that cannot be read` };
  }
}

async function readKey(file: string): Promise<ParseResult<ReturnType<typeof createPrivateKey>>> {
  const text = await readPem(file);
  if (!text.ok) return text;
  try {
    return { ok: true, value: createPrivateKey(text.value) };
  } catch {
    const why = text.value.includes('ENCRYPTED')
      ? 'is locked by a passphrase'
      : 'holds no private key in PEM form';
    return { ok: false, reason: `${file} ${why}` };
  }
}

async function readPem(file: string): Promise<ParseResult<string>> {
  try {
    return { ok: true, value: await readFile(file, 'utf8') };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return {
      ok: false,
      reason: code === 'ENOENT' ? `${file} does not exist` : `${file} cannot be read: ${code}`,
    };
  }
}

function validity(
  certificate: X509Certificate,
  about: { readonly file: string; readonly path: DocumentPath },
  now: Instant,
): DocumentFinding[] {
  const name = certificate.subject.split('\n').at(-1) ?? '';
  const { file, path } = about;
  const from = certificate.validFromDate.getTime();
  const to = certificate.validToDate.getTime();
  const day = certificate.validToDate.toISOString().slice(0, 10);
  if (now > to)
    return [error(path, `the certificate ${name} in ${file} ended on ${day}`, 'get a new certificate')];
  if (now < from) {
    const start = certificate.validFromDate.toISOString();
    return [
      error(
        path,
        `the certificate ${name} in ${file} is valid from ${start} only`,
        'set the clock, or get another certificate',
      ),
    ];
  }
  if (to - now > expiryWarningMs) return [];
  const days = Math.floor((to - now) / 86_400_000);
  return [
    {
      severity: 'warning',
      path,
      message: `the certificate ${name} in ${file} ends on ${day}, in ${countOf(days, 'day')}`,
      expected: 'renew it in time',
      ends: true,
    },
  ];
}

function error(path: DocumentPath, message: string, expected: string): DocumentFinding {
  return { severity: 'error', path, message, expected };
}
