/**
 * Keeps the sign-ins of people in the data directory: `sign-ins/CONNECTOR.json`, the refresh token encrypted by the vault.
 *
 * A file and not the store, because the command `connector sign-in` writes it while the relay runs or stands still, and
 * the relay reads it whenever it asks for a token. A file is replaced as a whole: flushed, renamed, its directory synced.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { VaultPlace } from '../config/vault-keys.ts';
import { openOrMakeVault, openVault } from '../config/vault-keys.ts';
import { sealedKeyId } from '../config/vault.ts';
import type { SignIns } from '../connector/environment.ts';
import type { KeptSignIn, SignInSlot } from '../connector/identity/sign-in.ts';
import { signInAgain, signInEnd } from '../connector/identity/sign-in.ts';
import type { Instant } from '../platform/clock.ts';

export const signInDirectory = 'sign-ins';

const time = z.number().transform((value) => value as Instant);
const fileShape = z.object({
  version: z.literal(1),
  authority: z.string(),
  tenantId: z.string(),
  clientId: z.string(),
  signedInAt: time,
  usedAt: time,
  refusedAt: time.optional(),
  /** Sealed. */
  refreshToken: z.string(),
});

/** When the sign-in of a connector ends, or ended. */
export interface SignInEnd {
  readonly at: Instant;
  readonly isRefused: boolean;
}

export class SignInFiles implements SignIns {
  readonly #place: VaultPlace;
  /** By connector, as last read or written here. */
  readonly #ends = new Map<string, SignInEnd>();
  /** Writes of this process go one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: VaultPlace) {
    this.#place = place;
  }

  slotFor(connector: string): SignInSlot {
    return {
      connector,
      read: () => this.#read(connector),
      replace: (before, next) =>
        this.#inTurn(async () => {
          const kept = await this.#read(connector);
          if (kept && kept.refreshToken !== before) return;
          await this.#write(connector, next);
        }),
    };
  }

  /** A new sign-in, in place of whatever was kept. Throws VaultError, or what the file system says. */
  keep(connector: string, signIn: KeptSignIn): Promise<void> {
    return this.#inTurn(() => this.#write(connector, signIn));
  }

  /** The end of a connector's sign-in, where `look` found one. */
  endOf(connector: string): SignInEnd | undefined {
    return this.#ends.get(connector);
  }

  /**
   * Reads when each of them ends, and encrypts anew what an older key had encrypted, which makes that key dispensable.
   * Never rejects: what cannot be read comes back in words.
   */
  async look(): Promise<readonly string[]> {
    const trouble: string[] = [];
    const files = await readdir(join(this.#place.data, signInDirectory)).catch(absent);
    for (const file of files ?? []) {
      const connector = /^(.+)\.json$/.exec(file)?.[1];
      if (connector === undefined) continue;
      try {
        await this.#inTurn(() => this.#refresh(connector));
      } catch (error) {
        const reason = (error as Error).message;
        trouble.push(`the sign-in of ${connector} cannot be read (${reason}): ${signInAgain(connector)}`);
      }
    }
    return trouble;
  }

  async #refresh(connector: string): Promise<void> {
    const written = await this.#readFile(connector);
    if (!written) return;
    this.#ends.set(connector, endFor(written));
    const vault = await openVault(this.#place);
    if (!vault || sealedKeyId(written.refreshToken) === vault.keyId) return;
    const kept = await this.#read(connector);
    if (kept) await this.#write(connector, kept);
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #read(connector: string): Promise<KeptSignIn | undefined> {
    const written = await this.#readFile(connector);
    if (!written) return undefined;
    const vault = await openVault(this.#place);
    if (!vault) throw new Error('the key that encrypted it is missing');
    const { version: _version, refusedAt, ...rest } = written;
    this.#ends.set(connector, endFor(written));
    return {
      ...rest,
      refreshToken: vault.open(written.refreshToken),
      ...(refusedAt !== undefined && { refusedAt }),
    };
  }

  async #readFile(connector: string): Promise<z.output<typeof fileShape> | undefined> {
    const text = await readFile(this.#pathOf(connector), 'utf8').catch(absent);
    if (text === undefined) return undefined;
    const read = fileShape.safeParse(jsonOf(text));
    if (!read.success) throw new Error(`${this.#pathOf(connector)} is damaged`);
    return read.data;
  }

  async #write(connector: string, signIn: KeptSignIn): Promise<void> {
    const directory = join(this.#place.data, signInDirectory);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const vault = await openOrMakeVault(this.#place);
    const written = { version: 1, ...signIn, refreshToken: vault.seal(signIn.refreshToken) };
    const path = this.#pathOf(connector);
    const temporary = `${path}.${process.pid}.new`;
    try {
      await using file = await open(temporary, 'w', 0o600);
      await file.writeFile(`${JSON.stringify(written)}\n`);
      await file.sync();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await rename(temporary, path);
    await syncDirectory(directory);
    this.#ends.set(connector, endFor(signIn));
  }

  /** The schema lets names of connectors be letters, digits, dot, dash and underscore only. */
  #pathOf(connector: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(connector))
      throw new Error(`${connector} is no connector's name`);
    return join(this.#place.data, signInDirectory, `${connector}.json`);
  }
}

function endFor(signIn: { readonly usedAt: Instant; readonly refusedAt?: Instant | undefined }): SignInEnd {
  const { usedAt, refusedAt } = signIn;
  const isRefused = refusedAt !== undefined;
  return { at: signInEnd({ usedAt, ...(isRefused && { refusedAt }) }), isRefused };
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and writes names through by itself.
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
}
