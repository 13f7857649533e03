/** Starts console and admin API, and leaves in the data directory what commands need to find them. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { AdminContext } from '../admin/context.ts';
import { certificateFileName, urlFileName } from '../admin/files.ts';
import type { ConsoleConfig } from '../config/console-schema.ts';
import type { TlsIdentity } from '../platform/tls.ts';
import { LiveIdentity } from '../platform/tls.ts';
import type { Store } from '../store/store.ts';
import { StartFailure } from './failure.ts';
import { configuredIdentity } from './identity.ts';
import { listenFailure } from './listeners.ts';
import type { RenewedFiles } from './watch-identity.ts';
import { watchRenewal } from './watch-identity.ts';

export interface RunningAdmin extends AsyncDisposable {
  readonly url: string;
  /** Makes the first account, once and for a limited time; only while there is none. */
  readonly firstAccountUrl?: string;
  /** Reads a certificate of its own again; that of the listeners follows by itself. */
  reloadCertificate(): Promise<void>;
}

/** Beside `src/` in a checkout, and beside what is built of it in the package. */
const builtConsole = resolve(import.meta.dirname, '../../console/dist');

export async function startAdmin(
  place: ConsoleConfig,
  parts: {
    readonly context: AdminContext;
    readonly store: Store;
    readonly identity: LiveIdentity;
    readonly consoleDirectory?: string | undefined;
    /** Told of the certificate that `console.tls` names, at the start and when it was renewed. */
    readonly onCertificate: (pem: string) => void;
  },
): Promise<RunningAdmin> {
  const { context, store, identity, consoleDirectory = builtConsole } = parts;
  const isOwn = typeof place.tls === 'object';
  const [{ startAdminServer }, { loadOrMakeToken }, { Replays }] = await Promise.all([
    import('../admin/server.ts'),
    import('../admin/token.ts'),
    import('../admin/serve/replays.ts'),
  ]);
  const tls = await pairOf(place.tls, identity);
  const token = await loadOrMakeToken(context.data);
  const server = await startAdminServer({
    address: place.address,
    port: place.port,
    token,
    context,
    replays: await Replays.open(store, context.access.vault, context.clock),
    consoleDirectory,
    ...(tls ? { tls } : {}),
    ...(place.url === undefined ? {} : { publicUrl: place.url }),
    ...(place.trustedProxies && { trustedProxies: place.trustedProxies }),
    bounds: { ...place.limits, headerMs: place.limits.header },
  }).catch((error: unknown) => {
    throw listenFailure(error, 'console', place);
  });
  const urlFile = join(context.data, urlFileName);
  const certificateFile = join(context.data, certificateFileName);
  // Commands trust this one certificate, whoever signed it: they share the data directory with the relay.
  if (tls) await writeFile(certificateFile, tls.certificate, { mode: 0o600 });
  else await rm(certificateFile, { force: true });
  if (tls && isOwn) parts.onCertificate(tls.certificate);
  const follow = async (pair: TlsIdentity['pairs'][number]): Promise<void> => {
    server.replaceCertificate(pair);
    if (isOwn) parts.onCertificate(pair.certificate);
    await writeFile(certificateFile, pair.certificate, { mode: 0o600 });
  };
  const renewed = followRenewal(place, identity, context, follow);
  await writeFile(urlFile, `${reachable(server.url)}\n`, { mode: 0o600 });
  const url = place.url ?? reachable(server.url);
  const firstAccountUrl = offerFirstAccount(context, url);
  return {
    url: server.url,
    ...(firstAccountUrl === undefined ? {} : { firstAccountUrl }),
    reloadCertificate: async () => renewed?.read?.(),
    async [Symbol.asyncDispose]() {
      renewed?.[Symbol.dispose]();
      await rm(urlFile, { force: true });
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Of the listeners (`tls: true`) when theirs is renewed; else of files of its own. */
function followRenewal(
  { tls }: ConsoleConfig,
  identity: LiveIdentity,
  { clock, events }: AdminContext,
  follow: (pair: TlsIdentity['pairs'][number]) => Promise<void>,
): (Disposable & Partial<RenewedFiles>) | undefined {
  if (tls === false) return undefined;
  if (tls === true) {
    const told = (error: Error): void => {
      events.emit({ kind: 'fault', where: 'certificate of the console', text: error.message });
    };
    const unfollow = identity.onChange(() => {
      const [pair] = identity.pairs;
      if (pair) follow(pair).catch(told);
    });
    return { [Symbol.dispose]: unfollow };
  }
  const files = [tls.certificate, tls.key];
  const renew = async (): Promise<readonly string[]> => {
    const { pairs } = await configuredIdentity({
      certificate: [tls.certificate],
      key: [tls.key],
      clientCa: undefined,
    });
    const checked = new LiveIdentity({ pairs });
    checked.replace({ pairs });
    for (const pair of pairs) await follow(pair);
    return pairs.map(({ certificate }) => certificate);
  };
  return watchRenewal({ what: 'console.tls', files, clock, events, renew });
}

function offerFirstAccount({ access, events }: AdminContext, url: string): string | undefined {
  const link = access.first.offer();
  if (!link) return undefined;
  const firstAccountUrl = `${url.replace(/\/$/, '')}/first#${link.token}`;
  events.emit({ kind: 'first-account', url: firstAccountUrl, until: link.until });
  return firstAccountUrl;
}

async function pairOf(
  tls: ConsoleConfig['tls'],
  identity: TlsIdentity,
): Promise<TlsIdentity['pairs'][number] | undefined> {
  if (tls === false) return undefined;
  if (tls === true) return identity.pairs[0];
  try {
    const [certificate, key] = await Promise.all([
      readFile(tls.certificate, 'utf8'),
      readFile(tls.key, 'utf8'),
    ]);
    return { certificate, key };
  } catch (cause) {
    throw new StartFailure('configuration', `console.tls: ${(cause as Error).message}`, { cause });
  }
}

/** An address that means "all of this machine" can be listened on, and not be asked. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
