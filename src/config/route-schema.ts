/** The routes into Microsoft 365 and the credentials that they use. */
import { z } from 'zod';
import { secret } from './node-schema.ts';
import { between, size } from './units.ts';

const hostName = z
  .string('expected a host name')
  .regex(/^(?:[^\s:[\]/]+|\[[0-9a-fA-F:.]+\])$/, 'expected a host name, without a port or https://');
const tcpPort = between(1, 65_535, 'a port');
const url = z
  .string('expected a URL such as https://host.example')
  .regex(/^https?:\/\/[^\s?#]+$/, 'expected a URL such as https://host.example');
const mailbox = z.string('expected a mail address').regex(/^[^\s@]+@[^\s@]+$/, 'expected a mail address');
const mailboxText = 'Address of the mailbox that sends. Envelope senders other than it need Send As.';

export const secretEnd = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
export const secretEndText =
  'a date (valid through the end of that day, UTC) or an RFC 3339 time. Warned of 30, 14, 7 and 1 days before, and after it.';

const oauthCredential = z.strictObject({
  type: z.literal('oauth').describe('OAuth 2.0: an application of Microsoft Entra.'),
  tenantId: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}$/, 'expected a directory id or a domain of the tenant')
    .optional()
    .describe('Directory (tenant) id. Needed, but for a managed identity.'),
  clientId: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'expected an application (client) id')
    .optional()
    .describe('Application (client) id; with a managed identity, the one of several.'),
  secret: secret.optional().describe('Client secret: its value, not its id.'),
  secretExpires: secretEnd
    .optional()
    .describe(`End of \`secret\`, as Microsoft Entra shows it: ${secretEndText}`),
  certificate: z.string().optional().describe('Certificate of the application, PEM file (RSA).'),
  key: z.string().optional().describe('Key of `certificate`, PEM file.'),
  managedIdentity: z
    .union([
      z.literal(true),
      z.strictObject({ endpoint: url.describe('Base URL of the metadata service instead of its own.') }),
    ])
    .optional()
    .describe('`true`: the identity that Azure gives this machine.'),
  signIn: z
    .literal('device-code')
    .optional()
    .describe(
      'A person signs in by `relay365 connector sign-in NAME`, and the relay keeps the refresh token encrypted in the data directory. The application allows public client flows and has delegated permissions.',
    ),
  authority: url.optional().describe('Base URL of the token endpoint; absent: that of the tenant’s cloud.'),
  scope: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected a scope such as https://graph.microsoft.com/.default')
    .optional()
    .describe('Scope to ask for; absent: that of the route in the tenant’s cloud.'),
  grantedInExchange: z
    .boolean()
    .default(false)
    .describe(
      'RBAC for Applications gives the permission, so tokens do not name it and are not checked for it.',
    ),
});

const passwordCredential = z.strictObject({
  type: z.literal('password').describe('User name and password.'),
  username: z.string().min(1).max(320).describe('User name.'),
  password: secret.describe('Its password.'),
  secretExpires: secretEnd
    .optional()
    .describe(
      `End of the password, such as that of the client secret behind Azure Communication Services: ${secretEndText}`,
    ),
});

const credential = z
  .discriminatedUnion('type', [oauthCredential, passwordCredential])
  .describe('How the route proves who it is.');

/** `cloud` and what else is `undefined` here is filled in from `tenant` (route-defaults.ts). */
export const exchangeOnlineRoute = z.strictObject({
  type: z
    .literal('exchange-online')
    .describe('The tenant’s MX host, known by an inbound connector: client certificate or public address.'),
  host: hostName
    .optional()
    .describe(
      'MX host that Microsoft gave the tenant; absent: the MX records of `tenant.domain`, as DNS has them.',
    ),
  port: tcpPort.default(25).describe('TCP port.'),
  certificate: z
    .string()
    .optional()
    .describe('Client certificate with its whole chain, PEM file; absent: known by public IPv4 address.'),
  key: z.string().optional().describe('Key of `certificate`, PEM file.'),
});

export const submissionServices = [
  'exchange-online',
  'high-volume-email',
  'azure-communication-services',
] as const;

export const smtpSubmissionRoute = z.strictObject({
  type: z.literal('smtp-submission').describe('Authenticated submission to a service of Microsoft.'),
  service: z.enum(submissionServices).default('exchange-online').describe('Sets host, limits and rules.'),
  host: hostName.optional().describe('Host instead of the service’s.'),
  port: tcpPort.default(587).describe('TCP port.'),
  mailbox: mailbox.optional().describe(`${mailboxText} Needed with OAuth.`),
  credential,
});

/** "Attach large files to Outlook messages as attachments", Microsoft Learn: 150 MB. */
const draftBytesMax = 150 * 2 ** 20;

export const graphRoute = z.strictObject({
  type: z.literal('graph').describe('Microsoft Graph sendMail.'),
  mailbox: mailbox.describe(mailboxText),
  credential: oauthCredential.describe('How the route proves who it is.'),
  endpoint: url
    .optional()
    .describe(
      'Base URL of Graph; absent: that of the tenant’s cloud. Mail goes to `ENDPOINT/v1.0/users/MAILBOX/sendMail`.',
    ),
  rewriteHeader: z
    .boolean()
    .default(false)
    .describe(
      'Take addresses that are not in the envelope out of To and Cc, where Graph would send to them. False: such a message goes to the fallback or back to its sender.',
    ),
  largeMessages: z
    .enum(['fallback', 'draft'])
    .default('fallback')
    .describe(
      'Messages above `limits.messageBytes`. `draft`: as a draft whose attachments are uploaded, which needs Mail.ReadWrite and rebuilds the message; `fallback`: to the fallback, or back to the sender.',
    ),
  draftBytes: size
    .prefault('36 MiB')
    .refine((bytes) => bytes <= draftBytesMax, 'Graph uploads at most 150 MiB')
    .describe(
      'Octets of the largest message that goes as a draft, at most 150 MiB; one at a time is held in memory.',
    ),
});

export type OAuthCredentialConfig = z.output<typeof oauthCredential>;
export type PasswordCredentialConfig = z.output<typeof passwordCredential>;
export type CredentialConfig = OAuthCredentialConfig | PasswordCredentialConfig;
export type SubmissionService = (typeof submissionServices)[number];
