/**
 * A listener: one listening socket and its connections.
 *
 * Input is untrusted until policy knows its source. Faults of one connection end that connection alone;
 * a fault while starting (address in use, certificate and key that do not fit) rejects `startListener`.
 * Limits with units and replies: `limits` of the listener in config/node-schema.ts.
 * RFC 5321, 3207, 8314 (implicit TLS); PROXY protocol versions 1 and 2.
 */
import { once } from 'node:events';
import { type AddressInfo, BlockList, createServer, isIPv4, type Server } from 'node:net';
import type { CancelTimer } from '../platform/clock.ts';
import type { Policy } from '../policy/policy.ts';
import type { Refusal } from '../policy/verdict.ts';
import { crowdedRefusal } from './admission.ts';
import { Connection, type Surroundings } from './connection.ts';
import { ConnectionCounts } from './connection-counts.ts';
import type { ListenerOptions } from './options.ts';
import { TlsGate } from './tls-gate.ts';

export type { ListenerOptions } from './options.ts';

export interface Listener {
  readonly name: string;
  readonly address: string;
  /** The real one, also where the configuration says 0. */
  readonly port: number;
  /** Open connections. */
  readonly connections: number;
  /** What one more connection from this address would be told, by how many are open; `undefined`: it would be let in. */
  wouldAdmit(address: string): Refusal | undefined;
  /**
   * Takes no more connections, tells idle sessions 421 and ends them, lets open transactions finish for
   * `graceMs`, then ends all. Resolves when the last connection is closed.
   */
  close(graceMs: number): Promise<void>;
}

/** Connections that the system queues while the event loop is busy. */
const backlog = 1024;
/** How often time-outs are looked for, at most and at least, in milliseconds. */
const sweepMsMax = 5_000;
const sweepMsMin = 100;
/** How long the last replies may take at close before sockets are destroyed. */
const lastWordsMs = 1_000;

export async function startListener(options: ListenerOptions): Promise<Listener> {
  const listener = new RunningListener(options);
  await listener.start();
  return listener;
}

class RunningListener implements Listener {
  readonly name: string;
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #counts = new ConnectionCounts();
  readonly #surroundings: Surroundings;
  #cancelSweep: CancelTimer | undefined;
  #bound: AddressInfo | undefined;
  #allClosed: (() => void) | undefined;

  constructor(options: ListenerOptions) {
    this.name = options.config.name;
    this.#options = options;
    const { proxyProtocol } = options.config;
    const proxies = blockListOf(proxyProtocol);
    this.#surroundings = {
      options,
      counts: this.#counts,
      tls: options.config.tls === 'off' ? undefined : new TlsGate(options.identity, options.config),
      isProxy: (address) =>
        proxyProtocol.length > 0 && proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
      asksForCertificates: certificateQuestion(),
      closed: (connection) => {
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#allClosed?.();
      },
    };
    // Half-open, because a client that closes its side after the last command still wants the reply.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#connections.add(new Connection(socket, this.#surroundings));
    });
  }

  get address(): string {
    return this.#bound?.address ?? this.#options.config.address;
  }

  get port(): number {
    return this.#bound?.port ?? this.#options.config.port;
  }

  get connections(): number {
    return this.#connections.size;
  }

  wouldAdmit(address: string): Refusal | undefined {
    return crowdedRefusal(this.#options.config.limits, this.#counts, address);
  }

  async start(): Promise<void> {
    const { address, port } = this.#options.config;
    this.#server.listen({ host: address, port, backlog });
    await once(this.#server, 'listening');
    this.#server.on('error', (error) => {
      this.#options.events.emit({ kind: 'fault', where: `listener ${this.name}`, text: error.message });
    });
    this.#bound = this.#server.address() as AddressInfo;
    this.#scheduleSweep();
  }

  async close(graceMs: number): Promise<void> {
    this.#server.close();
    const closed = new Promise<void>((resolve) => {
      this.#allClosed = resolve;
    });
    for (const connection of this.#connections) connection.drain();
    const { clock } = this.#options;
    const cancelStop = clock.after(graceMs, () => this.#each((connection) => connection.stop()));
    const cancelDestroy = clock.after(graceMs + lastWordsMs, () =>
      this.#each((connection) => connection.destroy()),
    );
    if (this.#connections.size > 0) await closed;
    cancelStop();
    cancelDestroy();
    this.#cancelSweep?.();
  }

  #each(act: (connection: Connection) => void): void {
    for (const connection of this.#connections) act(connection);
  }

  #scheduleSweep(): void {
    const { clock, config } = this.#options;
    const shortest = Math.min(config.limits.idle, config.limits.transaction);
    const delay = Math.min(sweepMsMax, Math.max(sweepMsMin, shortest / 4));
    this.#cancelSweep = clock.after(delay, () => {
      const now = clock.now();
      this.#each((connection) => connection.sweep(now));
      this.#scheduleSweep();
    });
  }
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** Whether any source of a policy is known by certificate; looked up once for each policy. */
function certificateQuestion(): (policy: Policy) => boolean {
  const answers = new WeakMap<Policy, boolean>();
  return (policy) => {
    let answer = answers.get(policy);
    if (answer === undefined) {
      answer = [...policy.sources.values()].some((source) => source.config.certificate !== undefined);
      answers.set(policy, answer);
    }
    return answer;
  };
}
