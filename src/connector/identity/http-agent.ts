/** The HTTP connections of one connector: its own roots, deadlines, bounds, and its proxy where it has one. */
import type { Dispatcher } from 'undici';
import { Agent, ProxyAgent } from 'undici';
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

/** Throws where `ca` cannot be used. */
export function createHttpAgent(
  config: Pick<ConnectorConfig, 'timeouts' | 'sourceAddress' | 'minimumTls' | 'proxy' | 'proxyLogin'>,
  { connections, secrets, viaProxy }: HttpAgentOptions,
): Dispatcher {
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
  if (proxy === undefined || !viaProxy) return new Agent({ ...common, connect: { ...tls, ...local } });
  const login = basicLogin(config, secrets);
  return new ProxyAgent({
    ...common,
    uri: proxy,
    // Also plain HTTP, which only goes to loopback, is not shown to the proxy as a request.
    proxyTunnel: true,
    requestTls: tls,
    proxyTls: { timeout: timeouts.connect, ...local },
    ...(login !== undefined && { token: login }),
  });
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
