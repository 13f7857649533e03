/** Faults of the Microsoft 365 side, built with its stand-in. */
import { explain } from '../patient.ts';
import { createConnector } from '../../../src/connector/create.ts';
import { testConfig, testDelivery, testEnvironment } from '../../../src/connector/testing/delivery.ts';
import { simpleMessage } from './message.ts';
import type { Fault } from './world.ts';
import { answered, byMicrosoft, examine, given, switched, talk, zone } from './world.ts';

const out = { from: 'scan@contoso.com', to: 'ann@fabrikam.com' } as const;
const toMx = (asked: { from?: string; to?: string } = {}) => talk(byMicrosoft('mx'), { ...out, ...asked });
const submit = (from: string, to = 'ann@fabrikam.com') =>
  talk(byMicrosoft('submission'), { from, to, send: true });

/** By a password, which Exchange Online still takes until the date in the calendar. */
const byPassword = (password = given().sandbox.submission.password) =>
  byMicrosoft('submission', {
    credential: { username: given().sandbox.submission.mailbox, password },
  });

const token = (credential: Record<string, unknown> = {}) =>
  examine(byMicrosoft('submission', { credential }));

/** A message that the stand-in takes and returns, as its report is pasted. */
async function returned(recipient: string) {
  const { sandbox } = given();
  const patient = byMicrosoft('mx');
  const [connector] = patient.connectors ?? [];
  const made = createConnector(
    testConfig({ ...connector, tenant: undefined }),
    testEnvironment({ ...patient.environment, secrets: patient.secrets ?? {} }),
  );
  const before = sandbox.returned().length;
  try {
    const content = simpleMessage('scan@contoso.com', recipient);
    await made.attempt(
      testDelivery({ from: 'scan@contoso.com', to: [recipient], content }),
      AbortSignal.timeout(60_000),
    );
  } finally {
    await made[Symbol.asyncDispose]();
  }
  const report = sandbox.returned()[before];
  return explain(report === undefined ? '' : report.content.toString('utf8'));
}

