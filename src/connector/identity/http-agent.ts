/** The HTTP connections of one connector: its own roots, deadlines, bounds, and its proxy where it has one. */
import { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, Pool, ProxyAgent } from 'undici';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { ConnectorSecrets } from '../environment.ts';

/** Octets of an answer: tokens and errors are a few kilobytes. */
const answerBytesMax = 1024 * 1024;

export interface HttpAgentOptions {
  readonly connections: number;
  readonly secrets: Pick<ConnectorSecrets, 'ca' | 'proxyPassword'>;
  /** False: `proxy` of the connector does not count. */
  readonly viaProxy: boolean;
}

export interface HttpAgent {
  readonly dispatcher: Dispatcher;
  /** Ends all connections, those included that a silent host has not answered; does not wait for deadlines. */
  close(): Promise<void>;
}

/** Throws where `ca` cannot be used. */
export function createHttpAgent(
  config: Pick<ConnectorConfig, 'timeouts' | 'sourceAddress' | 'minimumTls' | 'proxy' | 'proxyLogin'>,
  { connections, secrets, viaProxy }: HttpAgentOptions,
): HttpAgent {
  const { timeouts, sourceAddress, proxy } = config;
  const tls = {
    timeout: timeouts.connect,
    minVersion: config.minimumTls === '1.3' ? ('TLSv1.3' as const) : ('TLSv1.2' as const),
    ...(secrets.ca !== undefined && { ca: secrets.ca }),
  };
  const local = sourceAddress === undefined ? {} : { localAddress: sourceAddress };
  const common = {
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: timeouts.content,
    bodyTimeout: timeouts.command,
    maxResponseSize: answerBytesMax,
  };
  const sockets = new Set<Socket>();
  if (proxy === undefined || !viaProxy) {
    const connect = tracked(buildConnector({ ...tls, ...local }), sockets);
    return closing(new Agent({ ...common, connect }), sockets);
  }
  const login = basicLogin(config, secrets);
  const agent = new ProxyAgent({
    ...common,
    uri: proxy,
    // Also plain HTTP, which only goes to loopback, is not shown to the proxy as a request.
    proxyTunnel: true,
    requestTls: tls,
    proxyTls: { timeout: timeouts.connect, ...local },
    ...(login !== undefined && { token: login }),
    clientFactory: (origin, options) =>
      new Pool(origin, {
        ...options,
        connect: tracked((options as { connect: buildConnector.connector }).connect, sockets),
      }),
  });
  return closing(agent, sockets);
}

/** Keeps in `sockets` what the connector has opened, from the first packet on: the agent itself knows it only once it is made. */
function tracked(connect: buildConnector.connector, sockets: Set<Socket>): buildConnector.connector {
  return (options, callback) => {
    const socket: unknown = connect(options, callback);
    if (!(socket instanceof Socket)) return;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
}

function closing(dispatcher: Dispatcher, sockets: ReadonlySet<Socket>): HttpAgent {
  return {
    dispatcher,
    async close() {
      const destroyed = dispatcher.destroy();
      for (const socket of sockets) socket.destroy(new Error('the connector is closed'));
      await destroyed;
    },
  };
}

/** For people, behind the name of a host that gave no answer; empty without a proxy. */
export function proxyNote({ proxy }: Pick<ConnectorConfig, 'proxy'>): string {
  return proxy === undefined ? '' : ` (through the proxy ${proxy})`;
}

/** RFC 7617 2: UTF-8, as most proxies have it. */
function basicLogin(
  { proxyLogin }: Pick<ConnectorConfig, 'proxyLogin'>,
  { proxyPassword }: Pick<ConnectorSecrets, 'proxyPassword'>,
): string | undefined {
  if (!proxyLogin || proxyPassword === undefined) return undefined;
  return `Basic ${Buffer.from(`${proxyLogin.username}:${proxyPassword}`).toString('base64')}`;
}
