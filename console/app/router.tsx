/** One address for every page of the table, sign-in and first account outside the shell. Filters stand in the query as plain text. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type AnyRoute,
} from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { pages } from '../pages/table.ts';
import { NotFound } from '../shell/not-found.tsx';
import { PageBroken } from '../shell/page-broken.tsx';
import { PagePending } from '../shell/page-pending.tsx';
import { Shell } from '../shell/shell.tsx';

const modules = import.meta.glob<{ readonly Page: ComponentType }>('../pages/*/*-page.tsx');

function load(module: string): () => Promise<{ readonly Page: ComponentType }> {
  const found = modules[`../pages/${module}-page.tsx`];
  if (!found) throw new Error(`pages/table.ts names ${module}, and there is no pages/${module}-page.tsx`);
  return found;
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(load('sign-in/sign-in'), 'Page'),
});
const first = createRoute({
  getParentRoute: () => root,
  path: '/first',
  component: lazyRouteComponent(load('sign-in/first-account'), 'Page'),
});
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });
const inShell: AnyRoute[] = pages.map(({ path, module }) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    component: lazyRouteComponent(load(module), 'Page'),
  }),
);
const routeTree = root.addChildren([signIn, first, shell.addChildren(inShell)]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageBroken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
  // Values are texts and nothing else: `?text=123` looks for the text, and links stay readable.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch(search) {
    const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
    return text === '' ? '' : `?${text}`;
  },
});
