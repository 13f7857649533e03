/**
 * Whether a token is what a route needs, before the route's network is asked (pure): a token for the wrong resource, or
 * without the permission, comes back from Microsoft as "authentication unsuccessful", like a wrong password.
 */
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { safeText } from '../../protocol/mail/field-writer.ts';
import type { AccessToken } from './access-token.ts';

export interface TokenNeed {
  /** Values of `aud` that mean the route's resource: its URLs and its application id; none: not known. */
  readonly audiences: readonly string[];
  /** Such as `SMTP.SendAsApp`, or `SMTP.Send` in the name of a person. */
  readonly permission: string;
  /** Whose token it is: the claim `roles` names application permissions, `scp` those in the name of a person. */
  readonly subject: 'application' | 'person';
  /**
   * The permission is given in Exchange Online (RBAC for Applications), so no token names it
   * ("Role Based Access Control for Applications in Exchange Online", Microsoft Learn).
   */
  readonly isGrantedInExchange: boolean;
  /** Directory id or domain of the tenant, as configured; a domain cannot be compared with a token. */
  readonly tenantId?: string;
}

export interface TokenMismatch {
  readonly code: 'token-audience' | 'token-role' | 'token-scope' | 'token-tenant' | 'token-expired';
  /** What is wrong and what would be right. */
  readonly text: string;
}

const directoryId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `undefined`: nothing speaks against it. */
export function judgeToken(
  { claims, clockAheadMs = 0 }: AccessToken,
  need: TokenNeed,
  now: Instant,
): TokenMismatch | undefined {
  if (!claims) return undefined;
  const wanted = new Set(need.audiences.map(plainUrl));
  if (
    wanted.size > 0 &&
    claims.audience.length > 0 &&
    !claims.audience.some((one) => wanted.has(plainUrl(one)))
  ) {
    const text = `the token is for ${shown(claims.audience)}, and this route needs one for ${need.audiences[0]}; check \`scope\` of the credential`;
    return { code: 'token-audience', text };
  }
  const { tenant, expiresAt } = claims;
  if (tenant !== undefined && need.tenantId !== undefined && directoryId.test(need.tenantId)) {
    if (tenant.toLowerCase() !== need.tenantId.toLowerCase()) {
      const text = `the token is of the tenant ${shown([tenant])}, and \`tenantId\` is ${need.tenantId}`;
      return { code: 'token-tenant', text };
    }
  }
  // By the clock of whoever made it: ours may be wrong.
  if (expiresAt !== undefined && expiresAt <= now + clockAheadMs) {
    return { code: 'token-expired', text: `the token ended at ${formatInstant(expiresAt)}` };
  }
  return judgePermission({ claims }, need, need.permission);
}

/** A permission that not every message needs. */
export function judgePermission(
  { claims }: Pick<AccessToken, 'claims'>,
  need: Pick<TokenNeed, 'subject' | 'isGrantedInExchange'>,
  permission: string,
): TokenMismatch | undefined {
  if (!claims || need.isGrantedInExchange) return undefined;
  return need.subject === 'person'
    ? judgeScopes(claims.scopes, permission)
    : judgeRoles(claims.roles, permission);
}

function judgeRoles(roles: readonly string[], permission: string): TokenMismatch | undefined {
  if (roles.includes(permission)) return undefined;
  const has = roles.length > 0 ? `only ${shown(roles)}` : 'no application permission';
  const text = `the token has ${has}, and this route needs ${permission}: add the application permission and grant admin consent (new consent takes up to an hour to work), or set \`grantedInExchange\` where RBAC for Applications gives it`;
  return { code: 'token-role', text };
}

function judgeScopes(scopes: readonly string[], permission: string): TokenMismatch | undefined {
  // Microsoft Entra writes them as they are registered; whoever types them may not.
  if (scopes.some((one) => one.toLowerCase() === permission.toLowerCase())) return undefined;
  const has = scopes.length > 0 ? `only ${shown(scopes)}` : 'no delegated permission';
  const text = `the token of the person who signed in has ${has}, and this route needs ${permission}: add the delegated permission to the application, consent to it, and sign in again`;
  return { code: 'token-scope', text };
}

function plainUrl(audience: string): string {
  return audience.toLowerCase().replace(/\/+$/, '');
}

function shown(values: readonly string[]): string {
  return safeText(values.join(', '), 200);
}
