/**
 * smtp.azurecomm.net: Azure Communication Services Email. The user name is `RESOURCE.APPLICATION.TENANT` (or with `|`),
 * the password a secret of that application ("Create credentials for SMTP authentication"). 30 messages a minute, 100 an
 * hour, 50 recipients, 10 MB by default ("Service limits for Azure Communication Services").
 */
import { SlidingWindow } from '../clock.ts';
import { headerAddresses } from '../mail/header.ts';
import type { Endpoint, Refusal } from '../smtp/endpoint.ts';
import { listed } from '../switches.ts';
import { domainOf } from '../tenant/directory.ts';
import { authCommand, type LoginDesk, type LoginVerdict } from './auth.ts';
import type { SubmissionContext } from './context.ts';
import { judgeSession } from './endpoint.ts';
import { submissionReplies as replies } from './replies.ts';

export const acsBytesMax = 10 * 2 ** 20;
const recipientsMax = 50;
const perMinute = 30;
const perHour = 100;
const guid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const userName = new RegExp(`^(.{1,63})[.|](${guid})[.|](${guid})$`);

/** The rules are published, their SMTP replies are not. */
const acsReplies = {
  authFailed: '535 5.7.3 Authentication unsuccessful',
  foreignSender: '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
  rate: '450 4.7.0 Message rate of the resource exceeded, try again later',
} as const;

export function acsEndpoint(context: SubmissionContext): Endpoint {
  const minute = new SlidingWindow(context.clock, 60_000);
  const hour = new SlidingWindow(context.clock, 3_600_000);
  return {
    route: 'acs',
    mechanisms: ['LOGIN'],
    commands: new Map([['AUTH', authCommand(acsDesk(context))]]),
    judgeSender: (session) => judgeSession(session),
    judgeRecipient: (_session, transaction) =>
      transaction.recipients.length < recipientsMax ? undefined : replies.tooManyRecipients,
    judgeContent: (session, transaction, content): Refusal => {
      const senders = [transaction.from, ...headerAddresses(content, 'from')];
      const isOwn = (sender: string): boolean =>
        context.directory.tenantOfAcsDomain(domainOf(sender)) === session.login?.tenant;
      if (!senders.every(isOwn)) return acsReplies.foreignSender;
      if (minute.total >= perMinute || hour.total >= perHour) return acsReplies.rate;
      minute.add(1);
      hour.add(1);
      return undefined;
    },
  };
}

function acsDesk(context: SubmissionContext): LoginDesk {
  return {
    password: (user, password) => judgePassword(context, user, password),
    token: () => ({ ok: false, reply: acsReplies.authFailed, why: 'tokens are not taken' }),
    malformed: () => acsReplies.authFailed,
    entered: () => undefined,
    failed: context.loginFailed,
  };
}

function judgePassword(context: SubmissionContext, user: string, password: string): LoginVerdict {
  const refuse = (why: string): LoginVerdict => ({ ok: false, reply: acsReplies.authFailed, why });
  const [, , clientId = '', tenantId = ''] = userName.exec(user) ?? [];
  const tenant = context.directory.tenant(tenantId);
  const application = tenant && context.directory.application(tenant, clientId);
  if (tenant === undefined || application === undefined) return refuse('no such application');
  const secret = application.secrets?.find(({ value }) => value === password);
  if (secret === undefined) return refuse('wrong secret');
  const expired = (secret.expiresAt ?? Infinity) <= context.clock.now();
  if (expired || listed(context.switches.current.expiredSecrets, secret.id)) return refuse('secret expired');
  return {
    ok: true,
    login: { tenant, name: user, mechanism: 'LOGIN', clientId: application.clientId },
  };
}