export const microsoftFaults: readonly Fault[] = [
  {
    fault: 'classic: wrong TLS settings, STARTTLS off towards Exchange Online',
    told: () => talk(byMicrosoft('submission', { more: { tls: 'off' } }), { ...out, send: true }),
    id: 'tester auth login-needs-tls',
    cause: 'this connector has `tls: off`, although the server offers STARTTLS',
    mend: 'Set `tls: required`',
  },
  {
    fault: 'classic: a sender domain that the tenant does not accept',
    told: () => toMx({ from: 'scan@stranger.example' }),
    id: 'tester rcpt attribution-attr36',
    cause: 'The sender domain stranger.example is not an accepted domain of the tenant (contoso.com).',
    mend: 'Rewrite the sender to an accepted domain (`rewrite.sender` of the source)',
  },
  {
    fault: 'classic: the sending address is in no inbound connector',
    told: () => switched({ disabledConnectors: ['loopback', 'certificate'] }, () => toMx()),
    id: 'tester rcpt attribution-attr36',
    cause: 'The address 127.0.0.1, from which this relay is seen, is in no inbound connector',
    mend: 'Set-InboundConnector -Identity NAME -SenderIPAddresses @{Add="127.0.0.1"}',
  },
  {
    fault: 'Direct Send is switched off',
    told: () =>
      switched(
        {
          disabledConnectors: ['loopback', 'certificate'],
          rejectDirectSendTenants: [given().sandbox.identity.tenantId],
        },
        () => toMx({ to: 'ann@contoso.com' }),
      ),
    id: 'tester rcpt direct-send-rejected',
    cause: 'The tenant set RejectDirectSend',
    mend: "Create an inbound connector for the relay's IP or certificate",
  },
  {
    fault: 'a partner connector restricts the domain',
    told: () => answered('partner-connector-mismatch'),
    id: 'tester rcpt partner-connector-mismatch',
    cause: 'A Partner connector locks the domain to certain IPs or certificates',
    mend: "Add the relay's IP/certificate to the connector",
  },
  {
    fault: 'wrong region',
    told: () => answered('wrong-region-attr35'),
    id: 'tester rcpt wrong-region-attr35',
    cause: "another Microsoft 365 region than the tenant's",
    mend: "Use the tenant's current MX host name",
  },
  {
    fault: 'the address is on a block list of Microsoft',
    told: () => answered('banned-ip-606'),
    id: 'tester rcpt banned-ip-606',
    cause: "The sending IP is on Microsoft's block list",
    mend: 'Request removal at https://sender.office.com',
  },
  {
    fault: 'too much at once from this address',
    told: () => answered('ip-rate-limited-650'),
    id: 'tester rcpt ip-rate-limited-650',
    cause: 'Rate limit because of IP reputation',
    mend: 'Send through the connector rather than directly',
  },
  {
    fault: 'a recipient that does not exist (directory-based edge blocking)',
    told: () => answered('dbeb-recipient-rejected'),
    id: 'tester rcpt dbeb-recipient-rejected',
    cause: 'the recipient does not exist in the tenant',
    mend: 'Correct the address',
  },
  {
    fault: 'a returned message: no such recipient',
    told: () => returned('ndr-5-1-10@contoso.com'),
    id: 'explainer recipient-not-found-5110',
    cause: 'Recipient does not exist in the tenant',
    mend: 'Correct the address',
  },
  {
    fault: 'a returned message: the mailbox is full',
    told: () => returned('ndr-5-2-2@contoso.com'),
    id: 'explainer recipient-mailbox-full',
    cause: "Recipient's mailbox is full",
    mend: 'Recipient clears mailbox',
  },
  {
    fault: 'SMTP AUTH is switched off for the tenant',
    told: () =>
      switched({ smtpAuthDisabledTenants: [given().sandbox.identity.tenantId] }, () =>
        talk(byMicrosoft('submission')),
      ),
    id: 'tester auth smtpauth-off-tenant',
    cause: 'SMTP AUTH is off for the organisation',
    mend: 'Set-CASMailbox <mbx> -SmtpClientAuthenticationDisabled $false',
  },
  {
    fault: 'SMTP AUTH is switched off for the mailbox',
    told: () =>
      switched({ smtpAuthDisabledMailboxes: [given().sandbox.submission.mailbox] }, () =>
        talk(byMicrosoft('submission')),
      ),
    id: 'tester auth smtpauth-off-mailbox',
    cause: 'SMTP AUTH is off for this mailbox',
    mend: 'Set it to $false',
  },
  {
    fault: 'security defaults end basic authentication',
    told: () =>
      switched({ securityDefaultsTenants: [given().sandbox.identity.tenantId] }, () => talk(byPassword())),
    id: 'tester auth auth-security-defaults',
    cause: 'Security defaults block legacy authentication',
    mend: 'Use OAuth or a connector',
  },
  {
    fault: 'basic authentication is gone',
    told: () => switched({ basicAuthRetired: true }, () => talk(byPassword())),
    id: 'tester auth basic-retired-5730',
    cause: 'once basic authentication is retired',
    mend: 'OAuth, connector, HVE, ACS or Graph',
  },
  {
    fault: 'a wrong mailbox password',
    told: () => talk(byPassword('wrong-test-value')),
    id: 'tester auth auth-wrong-password',
    cause: 'Wrong user or password',
    mend: 'Correct it',
  },
  {
    fault: 'Send As is denied',
    told: () => submit('somebody@contoso.com'),
    id: 'tester content sendas-5760',
    cause: 'Signed-in mailbox may not send as the From/MAIL FROM address',
    mend: 'Add-RecipientPermission -AccessRights SendAs',
  },
  {
    fault: 'the mailbox that sends is full',
    told: () =>
      switched({ fullMailboxes: [given().sandbox.submission.mailbox] }, () =>
        submit(given().sandbox.submission.mailbox),
      ),
    id: 'tester content store-quota-sender',
    cause: 'The sending mailbox (or its Recoverable Items) is full',
    mend: 'Empty Sent Items of the relay mailbox',
  },
  {
    fault: 'expired client secret',
    told: () => switched({ expiredSecrets: [given().sandbox.identity.secretId] }, () => token()),
    id: 'doctor token:out',
    cause: 'AADSTS7000222',
    mend: 'New secret',
  },
  {
    fault: 'wrong client secret',
    told: () => token({ secret: 'wrong-test-value' }),
    id: 'doctor token:out',
    cause: 'AADSTS7000215',
    mend: "Enter the secret's value",
  },
  {
    fault: 'wrong tenant',
    told: () => token({ tenantId: '00000000-1111-4222-8333-444444444444' }),
    id: 'doctor token:out',
    cause: 'AADSTS90002',
    mend: 'Check tenant id and cloud',
  },
  {
    fault: 'an application that the tenant does not know',
    told: () => token({ clientId: '00000000-1111-4222-8333-444444444444' }),
    id: 'doctor token:out',
    cause: 'AADSTS700016',
    mend: 'Check tenant id, client id, authority host',
  },
  {
    fault: 'consent withdrawn: no role in the token',
    told: () => switched({ consentWithdrawnFor: [given().sandbox.identity.clientId] }, () => token()),
    id: 'doctor token:out',
    cause: 'the token has no application permission, and this route needs SMTP.SendAsApp',
    mend: 'grant admin consent',
  },
  {
    fault: 'wrong audience',
    told: () => token({ scope: 'https://graph.microsoft.com/.default' }),
    id: 'doctor token:out',
    cause: 'the token has only Mail.Send, Mail.ReadWrite, and this route needs SMTP.SendAsApp',
    mend: '`scope` of the credential is https://graph.microsoft.com/.default: take it out',
  },
  {
    fault: 'conditional access blocks the application',
    told: () => switched({ tokenEndpointFault: '53003' }, () => token()),
    id: 'doctor token:out',
    cause: 'a Conditional Access policy refuses the token',
    mend: "Find the policy in Entra's sign-in log",
  },
  {
    fault: 'the token endpoint fails',
    told: () => switched({ tokenEndpointFault: '503' }, () => token()),
    id: 'doctor token:out',
    cause: 'answered 503 and no token',
    mend: 'Ask the token endpoint again later',
  },
  {
    fault: 'the token endpoint breaks the connection',
    told: () => switched({ tokenEndpointFault: 'drop' }, () => token()),
    id: 'doctor token:out',
    cause: 'gave no token: other side closed',
    mend: 'Open HTTPS to the token endpoint',
  },
  {
    fault: 'clock of this machine is behind',
    told: () => switched({ identityClockSkewSeconds: 200 }, () => token()),
    id: 'doctor clock',
    cause: " seconds behind the token endpoint's",
    mend: 'switch NTP on',
  },
  {
    fault: 'clock of this machine is ahead',
    told: () => switched({ identityClockSkewSeconds: -200 }, () => token()),
    id: 'doctor clock',
    cause: " seconds ahead of the token endpoint's",
    mend: 'switch NTP on',
  },
  {
    fault: 'IPv6 trap at a smart host of Microsoft',
    told: () =>
      examine(
        zone(
          { 'contoso-com.mail.protection.outlook.com': { aaaa: ['::1'], a: ['127.0.0.1'] } },
          {
            connectors: [
              {
                name: 'out',
                route: {
                  type: 'smart-host',
                  hosts: [`contoso-com.mail.protection.outlook.com:${given().sandbox.mx.port}`],
                },
              },
            ],
            secrets: { ca: given().sandbox.caPem },
          },
        ),
      ),
    id: 'doctor ipv6:out',
    cause: 'inbound connectors hold IPv4 addresses alone, so mail over IPv6 belongs to no tenant',
    mend: 'Set `ipVersion: 4` on out',
  },
];
