/** Settings of the stand-in's tenants; the names are those of Exchange Online's cmdlets where there is one. */
import { z } from 'zod';

const text = z.string().min(1).max(253);
const guid = z.guid('expected a GUID');
const address = z.string().regex(/^[^@\s]+@[^@\s]+$/, 'expected an address');

const connector = z.strictObject({
  name: text,
  type: z.enum(['OnPremises', 'Partner']),
  enabled: z.boolean().optional(),
  senderIpAddresses: z.array(z.union([z.ipv4(), z.cidrv4()])).optional(),
  tlsSenderCertificateName: text.optional(),
  senderDomains: z.array(text).optional(),
  restrictDomainsToIpAddresses: z.boolean().optional(),
  restrictDomainsToCertificate: z.boolean().optional(),
});

const mailbox = z.strictObject({
  address,
  aliases: z.array(address).optional(),
  password: text.optional().describe('A test value.'),
  sendAs: z.array(address).optional(),
  smtpClientAuthenticationDisabled: z.boolean().optional(),
  sendBytesMax: z.int().min(1).optional(),
  recipientsMax: z.int().min(1).max(1000).optional(),
  rest: z.boolean().optional(),
});

const application = z.strictObject({
  clientId: guid,
  objectId: guid,
  name: text,
  secrets: z.array(z.strictObject({ id: guid, value: text })).optional(),
  certificates: z
    .array(
      z
        .string()
        .startsWith('-----BEGIN CERTIFICATE-----', 'expected a certificate in PEM form, as text of its own'),
    )
    .optional(),
  roles: z.record(z.string(), z.array(text)).optional(),
  fullAccess: z.array(address).optional(),
  registeredInExchange: z.boolean().optional(),
});

export const tenantSchema = z.strictObject({
  id: guid,
  domains: z
    .array(
      z.strictObject({
        name: text,
        type: z.enum(['Authoritative', 'InternalRelay']).optional(),
        ipv6: z.boolean().optional(),
      }),
    )
    .min(1),
  connectors: z.array(connector).optional(),
  mailboxes: z.array(mailbox).optional(),
  recipients: z.enum(['any', 'known']).optional(),
  applications: z.array(application).optional(),
  hveAccounts: z
    .array(
      z.strictObject({
        address,
        password: text.optional(),
        applications: z.array(guid).optional(),
      }),
    )
    .optional(),
  acsDomains: z.array(text).optional(),
  smtpClientAuthenticationDisabled: z.boolean().optional(),
  rejectDirectSend: z.boolean().optional(),
  licences: z.int().min(0).optional(),
});

const portRange = 'expected a port from 0 to 65535';
const port = z.int(portRange).min(0, portRange).max(65_535, portRange).optional();

export const portsSchema = z.strictObject({
  submission: port,
  hve: port,
  acs: port,
  identity: port,
  identityHttp: port,
  graph: port,
  graphHttp: port,
});
