/**
 * What the tenant says about itself: the JSON that `ConvertTo-Json` makes of Exchange Online's cmdlets. Each object is
 * known by its properties, not by the name of its file. Pure; everything in the files is untrusted.
 */
import { decoded, objectsIn } from './powershell-files.ts';
import { z } from 'zod';

// ConvertTo-Json writes one object without brackets, $null as null, and an enumeration as its text or its number.
const text = z.union([z.string(), z.number()]).transform(String);
const texts = z
  .union([z.array(text), text, z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined ? [] : [value].flat()));
// Beyond its -Depth, ConvertTo-Json writes a list as one text with blanks between; addresses and domains have none in them.
const names = texts.transform((list) =>
  list.flatMap((one) => one.split(/[\s,]+/).filter((name) => name !== '')),
);
const flag = z.boolean().nullish();

const inboundConnector = z.object({
  Name: text,
  Enabled: z.boolean(),
  ConnectorType: text,
  SenderIPAddresses: names,
  TlsSenderCertificateName: text.nullish(),
  RequireTls: flag,
  RestrictDomainsToIPAddresses: flag,
  RestrictDomainsToCertificate: flag,
  AssociatedAcceptedDomains: names,
});
const acceptedDomain = z.object({ DomainName: text, DomainType: text });
const transportConfig = z.object({
  SmtpClientAuthenticationDisabled: z.boolean(),
  MaxRecipientEnvelopeLimit: z.unknown(),
});
const organizationConfig = z.object({ RejectDirectSend: z.boolean() });
const casMailbox = z.object({
  PrimarySmtpAddress: text,
  SmtpClientAuthenticationDisabled: flag,
});
const servicePrincipal = z.object({ AppId: text, ObjectId: text, DisplayName: text.nullish() });

/** `transportConfig` and `organizationConfig`: `undefined` where no file told. Lists are `undefined` likewise, and may be empty. */
export interface ReadBack {
  readonly inboundConnectors?: readonly z.output<typeof inboundConnector>[];
  readonly acceptedDomains?: readonly z.output<typeof acceptedDomain>[];
  readonly transportConfig?: z.output<typeof transportConfig>;
  readonly organizationConfig?: z.output<typeof organizationConfig>;
  readonly casMailboxes?: readonly z.output<typeof casMailbox>[];
  readonly servicePrincipals?: readonly z.output<typeof servicePrincipal>[];
}

export interface ReadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Names the file and what was expected. */
export class ReadBackError extends Error {
  override readonly name = 'ReadBackError';
}

/** Throws ReadBackError for a file that is not JSON or holds nothing that is known. */
export function readBack(files: readonly ReadFile[]): ReadBack {
  const result: { -readonly [K in keyof ReadBack]: ReadBack[K] } = {};
  for (const { name, bytes } of files) {
    const objects = objectsOf(name, bytes);
    for (const object of objects) {
      if (!keep(result, object)) {
        throw new ReadBackError(
          `${name}: an object is not one of Get-InboundConnector, Get-AcceptedDomain, Get-TransportConfig, Get-OrganizationConfig, Get-CASMailbox or Get-ServicePrincipal; write the files with the lines of "relay365 microsoft365 collect"`,
        );
      }
    }
    // An empty answer has no properties to be known by; the name that "collect" gives says what it is.
    if (objects.length === 0) keepEmpty(result, name);
  }
  return result;
}

function keep(result: { -readonly [K in keyof ReadBack]: ReadBack[K] }, object: unknown): boolean {
  const connector = inboundConnector.safeParse(object);
  if (connector.success) {
    result.inboundConnectors = [...(result.inboundConnectors ?? []), connector.data];
    return true;
  }
  const domain = acceptedDomain.safeParse(object);
  if (domain.success) {
    result.acceptedDomains = [...(result.acceptedDomains ?? []), domain.data];
    return true;
  }
  // A mailbox and the organisation share a property, so the one with an address comes first.
  const mailbox = casMailbox.safeParse(object);
  if (mailbox.success) {
    result.casMailboxes = [...(result.casMailboxes ?? []), mailbox.data];
    return true;
  }
  const transport = transportConfig.safeParse(object);
  if (transport.success) {
    result.transportConfig = transport.data;
    return true;
  }
  const organization = organizationConfig.safeParse(object);
  if (organization.success) {
    result.organizationConfig = organization.data;
    return true;
  }
  const principal = servicePrincipal.safeParse(object);
  if (principal.success) {
    result.servicePrincipals = [...(result.servicePrincipals ?? []), principal.data];
    return true;
  }
  return false;
}

function keepEmpty(result: { -readonly [K in keyof ReadBack]: ReadBack[K] }, name: string): void {
  const base = name.replaceAll('\\', '/').split('/').at(-1);
  if (base === 'inbound-connectors.json') result.inboundConnectors ??= [];
  else if (base === 'accepted-domains.json') result.acceptedDomains ??= [];
  else if (base === 'cas-mailboxes.json') result.casMailboxes ??= [];
  else if (base === 'service-principals.json') result.servicePrincipals ??= [];
  else throw new ReadBackError(`${name} is empty`);
}

function objectsOf(name: string, bytes: Uint8Array): readonly unknown[] {
  const content = decoded(bytes).trim();
  if (content === '') return [];
  try {
    return objectsIn(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReadBackError(`${name} is not JSON (${reason}); pipe the cmdlet to ConvertTo-Json`, {
      cause: error,
    });
  }
}

/** PowerShell that writes the files which `readBack` reads, into the working directory. */
export function collectScript(
  mailboxes: readonly string[],
  literal: (value: string) => string,
): readonly string[] {
  const json = (file: string) => `ConvertTo-Json -Depth 4 | Set-Content -Encoding utf8 ${file}`;
  return [
    'Connect-ExchangeOnline',
    `@(Get-InboundConnector) | ${json('inbound-connectors.json')}`,
    `@(Get-AcceptedDomain) | ${json('accepted-domains.json')}`,
    `Get-TransportConfig | Select-Object SmtpClientAuthenticationDisabled,AllowLegacyTLSClients,MaxRecipientEnvelopeLimit | ${json('transport-config.json')}`,
    `Get-OrganizationConfig | Select-Object RejectDirectSend | ${json('organization-config.json')}`,
    ...(mailboxes.length === 0
      ? []
      : [
          `@(${mailboxes.map((mailbox) => `Get-CASMailbox -Identity ${literal(mailbox)}`).join('; ')}) | Select-Object PrimarySmtpAddress,SmtpClientAuthenticationDisabled | ${json('cas-mailboxes.json')}`,
        ]),
    `@(Get-ServicePrincipal) | Select-Object AppId,ObjectId,DisplayName | ${json('service-principals.json')}`,
  ];
}
