/** The whole set-up of the Microsoft 365 side for the routes of a policy, tenant by tenant. Pure: nothing is asked or changed. */
import type { CloudName } from '../../../microsoft365/clouds.ts';
import { cloudNamed } from '../../../microsoft365/clouds.ts';
import { oauthSections } from './applications.ts';
import { dnsSections } from './dns-records.ts';
import { connectorSection } from './inbound-connectors.ts';
import { comment, literal } from './powershell.ts';
import type { SetupSection } from './sections.ts';
import type { SetupTenant } from './setup-input.ts';

export interface TenantSetup {
  readonly domain: string;
  readonly sections: readonly SetupSection[];
}

/** `egress`: public addresses and ranges of the relay; empty where they are not known. */
export function setupOf(tenant: SetupTenant, egress: readonly string[]): TenantSetup {
  const cloud = cloudNamed(tenant.cloud);
  const byAddress = tenant.routes.some(
    ({ kind }) => kind === 'connector-address' || kind === 'connector-certificate',
  );
  return {
    domain: tenant.domain,
    sections: withoutRepetition([
      signInSection(tenant),
      acceptedDomainsSection(tenant),
      ...tenant.routes.flatMap((route): SetupSection[] => {
        switch (route.kind) {
          case 'connector-certificate':
          case 'connector-address':
            return [connectorSection(route, tenant.acceptedDomains, egress)];
          case 'communication-services':
            return [communicationServices(route.connector)];
          case 'submission':
          case 'high-volume-email':
          case 'graph':
            return oauthSections(route, tenant.senders);
        }
      }),
      ...tenant.acceptedDomains.flatMap((domain) => dnsSections(domain, cloud, byAddress ? egress : [])),
    ]),
  };
}

/** Two connectors of one mailbox need the same Send As; what is the same line by line stands once. */
function withoutRepetition(sections: readonly SetupSection[]): SetupSection[] {
  const seen = new Set<string>();
  return sections.filter(({ title, lines }) => {
    const text = [title, ...lines].join('\n');
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** learn.microsoft.com/powershell/exchange/connect-to-exchange-online-powershell, -microsoftgraph/authentication-commands. */
const environments: Record<CloudName, { readonly exchange: string; readonly graph: string }> = {
  worldwide: { exchange: '', graph: '' },
  'gcc-high': { exchange: ' -ExchangeEnvironmentName O365USGovGCCHigh', graph: ' -Environment USGov' },
  dod: { exchange: ' -ExchangeEnvironmentName O365USGovDoD', graph: ' -Environment USGovDoD' },
  china: { exchange: ' -ExchangeEnvironmentName O365China', graph: ' -Environment China' },
};

function signInSection({ cloud, routes, domain }: SetupTenant): SetupSection {
  const { exchange, graph } = environments[cloud];
  const hasApplication = routes.some((route) => 'application' in route && route.application !== undefined);
  return {
    id: `sign-in-${domain}`,
    title: `Sign in to the tenant of ${domain}`,
    kind: 'powershell',
    why: 'Everything below is run in one PowerShell window of an administrator. Nothing is installed on the relay.',
    lines: [
      'Install-Module ExchangeOnlineManagement -Scope CurrentUser',
      `Connect-ExchangeOnline${exchange}`,
      ...(hasApplication
        ? [
            'Install-Module Microsoft.Graph.Applications -Scope CurrentUser',
            `Connect-MgGraph${graph} -Scopes 'Application.Read.All','AppRoleAssignment.ReadWrite.All'`,
          ]
        : []),
    ],
    check: ['Get-ConnectionInformation | Format-List Organization,State'],
    undo: ['Disconnect-ExchangeOnline -Confirm:$false', ...(hasApplication ? ['Disconnect-MgGraph'] : [])],
    source: 'learn.microsoft.com/powershell/exchange/connect-to-exchange-online-powershell',
  };
}

function acceptedDomainsSection({ acceptedDomains, domain }: SetupTenant): SetupSection {
  return {
    id: `accepted-domains-${domain}`,
    title: 'Accepted domains',
    kind: 'powershell',
    why: 'Mail is attributed to the tenant only by a domain that it accepts. An Authoritative domain refuses recipients it does not know (5.4.1); a domain with mailboxes elsewhere is InternalRelay.',
    lines: [
      comment(
        'each of these must be listed; a domain that is missing is added and proved in the admin centre',
      ),
      ...acceptedDomains.map((name) => `Get-AcceptedDomain -Identity ${literal(name)}`),
    ],
    check: ['Get-AcceptedDomain | Format-Table DomainName,DomainType,Default'],
    undo: [],
    source:
      'learn.microsoft.com/exchange/mail-flow-best-practices/manage-accepted-domains/manage-accepted-domains',
  };
}

function communicationServices(connector: string): SetupSection {
  return {
    id: `${connector}-acs`,
    title: `Azure Communication Services (connector ${connector})`,
    kind: 'portal',
    why: 'The sender domain is verified in Azure, which gives SPF and DKIM records of its own. By default 30 messages a minute and 100 an hour for a domain of yours; a support request raises it.',
    lines: [
      'In Azure: create an Email Communication Service, add and verify the sender domain, connect it to a Communication Services resource.',
      'Give the Entra application the role "Communication and Email Service Owner" on that resource, and create its SMTP user name.',
    ],
    check: [],
    undo: ['In Azure: take the role away and delete the SMTP user name.'],
    source:
      'learn.microsoft.com/azure/communication-services/quickstarts/email/send-email-smtp/smtp-authentication',
  };
}

/** As text to read and paste; `undo`: the way back, in the reverse order, in a window of its own. */
export function formatSetup(setup: TenantSetup, way: 'do' | 'undo'): string {
  const sections = way === 'do' ? setup.sections : setup.sections.toReversed();
  const signIn = way === 'undo' ? signedIn(setup.sections) : [];
  const blocks = sections.flatMap((section) => {
    const lines =
      way === 'do'
        ? [...section.lines, '', ...section.check.map((line) => asCheck(section, line))]
        : section.undo;
    if (lines.length === 0) return [];
    return [
      [
        `## ${section.title}`,
        ...(way === 'do' ? [`## ${section.why}`, `## ${section.source}`] : []),
        '',
        ...shown(section, lines),
      ].join('\n'),
    ];
  });
  return [
    `## Microsoft 365 set-up for ${setup.domain}${way === 'undo' ? ': the way back' : ''}`,
    ...signIn,
    ...blocks,
  ].join('\n\n');
}

/** Without the modules, which are there since the set-up. */
function signedIn([first]: readonly SetupSection[]): string[] {
  const lines = first?.lines.filter((line) => line.startsWith('Connect-')) ?? [];
  return first && lines.length > 0 ? [[`## ${first.title}`, '', ...lines].join('\n')] : [];
}

function asCheck({ kind }: SetupSection, line: string): string {
  return kind === 'powershell' ? `${line}   # shows that it is in force` : line;
}

/** Only PowerShell can be pasted; the rest stands as comments so that the whole text can be. */
function shown({ kind }: SetupSection, lines: readonly string[]): string[] {
  return lines.map((line) => (kind === 'powershell' || line === '' ? line : comment(line)));
}
