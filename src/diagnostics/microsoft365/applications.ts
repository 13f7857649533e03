/**
 * Set-up of what signs in by OAuth: the application, its least permission, and the mailbox it may use.
 *
 * Sources: learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth;
 * learn.microsoft.com/exchange/permissions-exo/application-rbac;
 * learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365.
 */
import { comment, literal } from './powershell.ts';
import type { SetupSection } from './sections.ts';
import type { Application, SetupRoute } from './setup-input.ts';

const oauthPage =
  'learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth';
const rbacPage = 'learn.microsoft.com/exchange/permissions-exo/application-rbac';
const hvePage = 'learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365';
/** "Office 365 Exchange Online", the same in every tenant. */
const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';
const marker = 'relay365';

type OAuthRoute = Extract<SetupRoute, { kind: 'submission' | 'high-volume-email' | 'graph' }>;

/** Puts the enterprise application into `$enterprise`; its id is the one that Exchange asks for, not the registration's. */
function findApplication(application: Application): string[] {
  if (application.clientId === undefined) {
    return [
      comment('the Application (client) id of the registration, or of the managed identity'),
      `$clientId = Read-Host 'Application (client) id'`,
      `$enterprise = Get-MgServicePrincipal -Filter "appId eq '$clientId'"`,
    ];
  }
  return [
    `$clientId = ${literal(application.clientId)}`,
    `$enterprise = Get-MgServicePrincipal -Filter "appId eq '$clientId'"`,
  ];
}

const registerInExchange = [
  comment(
    '-ObjectId is the object id of the ENTERPRISE APPLICATION; that of the app registration does not work',
  ),
  // One application may stand behind several connectors, and a second New-ServicePrincipal fails.
  'if (-not (Get-ServicePrincipal | Where-Object AppId -eq $enterprise.AppId)) {',
  `  New-ServicePrincipal -AppId $enterprise.AppId -ObjectId $enterprise.Id -DisplayName ${literal(marker)}`,
  '}',
];

/** Each section stands alone when it is pasted: `$enterprise` and `$exchange` are looked up anew. */
const unregisterInExchange = [
  comment('where no other connector uses this application'),
  'Get-ServicePrincipal | Where-Object AppId -eq $enterprise.AppId | ForEach-Object { Remove-ServicePrincipal -Identity $_.ObjectId -Confirm:$false }',
];

/** An application permission of "Office 365 Exchange Online" with the administrator's consent. */
function grantExchangeRole(role: string): string[] {
  return [
    `$exchange = Get-MgServicePrincipal -Filter "appId eq '${exchangeAppId}'"`,
    `$role = $exchange.AppRoles | Where-Object Value -eq ${literal(role)}`,
    'New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id -PrincipalId $enterprise.Id -ResourceId $exchange.Id -AppRoleId $role.Id',
  ];
}

const revokeExchangeRoles = [
  `$exchange = Get-MgServicePrincipal -Filter "appId eq '${exchangeAppId}'"`,
  `Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id | Where-Object ResourceId -eq $exchange.Id | ForEach-Object { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id -AppRoleAssignmentId $_.Id }`,
];

/** `senders`: further addresses that sources send as; the mailbox needs Send As for each. */
export function oauthSections(route: OAuthRoute, senders: readonly string[]): SetupSection[] {
  if (route.kind === 'graph') return [graphSection(route), ...sendAsSections(route, senders)];
  if (route.kind === 'high-volume-email') return [hveSection(route)];
  return [submissionSection(route), ...sendAsSections(route, senders)];
}

function submissionSection({ connector, mailbox, application }: OAuthRoute): SetupSection {
  const id = `${connector}-submission`;
  const mailboxLine = `Set-CASMailbox -Identity ${literal(mailbox)} -SmtpClientAuthenticationDisabled $false`;
  const check = [
    `Get-CASMailbox -Identity ${literal(mailbox)} | Format-List SmtpClientAuthenticationDisabled`,
  ];
  const undoMailbox = `Set-CASMailbox -Identity ${literal(mailbox)} -SmtpClientAuthenticationDisabled $true`;
  if (application === undefined || application.kind === 'device-code') {
    const why =
      application === undefined
        ? `${mailbox} signs in with a password. SMTP AUTH must be on for this mailbox; security defaults and Conditional Access against legacy clients stop it. It ends with basic authentication: plan the way to OAuth.`
        : `A person signs in once for ${mailbox}; the application allows public client flows and has the delegated permission SMTP.Send. SMTP AUTH must be on for the mailbox even so.`;
    const lines = [mailboxLine];
    return {
      id,
      title: `SMTP AUTH for ${mailbox}`,
      kind: 'powershell',
      why,
      lines,
      check,
      undo: [undoMailbox],
      source: oauthPage,
    };
  }
  return {
    id,
    title: `SMTP submission as ${mailbox} (connector ${connector})`,
    kind: 'powershell',
    why: `The application may sign in to SMTP for this one mailbox. Without the service principal in Exchange the answer is 535 5.7.3, with the wrong object id as well.`,
    lines: [
      ...findApplication(application),
      ...grantExchangeRole('SMTP.SendAsApp'),
      ...registerInExchange,
      `Add-MailboxPermission -Identity ${literal(mailbox)} -User $enterprise.Id -AccessRights FullAccess`,
      comment('needed with OAuth too; the value of the mailbox wins over that of the organisation'),
      mailboxLine,
    ],
    check: [
      ...check,
      `Get-MailboxPermission -Identity ${literal(mailbox)} | Where-Object AccessRights -like '*FullAccess*'`,
    ],
    undo: [
      ...findApplication(application),
      `Remove-MailboxPermission -Identity ${literal(mailbox)} -User $enterprise.Id -AccessRights FullAccess -Confirm:$false`,
      undoMailbox,
      ...unregisterInExchange,
      ...revokeExchangeRoles,
    ],
    source: oauthPage,
  };
}

