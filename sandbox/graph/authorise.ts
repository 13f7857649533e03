/** Bearer tokens at Graph, and the mailbox that a path names. Untrusted: both. */
import type { HttpAnswer, HttpRequest } from '../http/server.ts';
import type { AccessToken } from '../identity/token-authority.ts';
import type { MailboxEntry } from '../tenant/directory.ts';
import { sameAddress } from '../tenant/directory.ts';
import type { GraphContext } from './context.ts';
import { graphError, graphErrors, type GraphStamp } from './errors.ts';

export type Authorised =
  | { readonly ok: true; readonly entry: MailboxEntry; readonly token: AccessToken }
  | { readonly ok: false; readonly answer: HttpAnswer };

const audiences = new Set(['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000']);

/** `permissions`: any one of them is enough. `segment`: the path's, as sent. */
export function authorise(
  context: GraphContext,
  request: HttpRequest,
  given: {
    readonly segment: string;
    readonly permissions: readonly string[];
    readonly stamp: GraphStamp;
  },
): Authorised {
  const { stamp } = given;
  const refuse = (status: number, error: { code: string; message: string }): Authorised => ({
    ok: false,
    answer: graphError(status, error, stamp),
  });
  const text = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (text === undefined) return refuse(401, graphErrors.emptyToken);
  const verified = context.authority.verify(text, context.clock.now());
  if (!verified.ok) {
    return refuse(401, verified.why === 'expired' ? graphErrors.expiredToken : graphErrors.malformedToken);
  }
  const { token } = verified;
  if (!audiences.has(token.audience)) return refuse(401, graphErrors.badToken);
  const granted = token.user === undefined ? token.roles : token.scopes;
  if (!given.permissions.some((permission) => granted.includes(permission)))
    return refuse(403, graphErrors.accessDenied);
  const mailbox = readSegment(given.segment);
  if (mailbox === undefined) return refuse(400, graphErrors.badPath);
  const address = mailbox === 'me' ? (token.user ?? '') : mailbox;
  const entry = context.directory.mailbox(address);
  if (entry === undefined || entry.tenant.id !== token.tenantId) {
    return refuse(404, { code: 'ErrorInvalidUser', message: `The requested user '${address}' is invalid.` });
  }
  if (entry.mailbox.rest === false) return refuse(404, graphErrors.notRest);
  return refuseScope(token, entry) ? refuse(403, graphErrors.accessDenied) : { ok: true, entry, token };
}

/** RBAC for Applications limits an application to mailboxes; a delegated token is its user's alone. */
function refuseScope(token: AccessToken, { tenant, mailbox }: MailboxEntry): boolean {
  if (token.user !== undefined) return !sameAddress(token.user, mailbox.address);
  const scope = tenant.applications?.find(({ clientId }) => clientId === token.clientId)?.fullAccess;
  return scope !== undefined && !scope.some((address) => sameAddress(address, mailbox.address));
}

/**
 * RFC 3986 2.1, strictly: only unreserved characters, `@`, `:` and sub-delimiters stand for themselves in a segment
 * (3.3), and every escape must be whole and UTF-8.
 */
function readSegment(segment: string): string | undefined {
  if (!/^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/.test(segment)) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
