/**
 * The Microsoft 365 stand-in: the receiving side of Exchange Online as a relay sees it on the wire, on loopback.
 * It is written from the RFCs and from what is published about Exchange Online, and shares no code with the relay, so
 * that one misreading cannot cancel out on both sides. It delivers nothing to anybody.
 */
import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { FaultBook } from './faults.ts';
import { makeIdentity } from './identity.ts';
import { startInspection } from './inspect.ts';
import { Ledger, type Arrival, type LedgerCounts, type Predicate } from './ledger.ts';
import { capabilities, type Capability } from './mx/capabilities.ts';
import { startMxServer } from './mx/server.ts';
import type { SessionLimits } from './mx/session-context.ts';
import { ContentBudget } from './mx/transaction.ts';

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
  readonly now?: () => number;
}

export interface Sandbox {
  readonly mx: {
    readonly host: string;
    readonly port: number;
    /** Name that the certificate bears, besides loopback's. */
    readonly name: string;
    connections(): number;
  };
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

/** Starts endpoint and inspection; rejects, with nothing left behind, when one of them cannot listen. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? Date.now;
  const address = options.address ?? '127.0.0.1';
  const name = options.host ?? 'contoso-com.mail.protection.outlook.com';
  const identity = await makeIdentity(
    [name, '*.mail.protection.outlook.com', 'localhost', '127.0.0.1', '::1'],
    now(),
  );
  const caFile =
    options.directory === undefined ? undefined : await writeCa(options.directory, identity.caPem);
  const bytesMax = options.bytesMax ?? 512 * 2 ** 20;
  const ledger = new Ledger({
    messagesMax: options.messagesMax ?? 1000,
    bytesMax,
    ...(options.directory !== undefined && { directory: join(options.directory, 'messages') }),
  });
  let internalId = now() * 1000;
  const mx = await startMxServer({
    address,
    port: options.port ?? 0,
    connectionsMax: options.connectionsMax ?? 200,
    context: {
      host: name,
      offered: new Set(capabilities.filter((word) => !options.withhold?.includes(word))),
      limits: { ...sandboxLimits, ...options.limits },
      secureContext: createSecureContext({
        cert: identity.certificatePem,
        key: identity.keyPem,
        minVersion: 'TLSv1.2',
      }),
      ledger,
      faults: new FaultBook(now),
      budget: new ContentBudget(bytesMax),
      now,
      nextId: () => String((internalId += 1)),
    },
  });
  const inspection = await startInspection({
    address,
    port: options.inspectPort ?? 0,
    ledger,
    caPem: identity.caPem,
  }).catch(async (error: unknown) => {
    await mx.stop();
    throw error;
  });
  return {
    mx: { host: mx.host, port: mx.port, name, connections: () => mx.connections() },
    caPem: identity.caPem,
    ...(caFile !== undefined && { caFile }),
    inspectUrl: inspection.url,
    messages: () => ledger.messages(),
    counts: () => ledger.counts(),
    waitFor: (fits, signal) => ledger.waitFor(fits, signal),
    stop: async () => {
      await Promise.all([mx.stop(), inspection.stop()]);
    },
  };
}

async function writeCa(directory: string, caPem: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'ca.pem');
  await writeFile(file, caPem);
  return file;
}