function graphSection(route: Extract<OAuthRoute, { kind: 'graph' }>): SetupSection {
  const { connector, mailbox, application, drafts } = route;
  const scope = literal(`${marker}-${connector}`);
  const find = findApplication(application ?? { clientId: undefined, kind: 'secret' });
  const roles = ['Application Mail.Send', ...(drafts ? ['Application Mail.ReadWrite'] : [])];
  const assignments = roles.map(
    (role) =>
      `New-ManagementRoleAssignment -App $enterprise.Id -Role ${literal(role)} -CustomResourceScope ${scope}`,
  );
  return {
    id: `${connector}-graph`,
    title: `Graph sendMail as ${mailbox} (connector ${connector})`,
    kind: 'powershell',
    why: 'RBAC for Applications lets the application send as this one mailbox only. A tenant-wide consent to Mail.Send adds to it and makes the scope worthless: remove it. Set grantedInExchange: true on the credential, since tokens do not name this permission. It takes 30 minutes to 2 hours to work.',
    lines: [
      ...find,
      ...registerInExchange,
      `Set-Mailbox -Identity ${literal(mailbox)} -CustomAttribute1 ${literal(marker)}`,
      `New-ManagementScope -Name ${scope} -RecipientRestrictionFilter "CustomAttribute1 -eq '${marker}'"`,
      ...assignments,
      comment('a tenant-wide consent to Mail.Send limits nothing: this lists it, remove it in Entra'),
      'Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id | Format-Table ResourceDisplayName,AppRoleId',
    ],
    check: [`Test-ServicePrincipalAuthorization -Identity $enterprise.Id -Resource ${literal(mailbox)}`],
    undo: [
      ...find,
      'Get-ManagementRoleAssignment -GetEffectiveUsers:$false | Where-Object App -eq $enterprise.Id | Remove-ManagementRoleAssignment -Confirm:$false',
      `Remove-ManagementScope -Identity ${scope} -Confirm:$false`,
      `Set-Mailbox -Identity ${literal(mailbox)} -CustomAttribute1 $null`,
      ...unregisterInExchange,
    ],
    source: rbacPage,
  };
}

function hveSection({ connector, mailbox, application }: OAuthRoute): SetupSection {
  const access = `Add-HVEAppAccess -Identity ${literal(mailbox)} -AppIds $enterprise.Id`;
  return {
    id: `${connector}-hve`,
    title: `High Volume Email as ${mailbox} (connector ${connector})`,
    kind: 'powershell',
    why: 'An HVE account is a special mail user without mailbox: internal recipients only, 50 of them and 10 MB a message. A billing policy must be set, else nothing is sent.',
    lines: [
      comment(
        'Get-HVEAccountSettings shows whether a billing policy is set; Set-HVEAccountBillingPolicy sets it',
      ),
      `Get-HVEAccountSettings -Identity ${literal(mailbox)}`,
      ...(application === undefined
        ? []
        : [...findApplication(application), ...grantExchangeRole('Mail.Send'), access]),
    ],
    check: [`Get-HVEAccountSettings -Identity ${literal(mailbox)} | Format-List`],
    undo:
      application === undefined
        ? []
        : [
            ...findApplication(application),
            `Remove-HVEAppAccess -Identity ${literal(mailbox)} -AppIds $enterprise.Id`,
            ...revokeExchangeRoles,
          ],
    source: hvePage,
  };
}

function sendAsSections({ connector, mailbox }: OAuthRoute, senders: readonly string[]): SetupSection[] {
  const others = senders.filter((address) => address.toLowerCase() !== mailbox.toLowerCase());
  if (others.length === 0) return [];
  return [
    {
      id: `${connector}-send-as`,
      title: `Send As for ${mailbox}`,
      kind: 'powershell',
      why: 'Sources send as other addresses than the mailbox. Without Send As each such message is refused with SendAsDenied (5.2.252), and repetition blocks the mailbox.',
      lines: others.map(
        (address) =>
          `Add-RecipientPermission -Identity ${literal(address)} -Trustee ${literal(mailbox)} -AccessRights SendAs -Confirm:$false`,
      ),
      check: others.map(
        (address) => `Get-RecipientPermission -Identity ${literal(address)} -Trustee ${literal(mailbox)}`,
      ),
      undo: others.map(
        (address) =>
          `Remove-RecipientPermission -Identity ${literal(address)} -Trustee ${literal(mailbox)} -AccessRights SendAs -Confirm:$false`,
      ),
      source: oauthPage,
    },
  ];
}
