/**
 * Takes up the certificates of listeners and console when their files change, without a restart: whoever renews a certificate
 * replaces a file, and nobody tells the relay. What cannot be used is told and changes nothing.
 */
import { X509Certificate } from 'node:crypto';
import type { LoadedNodeConfig } from '../config/load.ts';
import type { Events } from '../observe/events.ts';
import type { CancelTimer, Clock } from '../platform/clock.ts';
import { instant } from '../platform/clock.ts';
import type { LiveIdentity } from '../platform/tls.ts';
import { configuredIdentity } from './identity.ts';
import { watchFile } from './watch-file.ts';

/** A certificate and its key are two files, and who replaces them may take this long, in milliseconds. */
const secondFileMs = 2_000;

export interface RenewedOptions {
  readonly what: string;
  readonly files: readonly string[];
  readonly clock: Clock;
  readonly events: Events;
  /** Reads the files and uses what is in them; the certificates in use from then on, PEM. Throws where that cannot be. */
  readonly renew: () => Promise<readonly string[]>;
}

export interface RenewedFiles extends Disposable {
  /** Reads the files now. */
  read(): Promise<void>;
}

export function watchRenewal({ what, files, clock, events, renew }: RenewedOptions): RenewedFiles {
  let cancel: CancelTimer = () => undefined;
  let isStopped = false;
  const warn = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    events.emit({
      kind: 'warning',
      text: `${what}: the new files are not used, those before stay in use: ${reason}`,
    });
  };
  const use = async (failed: (error: unknown) => void): Promise<void> => {
    cancel();
    try {
      for (const pem of await renew()) {
        const { subject, validToDate, fingerprint256 } = new X509Certificate(pem);
        events.emit({
          kind: 'certificate-in-use',
          what,
          subject: subject.replaceAll('\n', ', '),
          until: instant(validToDate.getTime()),
          fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
        });
      }
    } catch (error) {
      failed(error);
    }
  };
  const later = (): void => {
    if (!isStopped) cancel = clock.after(secondFileMs, () => void use(warn));
  };
  const watches = files.map((file) =>
    watchFile(file, { clock, changed: () => void use(later), failed: warn }),
  );
  return {
    read: () => use(warn),
    [Symbol.dispose]() {
      isStopped = true;
      cancel();
      for (const watch of watches) watch[Symbol.dispose]();
    },
  };
}

/** The files under `tls`; `undefined` where there are none. */
export function watchIdentity(
  node: LoadedNodeConfig,
  identity: LiveIdentity,
  options: Pick<RenewedOptions, 'clock' | 'events'>,
): RenewedFiles | undefined {
  const { certificate, key, clientCa } = node.tls ?? {};
  const files = [certificate, key, clientCa].flat().filter((file) => file !== undefined);
  if (files.length === 0) return undefined;
  return watchRenewal({
    ...options,
    what: 'tls',
    files,
    async renew() {
      const given = { certificate: [certificate ?? []].flat(), key: [key ?? []].flat(), clientCa };
      const read = await configuredIdentity(given);
      // The generated pair stays where only the CA is configured.
      identity.replace({ ...read, pairs: certificate === undefined ? identity.pairs : read.pairs });
      return identity.pairs.map((pair) => pair.certificate);
    },
  });
}
