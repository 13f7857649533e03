/** Searches among messages that are kept. */
import type { SavedSearchView } from '../../../contract/schemas.ts';
import type { SavedSearch, Searcher } from '../../accounts/saved-searches.ts';
import { mayChange } from '../../accounts/saved-searches.ts';
import { formatInstant } from '../../platform/clock.ts';
import type { Caller } from '../caller.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';

type SearchRoutes = 'searches' | 'saveSearch' | 'removeSearch';

export function searchHandlers({ access }: AdminContext): Pick<Handlers, SearchRoutes> {
  return {
    searches: (_given, caller) => ({
      items: access.searches.of(caller.name).map((search) => view(search, caller)),
    }),
    async saveSearch({ params, body }, caller) {
      const { name } = params;
      caller.note({ object: name, after: body });
      return view(await access.searches.save({ name, ...body }, searcher(caller)), caller);
    },
    async removeSearch({ params }, caller) {
      const { name, filter, shared, by } = await access.searches.remove(params.name, searcher(caller));
      caller.note({ object: name, before: { filter, shared, by } });
    },
  };
}

const searcher = ({ name, role }: Caller): Searcher => ({ name, isAdministrator: role === 'administrator' });

function view(search: SavedSearch, caller: Caller): SavedSearchView {
  return {
    ...search,
    mayChange: mayChange(search, searcher(caller)),
    savedAt: formatInstant(search.savedAt),
  };
}
