/** What can be configured of a tenant; everything but id and domains may be left out. */

export interface TenantConfig {
  /** Directory (tenant) id: a GUID. */
  readonly id: string;
  readonly domains: readonly AcceptedDomain[];
  readonly connectors?: readonly InboundConnector[];
  readonly mailboxes?: readonly MailboxConfig[];
  /**
   * `any`: every address of the domains exists. `known`: only those of `mailboxes`, which is what Directory-Based
   * Edge Blocking asks for.
   */
  readonly recipients?: 'any' | 'known';
  readonly applications?: readonly ApplicationConfig[];
  readonly hveAccounts?: readonly HveAccount[];
  readonly acsDomains?: readonly string[];
  /** Organisation's `SmtpClientAuthenticationDisabled`; absent: false. */
  readonly smtpClientAuthenticationDisabled?: boolean;
  /** `Set-OrganizationConfig -RejectDirectSend`; absent: false. */
  readonly rejectDirectSend?: boolean;
  /** Mail-enabled subscriptions, for the Tenant External Recipient Rate Limit; absent: 100. */
  readonly licences?: number;
}

export interface AcceptedDomain {
  readonly name: string;
  /** Authoritative: an address that is not known is refused. */
  readonly type?: 'Authoritative' | 'InternalRelay';
  /** False: `Disable-IPv6ForAcceptedDomain`. */
  readonly ipv6?: boolean;
}

/** `New-InboundConnector`; the names are those of the cmdlet (office-docs-powershell, New-InboundConnector). */
export interface InboundConnector {
  readonly name: string;
  readonly type: 'OnPremises' | 'Partner';
  readonly enabled?: boolean;
  /** IPv4 addresses and ranges from /24 to /32. */
  readonly senderIpAddresses?: readonly string[];
  /** `contoso.com` or `*.contoso.com`, compared with CN and SAN. */
  readonly tlsSenderCertificateName?: string;
  /** Scopes Partner connectors; `*` is all. */
  readonly senderDomains?: readonly string[];
  readonly restrictDomainsToIpAddresses?: boolean;
  readonly restrictDomainsToCertificate?: boolean;
}

export interface MailboxConfig {
  readonly address: string;
  readonly aliases?: readonly string[];
  /** For LOGIN; absent: no password fits. A test value: it is held in the clear. */
  readonly password?: string;
  /** Addresses that this mailbox has Send As for. */
  readonly sendAs?: readonly string[];
  /** The mailbox value wins over the organisation's; absent inherits (Set-CASMailbox). */
  readonly smtpClientAuthenticationDisabled?: boolean;
  /** Octets of MaxSendSize; absent: 35 MB. */
  readonly sendBytesMax?: number;
  /** RecipientLimits; absent: 500. */
  readonly recipientsMax?: number;
  /** False: `MailboxNotEnabledForRESTAPI`. */
  readonly rest?: boolean;
}

export interface ApplicationConfig {
  /** Application (client) id. */
  readonly clientId: string;
  /** Object id of the enterprise application, which is what Exchange Online knows. */
  readonly objectId: string;
  readonly name: string;
  readonly secrets?: readonly ApplicationSecret[];
  /** PEM certificates registered for private_key_jwt. */
  readonly certificates?: readonly string[];
  /** Application permissions with admin consent, by resource: `https://graph.microsoft.com` → `Mail.Send`. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Mailboxes this service principal has FullAccess to; absent: all of the tenant. */
  readonly fullAccess?: readonly string[];
  /** True: `New-ServicePrincipal` was run for it in Exchange Online; absent: true. */
  readonly registeredInExchange?: boolean;
}

export interface ApplicationSecret {
  /** The secret ID, which people paste by mistake. */
  readonly id: string;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

export interface HveAccount {
  readonly address: string;
  readonly password?: string;
  /** Object ids of enterprise applications allowed by `Add-HVEAppAccess`. */
  readonly applications?: readonly string[];
}
