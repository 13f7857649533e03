/** Who may log in to smtp.office365.com, and the reply to whom may not. Credentials are judged before switches. */
import { listed } from '../switches.ts';
import type { MailboxEntry } from '../tenant/directory.ts';
import { sameAddress } from '../tenant/directory.ts';
import type { LoginDesk, LoginVerdict } from './auth.ts';
import type { SubmissionContext } from './context.ts';
import { submissionReplies as replies } from './replies.ts';
import { readToken, refuseMailbox } from './verify-token.ts';

export function mailboxDesk(context: SubmissionContext): LoginDesk {
  return {
    password: (user, password) => judgePassword(context, user, password),
    token: ({ user, token }) => judgeToken(context, user, token),
    malformed: () => replies.authFailed,
    entered: (_session, login) => {
      context.mailboxes.connected(login.name);
      return undefined;
    },
    failed: context.loginFailed,
  };
}

function judgePassword(context: SubmissionContext, user: string, password: string): LoginVerdict {
  const entry = context.directory.mailbox(user);
  const { current } = context.switches;
  if (current.basicAuthRetired)
    return { ok: false, reply: replies.basicRetired, why: 'basic authentication is retired' };
  if (entry === undefined) return { ok: false, reply: replies.wrongPassword, why: `no mailbox ${user}` };
  if (entry.mailbox.password === undefined || entry.mailbox.password !== password)
    return { ok: false, reply: replies.wrongPassword, why: 'wrong password' };
  const { id } = entry.tenant;
  if (listed(current.securityDefaultsTenants, id))
    return { ok: false, reply: replies.securityDefaults, why: 'security defaults' };
  if (listed(current.basicAuthDisabledTenants, id))
    return { ok: false, reply: replies.basicDisabled, why: 'authentication policy' };
  return (
    refuseBySwitch(context, entry) ?? {
      ok: true,
      login: { tenant: entry.tenant, name: entry.mailbox.address, mechanism: 'LOGIN' },
    }
  );
}

function judgeToken(context: SubmissionContext, user: string, text: string): LoginVerdict {
  const refuse = (why: string): LoginVerdict => ({ ok: false, reply: replies.authFailed, why });
  const verdict = readToken(text, context.authority, context.clock.now());
  if (!verdict.ok) return refuse(verdict.why);
  const entry = context.directory.mailbox(user);
  if (entry === undefined) return refuse(`no mailbox ${user}`);
  const why = refuseMailbox(verdict.token, entry);
  if (why !== undefined) return refuse(why);
  return (
    refuseBySwitch(context, entry) ?? {
      ok: true,
      login: {
        tenant: entry.tenant,
        name: entry.mailbox.address,
        mechanism: 'XOAUTH2',
        clientId: verdict.token.clientId,
      },
    }
  );
}

/** {oauth-doc}: SMTP AUTH must be enabled for the mailbox even with OAuth. {cas}: the mailbox's value wins. */
function refuseBySwitch(
  context: SubmissionContext,
  { tenant, mailbox }: MailboxEntry,
): LoginVerdict | undefined {
  const { current } = context.switches;
  if (listed(current.smtpAuthDisabledMailboxes, mailbox.address))
    return { ok: false, reply: replies.mailboxDisabled, why: 'SmtpClientAuthenticationDisabled, mailbox' };
  if (listed(current.smtpAuthEnabledMailboxes, mailbox.address)) return undefined;
  if (listed(current.smtpAuthDisabledTenants, tenant.id))
    return {
      ok: false,
      reply: replies.tenantDisabled,
      why: 'SmtpClientAuthenticationDisabled, organisation',
    };
  return undefined;
}

/** Whether a mailbox may send with this address: its own, an alias or one it has Send As for. */
export function maySendAs({ mailbox }: MailboxEntry, from: string): boolean {
  const own = [mailbox.address, ...(mailbox.aliases ?? []), ...(mailbox.sendAs ?? [])];
  return own.some((address) => sameAddress(address, from));
}
