/** Starts SMTP endpoints over what they share. */
import type { SandboxOptions, SmtpPlace } from './options.ts';
import { capabilities } from './smtp/capabilities.ts';
import type { Endpoint } from './smtp/endpoint.ts';
import { startSmtpServer } from './smtp/server.ts';
import type { SessionLimits } from './smtp/session-context.ts';
import { ContentBudget } from './smtp/transaction.ts';
import type { World } from './world.ts';

/** What must be stopped with the stand-in. */
export interface Life {
  owns(stop: () => Promise<void>): void;
  stop(): Promise<void>;
}

export interface SmtpStart {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Absent or 0: the system chooses. */
  readonly port: number | undefined;
  /** Octets of one message, where the endpoint has less than the others. */
  readonly bytesMax?: number;
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

export function smtpStarter(
  world: World,
  options: SandboxOptions,
  life: Life,
): (request: SmtpStart) => Promise<SmtpPlace> {
  const { clock, faults, ledger, nextId, refusals, secureContext } = world;
  const offered = new Set(capabilities.filter((word) => !options.withhold?.includes(word)));
  const limits = { ...sandboxLimits, ...options.limits };
  const budget = new ContentBudget(world.bytesMax);
  return async ({ name, endpoint, port = 0, bytesMax = limits.messageBytes }) => {
    const server = await startSmtpServer({
      address: options.address ?? '127.0.0.1',
      port,
      connectionsMax: options.connectionsMax ?? 200,
      context: {
        host: name,
        endpoint,
        offered,
        limits: { ...limits, messageBytes: Math.min(bytesMax, limits.messageBytes) },
        secureContext,
        ledger,
        faults,
        budget,
        clock,
        nextId,
        refused: (reply, { client }) => refusals.add({ endpoint: endpoint.route, client, reply }),
      },
    });
    life.owns(() => server.stop());
    return { host: server.host, port: server.port, name, connections: () => server.connections() };
  };
}
