/**
 * What is looked at before anything else: the Host (DNS rebinding), the page that asks (CSRF), who asks, and whether the
 * route is theirs. Paths of the API that do not exist are behind the sign-in too, so that a stranger cannot map it.
 */
import type { FastifyRequest } from 'fastify';
import type { Route } from '../../../contract/route.ts';
import { mayActAs } from '../../../contract/roles.ts';
import { Problem } from '../problem.ts';
import type { Identity } from './identify.ts';
import { isFromOwnPage, isOwnHost, isOwnOrigin } from './own-host.ts';

/** What a route says of itself to the guard; absent: no route of the contract. */
export interface GuardedRoute {
  readonly name?: string;
  readonly role?: Route['role'];
  /** Health is asked by load balancers, which choose the Host. */
  readonly anyHost?: boolean;
  /** The identity provider sends browsers there from its own site. */
  readonly fromAnySite?: boolean;
}

export function checkPlace(
  request: FastifyRequest,
  route: GuardedRoute,
  own: { readonly hostnames: readonly string[] },
): void {
  const { host, origin } = request.headers;
  if (route.anyHost !== true && !own.hostnames.some((name) => isOwnHost(host, name))) {
    throw new Problem(
      421,
      'Misdirected request',
      'the Host field must be an address, localhost or the hostname',
    );
  }
  if (!isOwnOrigin(origin, host)) throw new Problem(403, 'Foreign origin');
  const isPage = request.method === 'GET' && !isApiPath(request.url);
  if (isPage || route.anyHost === true || route.fromAnySite === true) return;
  if (!isFromOwnPage(request.headers['sec-fetch-site'])) {
    throw new Problem(403, 'Foreign page', 'a page of another site may not ask here');
  }
}

/** Throws 401 for who is not signed in, and 403 for who is and may not. */
export function checkRole(identity: Identity, route: GuardedRoute, url: string): void {
  const needed = route.role ?? (isApiPath(url) ? 'signed-in' : 'anyone');
  if (needed === 'anyone') return;
  if (identity.via === 'nobody') {
    throw new Problem(
      401,
      'Not signed in',
      'sign in by POST /api/v1/session, or send Authorization: Bearer with an API token or the token of the data directory',
    );
  }
  if (needed === 'signed-in' || mayActAs(identity.role, needed)) return;
  throw new Problem(
    403,
    'Not permitted',
    `this needs the role ${needed}, and ${identity.name} is ${identity.role}`,
  );
}

export function isApiPath(url: string): boolean {
  return /^\/(?:api(?:[/?]|$)|metrics\b|healthz\b|readyz\b)/.test(url);
}
