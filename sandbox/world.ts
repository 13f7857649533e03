/** What all endpoints of one stand-in share. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { join } from 'node:path';
import { CertificateAuthority, type KeyPair } from './certificates.ts';
import { realClock, type SandboxClock } from './clock.ts';
import { FaultBook } from './faults.ts';
import { TokenAuthority } from './identity/token-authority.ts';
import { Ledger } from './ledger.ts';
import { PostOffice } from './ndr/post-office.ts';
import type { SandboxOptions } from './options.ts';
import { RefusalLog } from './refusal-log.ts';
import { MailboxBook, mailboxLimits } from './submission/mailbox-book.ts';
import { Switches } from './switches.ts';
import type { TenantConfig } from './tenant/config.ts';
import { defaultTenant } from './tenant/defaults.ts';
import { Directory } from './tenant/directory.ts';

export interface World {
  readonly clock: SandboxClock;
  readonly certificates: CertificateAuthority;
  /** Of every endpoint with TLS. */
  readonly server: KeyPair;
  readonly secureContext: SecureContext;
  /** Of the default tenant's application. */
  readonly application: KeyPair;
  readonly authority: TokenAuthority;
  readonly tenants: readonly TenantConfig[];
  readonly directory: Directory;
  readonly switches: Switches;
  readonly ledger: Ledger;
  /** Non-delivery reports. */
  readonly returned: Ledger;
  readonly refusals: RefusalLog;
  readonly faults: FaultBook;
  readonly mailboxes: MailboxBook;
  readonly bytesMax: number;
  /** Next InternalId. */
  readonly nextId: () => string;
  readonly nextUuid: () => string;
}

/** Names of Microsoft 365 that the certificate bears, for clients that verify those. */
const serverNames = [
  '*.mail.protection.outlook.com',
  'smtp.office365.com',
  'smtp.hve.mx.microsoft',
  'smtp.azurecomm.net',
  'login.microsoftonline.com',
  'graph.microsoft.com',
  'localhost',
  '127.0.0.1',
  '::1',
];

export async function makeWorld(options: SandboxOptions, mxName: string): Promise<World> {
  const clock = options.clock ?? realClock;
  const certificates = await CertificateAuthority.make(clock.now());
  const [server, application, authority] = await Promise.all([
    certificates.issueServer([mxName, ...serverNames]),
    certificates.issueClient({ names: ['relay365.contoso.com'], purposes: ['client'] }),
    TokenAuthority.make(),
  ]);
  const tenants = options.tenants ?? [defaultTenant([application.certificatePem])];
  const directory = new Directory(tenants);
  const bytesMax = options.bytesMax ?? 512 * 2 ** 20;
  const bounds = { messagesMax: options.messagesMax ?? 1000, bytesMax };
  const folder = (name: string): { directory?: string } =>
    options.directory === undefined ? {} : { directory: join(options.directory, name) };
  const ledger = new Ledger({ ...bounds, ...folder('messages') });
  const returned = new Ledger({ ...bounds, ...folder('returned') });
  let internalId = clock.now() * 1000;
  const nextId = (): string => String((internalId += 1));
  const postOffice = new PostOffice({ directory, clock, returned, nextId });
  ledger.observe((arrival) => postOffice.take(arrival));
  let uuid = 0;
  return {
    clock,
    certificates,
    server,
    secureContext: createSecureContext({
      cert: server.certificatePem,
      key: server.keyPem,
      minVersion: 'TLSv1.2',
    }),
    application,
    authority,
    tenants,
    directory,
    switches: new Switches(tenants),
    ledger,
    returned,
    refusals: new RefusalLog(clock),
    faults: new FaultBook(() => clock.now()),
    mailboxes: new MailboxBook({ ...mailboxLimits, ...options.mailboxLimits }, clock),
    bytesMax,
    nextId,
    nextUuid: () => `5a4db0c5-0365-4000-8000-${(uuid += 1).toString(16).padStart(12, '0')}`,
  };
}
