/** What Microsoft 365 accepts of one sender. Every number can be set otherwise in the configuration. */

/** `official`: Microsoft says so. `community`: seen or shared by others. `unconfirmed`: contradictory or inferred. */
export type Mark = 'official' | 'community' | 'unconfirmed';

export interface Limit {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  readonly mark: Mark;
  readonly source: string;
}

const sources = {
  submission: 'https://learn.microsoft.com/troubleshoot/exchange/send-emails/smtp-submission-improvements',
  outbound: 'https://learn.microsoft.com/defender-office-365/outbound-spam-sending-limits-troubleshoot',
  transportConfig: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-transportconfig',
  receiving:
    'https://learn.microsoft.com/troubleshoot/exchange/email-delivery/ndr/non-delivery-reports-in-exchange-online',
  terrl: 'https://techcommunity.microsoft.com/blog/exchange (4372797, MC1023294)',
  onmicrosoft:
    'https://techcommunity.microsoft.com/blog/exchange/limiting-onmicrosoft-domain-usage-for-sending-emails/4446167',
  hve: 'https://learn.microsoft.com/exchange/mail-flow-best-practices/high-volume-mails-m365',
  hveSummary: 'third-party summaries of the High Volume Email page',
  acs: 'https://learn.microsoft.com/azure/communication-services/concepts/service-limits',
  graphThrottling: 'https://learn.microsoft.com/graph/throttling-limits',
  graphSize: 'https://github.com/microsoftgraph/microsoft-graph-docs-contrib (issue 3079)',
  graphUpload: 'https://learn.microsoft.com/graph/outlook-large-attachments',
  shaping: 'https://github.com/KumoCorp/kumomta (assets/policy-extras/shaping.toml)',
  ownChoice: 'chosen for this relay, below what others have seen',
  session: 'https://github.com/haraka/Haraka/issues/2321',
  header: 'https://github.com/stalwartlabs/smtp-server/issues/26',
} as const;

function limit(value: number, unit: string, what: string, mark: Mark, source: keyof typeof sources): Limit {
  return { value, unit, what, mark, source: sources[source] };
}

/** One mailbox at smtp.office365.com; Graph counts the first and the third with it. */
export const submissionLimits = {
  messagesPerMinute: limit(30, 'messages a minute', 'Messages of one mailbox', 'official', 'submission'),
  connections: limit(3, 'connections', 'At once for one mailbox, else 432 4.3.2', 'official', 'submission'),
  connectionsDefault: limit(
    2,
    'connections',
    'Leaves one to other clients of the mailbox',
    'unconfirmed',
    'ownChoice',
  ),
  recipientsPerDay: limit(
    10_000,
    'recipients',
    'In any 24 hours for one mailbox; a group counts as one',
    'official',
    'outbound',
  ),
  recipientsPerMessageDefault: limit(
    500,
    'recipients',
    'In one message, unless the mailbox says otherwise',
    'official',
    'transportConfig',
  ),
  recipientsPerMessageMax: limit(
    1000,
    'recipients',
    'Highest setting of a mailbox',
    'official',
    'transportConfig',
  ),
  messageBytesDefault: limit(
    35 * 1024 * 1024,
    'octets',
    'MaxSendSize of a mailbox; EHLO announces more',
    'official',
    'transportConfig',
  ),
  messageBytesMax: limit(150 * 1024 * 1024, 'octets', 'Highest MaxSendSize', 'official', 'transportConfig'),
} as const;

/** The whole tenant, by every way but High Volume Email and Azure Communication Services. */
export const tenantLimits = {
  trialExternalRecipientsPerDay: limit(
    5000,
    'recipients',
    'External, in 24 hours, of a trial tenant',
    'official',
    'terrl',
  ),
  onmicrosoftExternalRecipientsPerDay: limit(
    100,
    'recipients',
    'External, in 24 hours, from onmicrosoft.com senders of the tenant',
    'official',
    'onmicrosoft',
  ),
  recipientMessagesPerHour: limit(
    3600,
    'messages',
    'To one mailbox in an hour (5.2.122)',
    'official',
    'receiving',
  ),
  pairSharePercent: limit(33, 'percent', 'Of that limit by one sender (5.2.121)', 'official', 'receiving'),
} as const;

/**
 * Tenant External Recipient Rate Limit: external recipients in 24 hours by the number of licences that may send.
 * Not counted: journal reports, automatic replies, DSNs, notifications of Microsoft, High Volume Email, Azure
 * Communication Services. Source: techcommunity.microsoft.com 4372797 (MC1023294).
 */
export function tenantExternalRecipientsPerDay(licences: number): number {
  if (!Number.isFinite(licences) || licences < 0) throw new RangeError('licences must be zero or more');
  return Math.round(500 * licences ** 0.7 + 9500);
}

