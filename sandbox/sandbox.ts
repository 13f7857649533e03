/**
 * The Microsoft 365 stand-in: the receiving side of Exchange Online as a relay sees it on the wire, on loopback.
 * It is written from the RFCs and from what is published about Exchange Online, and shares no code with the relay, so
 * that one misreading cannot cancel out on both sides. It delivers nothing to anybody.
 */
import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { CertificateAuthority, type KeyPair, type LeafRequest } from './certificates.ts';
import { realClock, type SandboxClock } from './clock.ts';
import { FaultBook } from './faults.ts';
import { DraftStore } from './graph/drafts.ts';
import { handleGraph } from './graph/endpoint.ts';
import { startHttp } from './http/server.ts';
import { handleIdentity } from './identity/endpoint.ts';
import { TokenAuthority } from './identity/token-authority.ts';
import { startInspection } from './inspect.ts';
import { Ledger, type Arrival, type LedgerCounts, type Predicate } from './ledger.ts';
import { mxEndpoint } from './mx/endpoint.ts';
import { capabilities, type Capability } from './smtp/capabilities.ts';
import type { Endpoint } from './smtp/endpoint.ts';
import { startSmtpServer, type SmtpServer } from './smtp/server.ts';
import type { SessionContext, SessionLimits } from './smtp/session-context.ts';
import { ContentBudget } from './smtp/transaction.ts';
import { submissionEndpoint } from './submission/endpoint.ts';
import { MailboxBook, mailboxLimits, type MailboxLimits } from './submission/mailbox-book.ts';
import { Switches } from './switches.ts';
import type { TenantConfig } from './tenant/config.ts';
import { defaults, defaultTenant } from './tenant/defaults.ts';
import { Directory } from './tenant/directory.ts';

export type { Arrival, ArrivalClient, ArrivalRecipient } from './ledger.ts';

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
}

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
}

export interface Sandbox {
  readonly mx: SmtpPlace;
  readonly submission: SmtpPlace & {
    readonly mailbox: string;
    readonly password: string;
  };
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
  /** The first message that fits, arrived or still to come; rejects with the reason of `signal`. */
  waitFor(fits: Predicate, signal: AbortSignal): Promise<Arrival>;
  /** A client certificate that counts as one of a public authority. */
  issueClientCertificate(request: LeafRequest): Promise<KeyPair>;
  /** Cuts all connections; resolves when nothing listens any more. */
  stop(): Promise<void>;
}

/** Exchange Online's wire limits where they are published, else those of Exchange Server. */
export const sandboxLimits: SessionLimits = {
  messageBytes: 157_286_400,
  lineBytes: 4096,
  recipients: 500,
  errors: 20,
  idleMs: 5 * 60_000,
  sessionMs: 20 * 60_000,
};

