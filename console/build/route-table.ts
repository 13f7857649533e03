/**
 * Gives the console the method, path and duties of each route of the contract as `virtual:routes`, without the schemas:
 * zod and every schema would cost the browser more than all the rest of the client.
 */
import type { Plugin } from 'vite';
import type { Route } from '../../contract/route.ts';
import { routes } from '../../contract/routes.ts';

const id = 'virtual:routes';

export function routeTable(): Plugin {
  return {
    name: 'relay365-route-table',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (loaded) => (loaded === `\0${id}` ? `export const routes = ${JSON.stringify(slim())};` : undefined),
  };
}

function slim(): Record<string, unknown> {
  const entries = Object.entries<Route>(routes).map(
    ([name, { method, path, creates, versioned, contentType }]) => [
      name,
      {
        method,
        path,
        ...(creates && { creates }),
        ...(versioned && { versioned }),
        ...(contentType !== undefined && { text: true }),
      },
    ],
  );
  return Object.fromEntries(entries) as Record<string, unknown>;
}
