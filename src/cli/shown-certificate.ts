/** A client certificate that counts as shown in a handshake: from a file in PEM, or by its fingerprint alone. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readPeerCertificate } from '../platform/tls.ts';
import { CommandFailure, exitCodes } from './failure.ts';

export interface CertificateOptions {
  readonly certificate?: string;
  readonly certificateTrusted?: true;
}

/** As the API takes it. */
export interface ShownCertificate {
  readonly fingerprint: string;
  readonly commonName?: string;
  readonly dnsNames: string[];
  /** A CA of tls.clientCa vouches for it. */
  readonly trusted: boolean;
}

const fingerprintForm = /^(?:sha256:)?(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i;
/** The names that the API takes; a device has one or two. */
const namesMax = 20;

/** `undefined` where none is shown. */
export async function shownCertificate(options: CertificateOptions): Promise<ShownCertificate | undefined> {
  const { certificate, certificateTrusted: trusted = false } = options;
  if (certificate === undefined) {
    if (!trusted) return undefined;
    throw new CommandFailure(exitCodes.other, '--certificate-trusted goes with --certificate');
  }
  if (fingerprintForm.test(certificate)) return { fingerprint: certificate, dnsNames: [], trusted };
  const { dnsNames, ...rest } = readPeerCertificate(await leafOf(certificate));
  return { ...rest, dnsNames: dnsNames.slice(0, namesMax), trusted };
}

async function leafOf(file: string): Promise<X509Certificate> {
  try {
    return new X509Certificate(await readFile(file));
  } catch (error) {
    throw new CommandFailure(
      exitCodes.other,
      `--certificate ${file} is neither a file with a certificate nor a fingerprint (sha256:…): ${(error as Error).message}`,
      { cause: error },
    );
  }
}
