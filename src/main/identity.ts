/** What the listeners show of themselves: the configured certificates, or one made once and kept in the data directory. */
import { X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { Clock } from '../platform/clock.ts';
import type { TlsIdentity } from '../platform/tls.ts';
import { StartFailure } from './failure.ts';

export interface IdentityFiles {
  readonly certificate: readonly string[];
  readonly key: readonly string[];
  readonly clientCa: string | undefined;
}

// Devices are told to trust this one certificate by hand, so it must not need that again soon.
const generatedDays = 3650;

/** What the configuration asks for: its own files, or the generated pair. */
export function identityOf(node: LoadedNodeConfig, clock: Clock): Promise<TlsIdentity> {
  const { certificate, key, clientCa } = node.tls ?? {};
  if (certificate !== undefined && key !== undefined) {
    return configuredIdentity({ certificate: [certificate].flat(), key: [key].flat(), clientCa });
  }
  return generatedIdentity(node.data, node.hostname, clock, clientCa);
}

/** The same as far as it is there; nothing is made. */
export async function identityAtHand(node: LoadedNodeConfig): Promise<TlsIdentity> {
  const { certificate, key, clientCa } = node.tls ?? {};
  if (certificate !== undefined && key !== undefined) {
    return configuredIdentity({ certificate: [certificate].flat(), key: [key].flat(), clientCa });
  }
  const kept = await readPair(generatedFiles(node.data));
  return { pairs: kept ? [kept] : [] };
}

function generatedFiles(data: string) {
  return { certificate: join(data, 'listener.crt'), key: join(data, 'listener.key') };
}

/** Reads the files of `tls` in the configuration; paths are absolute. */
export async function configuredIdentity(files: IdentityFiles): Promise<TlsIdentity> {
  const pairs = await Promise.all(
    files.certificate.map(async (file, index) => ({
      certificate: await readPem(file, 'tls.certificate'),
      key: await readPem(files.key[index] ?? '', 'tls.key'),
    })),
  );
  return {
    pairs,
    ...(files.clientCa === undefined ? {} : { clientCa: await readPem(files.clientCa, 'tls.clientCa') }),
  };
}

/** The certificate in the data directory; made where there is none, or where it has run out. */
export async function generatedIdentity(
  data: string,
  hostname: string,
  clock: Clock,
  clientCa?: string,
): Promise<TlsIdentity> {
  const trust = clientCa === undefined ? {} : { clientCa: await readPem(clientCa, 'tls.clientCa') };
  const files = generatedFiles(data);
  const kept = await readPair(files);
  if (kept && new X509Certificate(kept.certificate).validToDate.getTime() > clock.now()) {
    return { pairs: [kept], ...trust };
  }
  // Loaded only here: a start with a certificate at hand does not wait for the generator.
  const { selfSigned } = await import('../platform/certificates.ts');
  const made = await selfSigned(hostname, { now: new Date(clock.now()), days: generatedDays });
  // The certificate comes last: a pair exists only when both files do.
  await replaceFile(files.key, made.key);
  await replaceFile(files.certificate, made.certificate);
  return { pairs: [made], ...trust };
}

async function readPair(files: { readonly certificate: string; readonly key: string }) {
  try {
    const [certificate, key] = await Promise.all([
      readFile(files.certificate, 'utf8'),
      readFile(files.key, 'utf8'),
    ]);
    return { certificate, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartFailure(
      'environment',
      `the certificate in the data directory cannot be read: ${String(error)}`,
      {
        cause: error,
      },
    );
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function readPem(file: string, setting: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new StartFailure('configuration', `${setting}: ${file} cannot be read: ${error.message}`, {
      cause: error,
    });
  });
  if (!text.includes('-----BEGIN ')) {
    throw new StartFailure(
      'configuration',
      `${setting}: ${file} is not in PEM form: "-----BEGIN" is missing`,
    );
  }
  return text;
}
