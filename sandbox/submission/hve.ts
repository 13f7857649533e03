/**
 * smtp.hve.mx.microsoft: High Volume Email. Internal recipients only, 50 of them, 10 MB, no limit of rate; the sender is
 * the account ("Manage high volume emails for Microsoft 365", "Troubleshoot High Volume Email").
 */
import { headerAddresses } from '../mail/header.ts';
import type { Endpoint } from '../smtp/endpoint.ts';
import { listed } from '../switches.ts';
import { sameAddress } from '../tenant/directory.ts';
import { authCommand, type LoginDesk, type LoginVerdict } from './auth.ts';
import type { SubmissionContext } from './context.ts';
import { judgeSession } from './endpoint.ts';
import { submissionReplies as replies } from './replies.ts';
import { readToken } from './verify-token.ts';

export const hveBytesMax = 10 * 2 ** 20;
const recipientsMax = 50;
/** What "nearly expired" means is not published. */
const nearlyExpiredMs = 60_000;

/** Of the codes .142 to .144 and .240 no texts are published. */
const hveReplies = {
  malformed: '501 5.5.124 Invalid XOAUTH2 auth data',
  expiring: '535 5.7.142',
  expired: '535 5.7.143',
  permission: '535 5.7.144',
  notAllowed: '550 5.7.240',
  organisation:
    "535 5.7.139 Authentication unsuccessful, the organization configuration doesn't allow this authentication request.",
  // The rule is published, its reply is not.
  external: '550 5.7.1 Recipient is not internal to the organization',
} as const;

export function hveEndpoint(context: SubmissionContext): Endpoint {
  return {
    route: 'hve',
    mechanisms: ['LOGIN', 'XOAUTH2'],
    commands: new Map([['AUTH', authCommand(hveDesk(context))]]),
    judgeSender: (session) => judgeSession(session),
    judgeRecipient: (session, transaction, address) => {
      if (transaction.recipients.length >= recipientsMax) return replies.tooManyRecipients;
      const own = context.directory.tenantOfAddress(address) === session.login?.tenant;
      return own ? undefined : hveReplies.external;
    },
    judgeContent: (session, transaction, content) => {
      const account = session.login?.name ?? '';
      const senders = [transaction.from, ...headerAddresses(content, 'from')];
      return senders.every((sender) => sameAddress(sender, account)) ? undefined : replies.sendAsEnvelope;
    },
  };
}

function hveDesk(context: SubmissionContext): LoginDesk {
  return {
    password: (user, password) => judgePassword(context, user, password),
    token: ({ user, token }) => judgeToken(context, user, token),
    malformed: () => hveReplies.malformed,
    entered: () => undefined,
    failed: context.loginFailed,
  };
}

function judgePassword(context: SubmissionContext, user: string, password: string): LoginVerdict {
  const found = context.directory.hveAccount(user);
  if (found === undefined || found.account.password === undefined || found.account.password !== password)
    return { ok: false, reply: replies.wrongPassword, why: 'account or password' };
  const { securityDefaultsTenants, basicAuthDisabledTenants } = context.switches.current;
  // It does not heed SmtpClientAuthenticationDisabled, but dies with these two.
  if (listed([...securityDefaultsTenants, ...basicAuthDisabledTenants], found.tenant.id))
    return { ok: false, reply: hveReplies.organisation, why: 'security defaults or authentication policy' };
  return {
    ok: true,
    login: { tenant: found.tenant, name: found.account.address, mechanism: 'LOGIN' },
  };
}

function judgeToken(context: SubmissionContext, user: string, text: string): LoginVerdict {
  const refuse = (reply: string, why: string): LoginVerdict => ({ ok: false, reply, why });
  const now = context.clock.now();
  const verdict = readToken(text, context.authority, now);
  if (!verdict.ok) return refuse(verdict.expired ? hveReplies.expired : replies.authFailed, verdict.why);
  const { token } = verdict;
  if (token.expiresAt <= now) return refuse(hveReplies.expired, 'token: expired');
  if (token.expiresAt - now < nearlyExpiredMs) return refuse(hveReplies.expiring, 'token: nearly expired');
  const granted = token.user === undefined ? token.roles : token.scopes;
  if (!granted.includes('Mail.Send')) return refuse(hveReplies.permission, 'token: no Mail.Send');
  const found = context.directory.hveAccount(user);
  if (found === undefined || found.tenant.id !== token.tenantId)
    return refuse(replies.authFailed, `no HVE account ${user} in the tenant of the token`);
  // Add-HVEAppAccess, with the object id of the enterprise application.
  if (token.user === undefined && found.account.applications?.includes(token.objectId) !== true)
    return refuse(hveReplies.notAllowed, 'Add-HVEAppAccess');
  const { account, tenant } = found;
  return {
    ok: true,
    login: { tenant, name: account.address, mechanism: 'XOAUTH2', clientId: token.clientId },
  };
}
