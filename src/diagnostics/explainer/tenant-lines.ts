/** The PowerShell lines that look at or mend what a reply complains of, with the values of this tenant. Pure. */
import type { SetupRoute, SetupTenant } from '../microsoft365/setup-input.ts';
import { domainOf } from '../microsoft365/setup-input.ts';
import { comment, literal } from '../microsoft365/powershell.ts';
import { setupOf } from '../microsoft365/setup-script.ts';

export interface TenantLines {
  readonly tenant: string;
  readonly title: string;
  readonly lines: readonly string[];
}

type Maker = (tenant: SetupTenant, addresses: readonly string[]) => readonly TenantLines[];

const families: readonly (readonly [RegExp, Maker])[] = [
  [
    /^(?:attribution-|direct-send|partner-connector|wrong-region|temp-attr|traffic-not-accepted)/,
    ofConnectors,
  ],
  [/^(?:unregistered-domain|unauthenticated-no-mailbox|relay-access-denied)/, ofDomains],
  [/^smtpauth-off-/, ofSmtpAuth],
  [/^(?:sendas|graph-sendas)/, ofSendAs],
  [/^(?:auth-generic|auth-refused|auth-required|auth-criteria|not-authenticated|basic-)/, ofSubmission],
  [/^(?:hve-|auth-org-config-hve)/, ofSections('high-volume-email')],
  [/^graph-(?:access-denied|invalid-user|mailbox-not-rest)/, ofSections('graph')],
  [/^aad-/, ofApplication],
  [/^(?:message-too-large|graph-size|graph-too-large)/, ofSize],
  [
    /^(?:recipient-not-found|dbeb-|invalid-address|restricted-recipient|recipient-mailbox-full)/,
    ofRecipients,
  ],
];

/** `id`: of the catalogue. `addresses`: those found in the text; only they and values of the policy are filled in. */
export function tenantLines(
  id: string,
  tenants: readonly SetupTenant[],
  addresses: readonly string[],
): readonly TenantLines[] {
  const maker = families.find(([pattern]) => pattern.test(id))?.[1];
  return maker ? tenants.flatMap((tenant) => maker(tenant, addresses)) : [];
}

function ofConnectors(tenant: SetupTenant): readonly TenantLines[] {
  return setupOf(tenant, tenant.egress ?? [])
    .sections.filter((section) => section.id.endsWith('-inbound-connector'))
    .map(({ title, lines, check }) => ({
      tenant: tenant.domain,
      title,
      lines: [...check, comment('where none of them fits:'), ...lines],
    }));
}

function ofDomains(tenant: SetupTenant): readonly TenantLines[] {
  const expected = tenant.acceptedDomains.join(', ');
  return [
    {
      tenant: tenant.domain,
      title: 'Accepted domains of the tenant',
      lines: [
        comment(`the policy counts on ${expected}`),
        'Get-AcceptedDomain | Format-Table DomainName,DomainType',
      ],
    },
    ...ofConnectors(tenant),
  ];
}

function ofSmtpAuth(tenant: SetupTenant): readonly TenantLines[] {
  return mailboxesOf(tenant).map((mailbox) => ({
    tenant: tenant.domain,
    title: `SMTP AUTH of ${mailbox}`,
    lines: [
      'Get-TransportConfig | Format-List SmtpClientAuthenticationDisabled',
      `Get-CASMailbox -Identity ${literal(mailbox)} | Format-List SmtpClientAuthenticationDisabled`,
      comment('the value of the mailbox wins over that of the organisation'),
      `Set-CASMailbox -Identity ${literal(mailbox)} -SmtpClientAuthenticationDisabled $false`,
    ],
  }));
}

/** The mailbox signs in; the address it may not send as is the other one in the text. */
function ofSendAs(tenant: SetupTenant, addresses: readonly string[]): readonly TenantLines[] {
  return mailboxesOf(tenant).flatMap((mailbox) => {
    const others = addresses.filter(
      (address) => address !== mailbox.toLowerCase() && tenant.acceptedDomains.includes(domainOf(address)),
    );
    const senders =
      others.length > 0
        ? others
        : tenant.senders.filter((one) => one.toLowerCase() !== mailbox.toLowerCase());
    if (senders.length === 0) return [];
    return [
      {
        tenant: tenant.domain,
        title: `Send As for ${mailbox}`,
        lines: senders.flatMap((sender) => [
          `Get-RecipientPermission -Identity ${literal(sender)} -Trustee ${literal(mailbox)}`,
          `Add-RecipientPermission -Identity ${literal(sender)} -Trustee ${literal(mailbox)} -AccessRights SendAs -Confirm:$false`,
        ]),
      },
    ];
  });
}

function ofSubmission(tenant: SetupTenant): readonly TenantLines[] {
  const found = ofSections('submission')(tenant, []);
  return found.length > 0 ? found : ofSmtpAuth(tenant);
}

function ofSections(kind: SetupRoute['kind']): Maker {
  return (tenant) => {
    const connectors = tenant.routes.filter((route) => route.kind === kind).map(({ connector }) => connector);
    const only = { ...tenant, routes: tenant.routes.filter((route) => route.kind === kind), senders: [] };
    if (connectors.length === 0) return [];
    return setupOf(only, [])
      .sections.filter(
        (section) => section.kind === 'powershell' && connectors.some((name) => section.id.startsWith(name)),
      )
      .map(({ title, lines, check }) => ({ tenant: tenant.domain, title, lines: [...lines, ...check] }));
  };
}

function ofApplication(tenant: SetupTenant): readonly TenantLines[] {
  const ids = new Set(
    tenant.routes.flatMap((route) =>
      'application' in route && route.application?.clientId !== undefined ? [route.application.clientId] : [],
    ),
  );
  return [...ids].map((id) => ({
    tenant: tenant.domain,
    title: `Application ${id}`,
    lines: [
      `$application = Get-MgApplication -Filter ${literal(`appId eq '${id.replaceAll("'", "''")}'`)}`,
      '$application.PasswordCredentials | Format-Table DisplayName,KeyId,Hint,EndDateTime',
      '$application.KeyCredentials | Format-Table DisplayName,KeyId,EndDateTime',
      `Get-MgServicePrincipal -Filter ${literal(`appId eq '${id.replaceAll("'", "''")}'`)} | Format-List Id,AppId,AccountEnabled`,
    ],
  }));
}

function ofSize(tenant: SetupTenant): readonly TenantLines[] {
  return mailboxesOf(tenant).map((mailbox) => ({
    tenant: tenant.domain,
    title: `Largest message of ${mailbox}`,
    lines: [
      `Get-Mailbox -Identity ${literal(mailbox)} | Format-List MaxSendSize,MaxReceiveSize`,
      `Set-Mailbox -Identity ${literal(mailbox)} -MaxSendSize 150MB`,
    ],
  }));
}

function ofRecipients(tenant: SetupTenant, addresses: readonly string[]): readonly TenantLines[] {
  const ours = addresses.filter((address) => tenant.acceptedDomains.includes(domainOf(address)));
  if (ours.length === 0) return [];
  return [
    {
      tenant: tenant.domain,
      title: 'The recipient in the tenant',
      lines: ours.map(
        (address) =>
          `Get-Recipient -Identity ${literal(address)} | Format-List RecipientTypeDetails,PrimarySmtpAddress,EmailAddresses`,
      ),
    },
  ];
}

function mailboxesOf(tenant: SetupTenant): readonly string[] {
  return [...new Set(tenant.routes.flatMap((route) => ('mailbox' in route ? [route.mailbox] : [])))];
}
