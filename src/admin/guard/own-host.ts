/**
 * Who may ask. The port is often reachable from a browser on the same machine, so a page of another site must
 * not be able to use it: the Host field must name this machine (DNS rebinding), an Origin must be our own, and
 * everything that says or changes something needs the token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** A Host that cannot have been made to point here by somebody else's DNS: an address, localhost, our own name. */
export function isOwnHost(host: string | undefined, hostname: string): boolean {
  if (host === undefined) return false;
  const name = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/.exec(host);
  const bare = (name?.[1] ?? name?.[2] ?? '').toLowerCase();
  return isIP(bare) !== 0 || bare === 'localhost' || bare === hostname.toLowerCase();
}

/**
 * What a browser says of the page that asks (W3C Fetch Metadata): one of our own, or the person at the address bar.
 * Absent: no browser of this century, and no CSRF.
 */
export function isFromOwnPage(secFetchSite: string | string[] | undefined): boolean {
  return secFetchSite === undefined || secFetchSite === 'same-origin' || secFetchSite === 'none';
}

/** Browsers send Origin with everything that changes something; `null` is an origin that hides itself. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

/** The credentials of `Authorization: Bearer`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '')?.[1];
}

export function isSameSecret(given: string, expected: string): boolean {
  // Digests have one length, so neither length nor content of the token shows in the time taken.
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
