/**
 * What Exchange Online asks of an access token ("Authenticate an IMAP, POP or SMTP connection using OAuth"): signature,
 * time, audience, tenant, role or scope, and a service principal with a right to the mailbox. On the wire every one of
 * these faults is the same `535 5.7.3`; which one it was is for the stand-in's log.
 */
import type { AccessToken, TokenAuthority } from '../identity/token-authority.ts';
import type { MailboxEntry } from '../tenant/directory.ts';
import { sameAddress } from '../tenant/directory.ts';

const audiences = new Set([
  'https://outlook.office365.com',
  'https://outlook.office.com',
  // Application id of Office 365 Exchange Online.
  '00000002-0000-0ff1-ce00-000000000000',
]);

export type TokenVerdict =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly why: string; readonly expired?: boolean };

/** Judges what does not depend on the mailbox. */
export function readToken(text: string, authority: TokenAuthority, now: number): TokenVerdict {
  const verified = authority.verify(text, now);
  if (!verified.ok) return { ok: false, why: `token: ${verified.why}`, expired: verified.why === 'expired' };
  const { token } = verified;
  if (!audiences.has(token.audience)) return { ok: false, why: `token: audience ${token.audience}` };
  return { ok: true, token };
}

/** The reason why this token may not send as this mailbox, or `undefined`. */
export function refuseMailbox(token: AccessToken, { tenant, mailbox }: MailboxEntry): string | undefined {
  if (token.tenantId !== tenant.id) return `token: tenant ${token.tenantId}`;
  if (token.user !== undefined) {
    if (!token.scopes.some((scope) => scope === 'SMTP.Send')) return 'token: no scope SMTP.Send';
    const own = sameAddress(token.user, mailbox.address);
    return own || mailbox.sendAs?.some((address) => sameAddress(address, token.user ?? '')) === true
      ? undefined
      : `token: of ${token.user}`;
  }
  if (!token.roles.includes('SMTP.SendAsApp')) return 'token: no role SMTP.SendAsApp';
  const application = tenant.applications?.find(({ clientId }) => clientId === token.clientId);
  // "Most frequent mistake": New-ServicePrincipal with the object id of the app registration, or not run at all.
  if (application === undefined || application.registeredInExchange === false)
    return 'the service principal is not registered in Exchange Online';
  const { fullAccess } = application;
  if (fullAccess !== undefined && !fullAccess.some((address) => sameAddress(address, mailbox.address)))
    return 'the service principal has no FullAccess to the mailbox';
  return undefined;
}
