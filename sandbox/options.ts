/** What the stand-in is started with, and what one that runs offers. */
import type { KeyPair, LeafRequest } from './certificates.ts';
import type { SandboxClock } from './clock.ts';
import type { Duplicate } from './duplicates.ts';
import type { Arrival, LedgerCounts, Predicate } from './ledger.ts';
import type { RefusalRecord } from './refusal-log.ts';
import type { ZoneEntry } from './mx/zone.ts';
import type { Capability } from './smtp/capabilities.ts';
import type { SessionLimits } from './smtp/session-context.ts';
import type { MailboxLimits } from './submission/mailbox-book.ts';
import type { Switches } from './switches.ts';
import type { TenantConfig } from './tenant/config.ts';

export interface SandboxOptions {
  /** Address to listen on; loopback unless said otherwise. */
  readonly address?: string;
  /** SMTP port; absent or 0: the system chooses. */
  readonly port?: number;
  /** HTTP port of the inspection; absent or 0: the system chooses. */
  readonly inspectPort?: number;
  /** Name of the tenant's MX host, in banner and certificate. */
  readonly host?: string;
  /** Where `ca.pem` and, in `messages/`, all that arrives are written; absent: nothing is. */
  readonly directory?: string;
  /** Bounds of what is kept in memory; the oldest go first. */
  readonly messagesMax?: number;
  readonly bytesMax?: number;
  readonly connectionsMax?: number;
  /** Extensions not to offer, to see what a client does without them. */
  readonly withhold?: readonly Capability[];
  readonly limits?: Partial<SessionLimits>;
  /** Absent: the real time. */
  readonly clock?: SandboxClock;
  /** Absent: contoso.com with everything allowed (`tenant/defaults.ts`). */
  readonly tenants?: readonly TenantConfig[];
  readonly mailboxLimits?: Partial<MailboxLimits>;
  /** Records by name, for SPF and DMARC at the MX endpoint; a plain list is TXT. */
  readonly zone?: Readonly<Record<string, ZoneEntry>>;
  /** Host names by IP address, for reverse look-ups of clients over IPv6. */
  readonly reverse?: Readonly<Record<string, string>>;
  /** Fixed ports, where the system is not to choose. */
  readonly ports?: Partial<Record<PortName, number>>;
}

export type PortName = 'submission' | 'hve' | 'acs' | 'identity' | 'identityHttp' | 'graph' | 'graphHttp';

/** An SMTP endpoint of the stand-in. */
export interface SmtpPlace {
  readonly host: string;
  readonly port: number;
  /** Name that the certificate bears, besides loopback's. */
  readonly name: string;
  connections(): number;
}

export interface HttpPlace {
  /** `https://127.0.0.1:PORT`, verified by `caPem`. */
  readonly url: string;
  /** The same without TLS. */
  readonly httpUrl: string;
}

export interface IdentityPlace extends HttpPlace {
  readonly tenantId: string;
  readonly clientId: string;
  /** Test values, of the default tenant's application. */
  readonly secret: string;
  readonly secretId: string;
  readonly nextSecret: string;
  readonly nextSecretId: string;
  /** Registered with that application, for private_key_jwt. */
  readonly certificate: KeyPair;
  /** For `GET` with `Metadata: true` (Instance Metadata Service). */
  readonly imdsUrl: string;
  /** IDENTITY_ENDPOINT and IDENTITY_HEADER of App Service. */
  readonly appServiceUrl: string;
  readonly appServiceHeader: string;
  /** What a person does who is shown a device code; false: there is no such code. */
  approveDevice(userCode: string, user: string): boolean;
  /** The person says no instead. */
  refuseDevice(userCode: string): boolean;
}

export interface Sandbox {
  readonly mx: SmtpPlace;
  readonly submission: SmtpPlace & {
    readonly mailbox: string;
    readonly password: string;
  };
  readonly hve: SmtpPlace & { readonly account: string; readonly password: string };
  readonly acs: SmtpPlace & { readonly username: string; readonly password: string };
  readonly identity: IdentityPlace;
  readonly graph: HttpPlace;
  readonly tenants: readonly TenantConfig[];
  readonly switches: Switches;
  /** PEM of the authority that signed the certificate of `mx`. */
  readonly caPem: string;
  /** File of `caPem`, where a directory was given. */
  readonly caFile?: string;
  /** Base URL of the inspection. */
  readonly inspectUrl: string;
  /** What is kept, oldest first. */
  messages(): readonly Arrival[];
  counts(): LedgerCounts;
  /** What came more than once, by Message-ID, sender and recipient. */
  duplicates(): readonly Duplicate[];
  /** Non-delivery reports, which came back to mailboxes of the tenants. */
  returned(): readonly Arrival[];
  /** What the endpoints refused, with the reason where the client was not told. */
  refusals(): readonly RefusalRecord[];
  /** The first message that fits, arrived or still to come; rejects with the reason of `signal`. */
  waitFor(fits: Predicate, signal: AbortSignal): Promise<Arrival>;
  /** A client certificate that counts as one of a public authority. */
  issueClientCertificate(request: LeafRequest): Promise<KeyPair>;
  /** Cuts all connections; resolves when nothing listens any more. */
  stop(): Promise<void>;
}
