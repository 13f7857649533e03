/** Finds out who asks: the token of the data directory, an API token, or the session of a cookie. */
import type { FastifyRequest } from 'fastify';
import type { Role } from '../../../contract/roles.ts';
import type { Access } from '../../accounts/access.ts';
import type { Caller } from '../caller.ts';
import { cookieNames, cookieOf } from './cookies.ts';
import { bearerOf, isSameSecret } from './own-host.ts';

export interface Identity {
  readonly name: string;
  readonly role: Role;
  readonly via: Caller['via'];
  readonly session?: string;
}

export const nobody: Identity = { name: 'nobody', role: 'viewer', via: 'nobody' };

/** `nobody` for credentials that do not count as well. */
export async function identify(
  request: Pick<FastifyRequest, 'headers'>,
  own: { readonly token: string; readonly access: Access; readonly isSecure: boolean },
): Promise<Identity> {
  const { authorization, cookie } = request.headers;
  // What says who it is in words does not fall back on a cookie.
  if (authorization !== undefined) return byBearer(bearerOf(authorization), own);
  const token = cookieOf(cookie, cookieNames(own.isSecure).session);
  return token === undefined || token === '' ? nobody : bySession(token, own.access);
}

async function byBearer(
  given: string | undefined,
  own: { readonly token: string; readonly access: Access },
): Promise<Identity> {
  if (given === undefined) return nobody;
  if (isSameSecret(given, own.token)) return { name: 'local', role: 'administrator', via: 'local' };
  const token = await own.access.tokens.find(given);
  return token ? { name: `token:${token.name}`, role: token.role, via: 'token' } : nobody;
}

async function bySession(token: string, { sessions, accounts }: Access): Promise<Identity> {
  const session = await sessions.find(token);
  const account = session && accounts.find(session.account);
  if (!session || !account || account.disabled) return nobody;
  return { name: account.name, role: account.role, via: 'session', session: session.id };
}
