/** Our cookies. `__Host-` (RFC 6265bis 4.1.3.2) needs Secure, so on plain HTTP, which is loopback, the name is bare. */
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Browser } from '../caller.ts';

/** RFC 6265bis 5.5: browsers cap it at 400 days; the end of the session is the server's to know. */
const sessionSeconds = 7 * 86_400;
const oidcSeconds = 600;

export interface CookieNames {
  readonly session: string;
  readonly oidc: string;
}

export function cookieNames(isSecure: boolean): CookieNames {
  const prefix = isSecure ? '__Host-' : '';
  return { session: `${prefix}relay365`, oidc: `${prefix}relay365-oidc` };
}

/** One cookie of a request; the first where a name comes twice. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  return parseCookie((header ?? '').slice(0, 8192))[name];
}

export function browserOf(
  request: FastifyRequest,
  reply: FastifyReply,
  place: { readonly isSecure: boolean; readonly origin: string },
): Browser {
  const names = cookieNames(place.isSecure);
  const { isSecure: secure } = place;
  const set = (name: string, value: string, maxAge: number, sameSite: 'strict' | 'lax'): void => {
    const cookie = stringifySetCookie({ name, value, path: '/', maxAge, httpOnly: true, sameSite, secure });
    void reply.header('set-cookie', cookie);
  };
  return {
    origin: place.origin,
    host: request.headers.host ?? '',
    userAgent: request.headers['user-agent'],
    oidcBinding: cookieOf(request.headers.cookie, names.oidc),
    setSession: (token) => set(names.session, token, sessionSeconds, 'strict'),
    clearSession: () => set(names.session, '', 0, 'strict'),
    // Lax: the identity provider sends the browser back from another site.
    setOidcBinding: (value) => set(names.oidc, value ?? '', value === undefined ? 0 : oidcSeconds, 'lax'),
  };
}
