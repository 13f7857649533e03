/** Searches that are kept under a name, for whoever saved them or for all. What a search consists of is not known here. */
import type { Clock, Instant } from '../platform/clock.ts';
import type { Store } from '../store/store.ts';
import { AccessRefused } from './account.ts';
import { Table } from './table.ts';

/** Of one account or token, and of all that are shared. */
export const searchesMax = 100;

export interface SavedSearch {
  readonly name: string;
  readonly filter: object;
  readonly shared: boolean;
  /** Name of the account or token. */
  readonly by: string;
  readonly savedAt: Instant;
}

/** Who asks. */
export interface Searcher {
  readonly name: string;
  readonly isAdministrator: boolean;
}

export class SavedSearches {
  readonly #table: Table<SavedSearch>;
  readonly #clock: Clock;

  private constructor(table: Table<SavedSearch>, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  static async open(store: Pick<Store, 'records'>, clock: Clock): Promise<SavedSearches> {
    return new SavedSearches(await Table.open<SavedSearch>(store, 'search'), clock);
  }

  /** The own ones and the shared ones, by name. */
  of(who: string): readonly SavedSearch[] {
    return this.#all()
      .filter((search) => search.shared || isOf(who, search))
      .toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** Replaces an own one of that name, also one that was shared and is no more, or the other way round. */
  async save(
    given: { readonly name: string; readonly filter: object; readonly shared: boolean },
    who: Searcher,
  ): Promise<SavedSearch> {
    const search: SavedSearch = { ...given, by: who.name, savedAt: this.#clock.now() };
    await this.#table.change(keyOf(search), (there) => {
      if (there) assertMayChange(there, who);
      else this.#assertRoom(search);
      return search;
    });
    // Written first, removed then: what ends in between leaves two, and never none.
    const former = { ...search, shared: !search.shared };
    await this.#table.change(keyOf(former), (there) => (there && isOf(who.name, there) ? undefined : there));
    return search;
  }

  /** @throws AccessRefused `missing`; `conflict` where somebody else shared it. */
  async remove(name: string, who: Searcher): Promise<SavedSearch> {
    const own = this.#table.get(keyOf({ name, by: who.name, shared: false }));
    const found = own ?? this.#table.get(keyOf({ name, by: who.name, shared: true }));
    if (!found) throw new AccessRefused('missing', `there is no saved search "${name}"`);
    await this.#table.change(keyOf(found), (there) => {
      if (there) assertMayChange(there, who);
      return undefined;
    });
    return found;
  }

  /** What nobody else sees goes with the account; what is shared stays. */
  async forget(who: string): Promise<void> {
    const own = this.#all().filter((search) => !search.shared && isOf(who, search));
    await Promise.all(own.map((search) => this.#table.change(keyOf(search), () => undefined)));
  }

  #all(): readonly SavedSearch[] {
    return this.#table.entries().map(([, search]) => search);
  }

  #assertRoom({ shared, by }: SavedSearch): void {
    const held = this.#all().filter((other) => other.shared === shared && (shared || isOf(by, other)));
    if (held.length < searchesMax) return;
    const words = shared ? 'shared searches' : 'searches saved';
    throw new AccessRefused(
      'conflict',
      `there are ${searchesMax} ${words}, which is the most there can be: remove one first`,
    );
  }
}

export function mayChange(search: SavedSearch, who: Searcher): boolean {
  return who.isAdministrator || isOf(who.name, search);
}

function assertMayChange(search: SavedSearch, who: Searcher): void {
  if (mayChange(search, who)) return;
  throw new AccessRefused(
    'conflict',
    `"${search.name}" was shared by ${search.by}, who may change it, as administrators may: take another name`,
  );
}

const isOf = (who: string, { by }: Pick<SavedSearch, 'by'>): boolean =>
  by.toLowerCase() === who.toLowerCase();

/** JSON keeps a name that contains the separator apart from another owner's. */
function keyOf({ name, by, shared }: Pick<SavedSearch, 'name' | 'by' | 'shared'>): string {
  const words = shared ? ['shared', name] : ['own', by, name];
  return JSON.stringify(words.map((word) => word.toLowerCase()));
}