/** High Volume Email: internal recipients only, no limit of rate. */
export const highVolumeEmailLimits = {
  recipientsPerMessage: limit(
    50,
    'recipients',
    'In one message, all of them internal',
    'community',
    'hveSummary',
  ),
  messageBytes: limit(10_000_000, 'octets', 'Size of a message', 'community', 'hveSummary'),
  accounts: limit(100, 'accounts', 'In one tenant', 'community', 'hveSummary'),
  applicationsPerAccount: limit(10, 'applications', 'On the allow list of one account', 'official', 'hve'),
} as const;

/** Azure Communication Services Email, until a support request raises them. */
export const communicationServicesLimits = {
  messagesPerMinute: limit(30, 'messages a minute', 'Own domain', 'official', 'acs'),
  messagesPerHour: limit(100, 'messages an hour', 'Own domain', 'official', 'acs'),
  managedDomainMessagesPerMinute: limit(5, 'messages a minute', "Domain of Azure's", 'official', 'acs'),
  managedDomainMessagesPerHour: limit(10, 'messages an hour', "Domain of Azure's", 'official', 'acs'),
  recipientsPerMessage: limit(50, 'recipients', 'In one message', 'official', 'acs'),
  messageBytes: limit(10_000_000, 'octets', 'Size of a message', 'official', 'acs'),
} as const;

export const graphLimits = {
  concurrentRequests: limit(
    4,
    'requests',
    'At once; for each application and mailbox, or for each application',
    'unconfirmed',
    'graphThrottling',
  ),
  requestsPerTenMinutes: limit(
    10_000,
    'requests',
    'In 10 minutes for one application and mailbox',
    'official',
    'graphThrottling',
  ),
  uploadBytesPerFiveMinutes: limit(
    150_000_000,
    'octets',
    'Uploaded in 5 minutes for one application and mailbox',
    'official',
    'graphThrottling',
  ),
  requestsPerSecond: limit(
    2000,
    'requests a second',
    'Of one application over all tenants',
    'official',
    'graphThrottling',
  ),
  requestBytes: limit(4_000_000, 'octets', 'Body of a request; beyond it 413', 'official', 'graphUpload'),
  mimeBytes: limit(
    2_200_000,
    'octets',
    'MIME before base64; above about 2,240 KB it was answered 200 and not sent',
    'community',
    'graphSize',
  ),
  uploadSessionBytesMax: limit(
    150_000_000,
    'octets',
    'One attachment by upload session',
    'official',
    'graphUpload',
  ),
  uploadChunkBytes: limit(4_000_000, 'octets', 'One piece of an upload session', 'official', 'graphUpload'),
} as const;

/** The tenant's MX host on port 25. Microsoft publishes few of these: the rest is what keeps others out of trouble. */
export const mxLimits = {
  connections: limit(
    4,
    'connections',
    'At once to one tenant; 5 is common advice',
    'unconfirmed',
    'ownChoice',
  ),
  connectionsCommunity: limit(5, 'connections', 'At once to one tenant', 'community', 'shaping'),
  messagesPerConnection: limit(50, 'messages', 'Then a new connection', 'community', 'shaping'),
  idleMs: limit(
    60_000,
    'milliseconds',
    'Without mail; the server waits about 5 minutes',
    'unconfirmed',
    'ownChoice',
  ),
  sessionAgeMs: limit(
    9 * 60_000,
    'milliseconds',
    'Of a connection; it is cut after about 20 minutes',
    'unconfirmed',
    'ownChoice',
  ),
  sessionCutMs: limit(
    20 * 60_000,
    'milliseconds',
    'When the server cuts a connection (421 4.4.1)',
    'community',
    'session',
  ),
  recipientsPerDomain: limit(
    200,
    'recipients',
    'Of one domain in one transaction (4.5.3)',
    'official',
    'receiving',
  ),
  recipientsPerTransaction: limit(100, 'recipients', 'In one transaction', 'unconfirmed', 'ownChoice'),
  headerValueChars: limit(32_768, 'characters', 'In one header field (5.6.211)', 'community', 'header'),
  messageBytes: limit(
    150 * 1024 * 1024,
    'octets',
    'Ceiling of an organisation',
    'official',
    'transportConfig',
  ),
} as const;

/** Every limit with a name, for documents and consoles. */
export const limitGroups: readonly {
  readonly title: string;
  readonly limits: Readonly<Record<string, Limit>>;
}[] = [
  { title: 'SMTP AUTH submission', limits: submissionLimits },
  { title: 'Tenant', limits: tenantLimits },
  { title: 'High Volume Email', limits: highVolumeEmailLimits },
  { title: 'Azure Communication Services', limits: communicationServicesLimits },
  { title: 'Microsoft Graph', limits: graphLimits },
  { title: 'MX host', limits: mxLimits },
];
