/**
 * Keeps the secrets of policies encrypted in the store: only their values, so that the rest stays readable.
 *
 * A document of the store remembers which key sealed them. So a key that is gone is noticed at the start, and a new one
 * seals at once what an older one had sealed, which makes the older one dispensable.
 */
import { join } from 'node:path';
import type { WrittenSecret } from '../config/policy-secrets.ts';
import { replaceFound } from '../config/policy-secrets.ts';
import type { VaultPlace } from '../config/vault-keys.ts';
import { keyFileName, openOrMakeVault, openVault } from '../config/vault-keys.ts';
import type { Vault } from '../config/vault.ts';
import { sealedKeyId, sealedPrefix, VaultError } from '../config/vault.ts';
import type { Store } from '../store/store.ts';

const stateName = 'secrets-key';

/** `keyId` is absent while nothing is sealed. */
interface State {
  readonly keyId?: string;
}

/** Where the secrets of a text stand; a long text is read elsewhere than on the event loop. */
export type FindSecrets = (text: string) => Promise<readonly WrittenSecret[]>;

export class KeptSecrets {
  readonly #find: FindSecrets;
  readonly #store: Store;
  readonly #place: VaultPlace;
  #state: State | undefined;
  #vault: Vault | undefined;

  private constructor(
    store: Store,
    place: VaultPlace,
    find: FindSecrets,
    state: State | undefined,
    vault: Vault | undefined,
  ) {
    this.#find = find;
    this.#store = store;
    this.#place = place;
    this.#state = state;
    this.#vault = vault;
  }

  /** Throws VaultError when the key cannot be used, or is missing while values are sealed with it. */
  static async open(store: Store, place: VaultPlace, find: FindSecrets): Promise<KeptSecrets> {
    const written = await store.document(stateName);
    const state = written === undefined ? undefined : (JSON.parse(written) as State);
    const vault = await openVault(place);
    if (state?.keyId !== undefined && !vault) {
      const file = join(place.data, keyFileName);
      throw new VaultError(
        `${file} is missing, and the store keeps secrets that are encrypted with it (key ${state.keyId}): ` +
          `put it back from its backup. Where there is none, "openssl rand -base64 32" makes a new key for the file ` +
          '(mode 0600), and the secrets of older revisions of the policy are lost',
      );
    }
    return new KeptSecrets(store, place, find, state, vault);
  }

  /** The texts that are kept were sealed with another key, or before there was any. */
  get isStale(): boolean {
    return !this.#state || (this.#state.keyId !== undefined && this.#state.keyId !== this.#vault?.keyId);
  }

  /** The text as it may be kept. A key is made where there is none and one is needed. */
  seal(text: string): Promise<string> {
    return this.#sealing(text, (vault, written) => vault.seal(written));
  }

  /** What `seal` was given. Throws VaultError. */
  open(kept: string): Promise<string> {
    return this.#opening(kept, (sealed) => this.#openOne(sealed));
  }

  /** The same, where a value that cannot be opened stays sealed. */
  openWhatCan(kept: string): Promise<string> {
    return this.#opening(kept, (sealed) => this.#tryOne(sealed));
  }

  /** A kept text under the key of today. Values that cannot be opened stay as they are. */
  reseal(kept: string): Promise<string> {
    return this.#sealing(kept, (vault, written, value) => {
      if (sealedKeyId(value) === undefined) return vault.seal(written);
      const opened = this.#tryOne(value);
      return opened === undefined ? undefined : vault.seal(opened);
    });
  }

  /** Every text that is kept was resealed. */
  async markFresh(): Promise<void> {
    const keyId = this.#state ? this.#vault?.keyId : undefined;
    await this.#write(keyId === undefined ? {} : { keyId });
  }

  async #sealing(
    text: string,
    sealOne: (vault: Vault, written: string, value: string) => string | undefined,
  ): Promise<string> {
    const found = await this.#find(text);
    if (!found.some(({ kind }) => kind === 'secret')) return text;
    const vault = (this.#vault ??= await openOrMakeVault(this.#place));
    // Before the first sealed text: a key that is needed is never one that nobody misses.
    if (this.#state?.keyId === undefined) await this.#write({ keyId: vault.keyId });
    return replaceFound(text, found, (written, { kind, value }) =>
      kind === 'secret' ? sealOne(vault, written, value) : undefined,
    );
  }

  async #opening(kept: string, openOne: (sealed: string) => string | undefined): Promise<string> {
    // Most policies hold references alone: a large one is not read as YAML once more for nothing.
    if (!kept.includes(sealedPrefix)) return kept;
    return replaceFound(kept, await this.#find(kept), (_written, { kind, value }) =>
      kind === 'secret' && sealedKeyId(value) !== undefined ? openOne(value) : undefined,
    );
  }

  #openOne(sealed: string): string {
    if (!this.#vault) throw new VaultError('there is no key');
    return this.#vault.open(sealed);
  }

  #tryOne(sealed: string): string | undefined {
    try {
      return this.#openOne(sealed);
    } catch (error) {
      if (error instanceof VaultError) return undefined;
      throw error;
    }
  }

  async #write(state: State): Promise<void> {
    await this.#store.putDocument(stateName, JSON.stringify(state));
    this.#state = state;
  }
}
