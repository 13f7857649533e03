/** Searches among messages that are kept. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import * as s from '../schemas/searches.ts';

export const searchesRoutes = {
  searches: {
    method: 'GET',
    path: '/api/v1/searches',
    summary: 'The searches that the caller saved, and those that are shared, by name.',
    role: 'help-desk',
    response: z.object({ items: z.array(s.savedSearch) }),
  },
  saveSearch: {
    method: 'PUT',
    path: '/api/v1/searches/{name}',
    summary: 'Keep a search under a name; replaces an own one of that name.',
    role: 'help-desk',
    params: s.byName,
    body: s.searchBody,
    response: s.savedSearch,
    problems: [400, 409],
  },
  removeSearch: {
    method: 'DELETE',
    path: '/api/v1/searches/{name}',
    summary: 'Remove a saved search: an own one of that name, or else the shared one.',
    role: 'help-desk',
    success: 204,
    params: s.byName,
    problems: [400, 404, 409],
  },
} as const satisfies Record<string, Route>;
