/** Starts the admin API, and leaves in the data directory what commands need to find it. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdminContext } from '../admin/context.ts';
import { urlFileName } from '../admin/files.ts';
import { listenFailure } from './listeners.ts';

export interface RunningAdmin extends AsyncDisposable {
  readonly url: string;
}

export async function startAdmin(
  place: { readonly address: string; readonly port: number },
  context: AdminContext,
): Promise<RunningAdmin> {
  const [{ startAdminServer }, { loadOrMakeToken }] = await Promise.all([
    import('../admin/server.ts'),
    import('../admin/token.ts'),
  ]);
  const token = await loadOrMakeToken(context.data);
  const server = await startAdminServer({ ...place, token, context }).catch((error: unknown) => {
    throw listenFailure(error, 'console', place);
  });
  const urlFile = join(context.data, urlFileName);
  await writeFile(urlFile, `${reachable(server.url)}\n`, { mode: 0o600 });
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      await rm(urlFile, { force: true });
      await server[Symbol.asyncDispose]();
    },
  };
}

/** An address that means "all of this machine" can be listened on, and not be asked. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