/** Starts all endpoints; rejects, with nothing left behind, when one of them cannot listen. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((end) => end()));
  };
  try {
    return await start(options, { stops, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: SandboxOptions,
  life: { readonly stops: (() => Promise<void>)[]; readonly stop: () => Promise<void> },
): Promise<Sandbox> {
  const clock = options.clock ?? realClock;
  const address = options.address ?? '127.0.0.1';
  const name = options.host ?? 'contoso-com.mail.protection.outlook.com';
  const certificates = await CertificateAuthority.make(clock.now());
  const [server, application, authority] = await Promise.all([
    certificates.issueServer([name, ...serverNames]),
    certificates.issueClient({ names: ['relay365.contoso.com'], purposes: ['client'] }),
    TokenAuthority.make(),
  ]);
  const tenants = options.tenants ?? [defaultTenant([application.certificatePem])];
  const directory = new Directory(tenants);
  const switches = new Switches(tenants);
  const bytesMax = options.bytesMax ?? 512 * 2 ** 20;
  const { caPem } = certificates;
  const caFile = options.directory === undefined ? undefined : await writeCa(options.directory, caPem);
  const ledger = new Ledger({
    messagesMax: options.messagesMax ?? 1000,
    bytesMax,
    ...(options.directory !== undefined && { directory: join(options.directory, 'messages') }),
  });
  let internalId = clock.now() * 1000;
  const nextId = (): string => String((internalId += 1));
  let uuid = 0;
  const nextUuid = (): string => `5a4db0c5-0365-4000-8000-${(uuid += 1).toString(16).padStart(12, '0')}`;
  const mailboxes = new MailboxBook({ ...mailboxLimits, ...options.mailboxLimits }, clock);
  const faults = new FaultBook(() => clock.now());
  const shared = {
    offered: new Set(capabilities.filter((word) => !options.withhold?.includes(word))),
    limits: { ...sandboxLimits, ...options.limits },
    secureContext: createSecureContext({
      cert: server.certificatePem,
      key: server.keyPem,
      minVersion: 'TLSv1.2',
    }),
    ledger,
    faults,
    budget: new ContentBudget(bytesMax),
    clock,
    nextId,
    refused: () => undefined,
  } satisfies Partial<SessionContext>;
  const smtp = async (host: string, endpoint: Endpoint, port = 0): Promise<SmtpPlace> => {
    const place = await startSmtpServer({
      address,
      port,
      connectionsMax: options.connectionsMax ?? 200,
      context: { ...shared, host, endpoint },
    });
    life.stops.push(() => place.stop());
    return placeOf(place, host);
  };
  const http = async (
    handle: Parameters<typeof startHttp>[0]['handle'],
    given: { readonly bodyBytesMax: number; readonly now: () => number },
  ): Promise<HttpPlace> => {
    const tls = { cert: server.certificatePem, key: server.keyPem };
    const plain = await startHttp({ address, port: 0, handle, ...given });
    life.stops.push(() => plain.stop());
    const secured = await startHttp({ address, port: 0, handle, tls, ...given });
    life.stops.push(() => secured.stop());
    return { url: secured.url, httpUrl: plain.url };
  };
  const submissionContext = {
    directory,
    switches,
    authority,
    clock,
    mailboxes,
    loginFailed: () => undefined,
  };
  const mx = await smtp(name, mxEndpoint(), options.port);
  const submission = await smtp('smtp.office365.com', submissionEndpoint(submissionContext));
  const identityNow = (): number => clock.now() + switches.current.identityClockSkewSeconds * 1000;
  const identityContext = { directory, switches, authority, now: identityNow, nextId: nextUuid };
  const identity = await http((request) => handleIdentity(identityContext, request), {
    bodyBytesMax: 64 * 1024,
    now: identityNow,
  });
  const graphContext = {
    directory,
    switches,
    authority,
    clock,
    mailboxes,
    ledger,
    faults,
    drafts: new DraftStore(),
    busy: new Map<string, number>(),
    nextId,
    nextUuid,
  };
  const graph = await http((request) => handleGraph(graphContext, request), {
    // "The maximum request length supported is 4MB."
    bodyBytesMax: 4 * 2 ** 20,
    now: () => clock.now(),
  });
  const inspection = await startInspection({ address, port: options.inspectPort ?? 0, ledger, caPem });
  life.stops.push(() => inspection.stop());
  return {
    mx,
    submission: { ...submission, mailbox: defaults.mailbox, password: defaults.password },
    identity: { ...identity, ...identityFacts(), certificate: application },
    graph,
    tenants,
    switches,
    caPem,
    ...(caFile !== undefined && { caFile }),
    inspectUrl: inspection.url,
    messages: () => ledger.messages(),
    counts: () => ledger.counts(),
    waitFor: (fits, signal) => ledger.waitFor(fits, signal),
    issueClientCertificate: (request) => certificates.issueClient(request),
    stop: life.stop,
  };
}

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

function placeOf(server: SmtpServer, name: string): SmtpPlace {
  return { host: server.host, port: server.port, name, connections: () => server.connections() };
}

function identityFacts(): Omit<IdentityPlace, 'url' | 'httpUrl' | 'certificate'> {
  const { tenantId, clientId, secret, secretId, nextSecret, nextSecretId } = defaults;
  return { tenantId, clientId, secret, secretId, nextSecret, nextSecretId };
}

async function writeCa(directory: string, caPem: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'ca.pem');
  await writeFile(file, caPem);
  return file;
}
