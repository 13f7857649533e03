/** The HTTP connections of one connector: its own roots, deadlines and bounds. */
import { Agent } from 'undici';
import type { ConnectorConfig } from '../../config/policy-schema.ts';

/** Octets of an answer: tokens and errors are a few kilobytes. */
const answerBytesMax = 1024 * 1024;

/** Throws where `ca` cannot be used. */
export function createHttpAgent(
  config: Pick<ConnectorConfig, 'timeouts' | 'sourceAddress' | 'minimumTls'>,
  options: { readonly connections: number; readonly ca?: string },
): Agent {
  const { timeouts, sourceAddress } = config;
  return new Agent({
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: timeouts.content,
    bodyTimeout: timeouts.command,
    maxResponseSize: answerBytesMax,
    connect: {
      timeout: timeouts.connect,
      minVersion: config.minimumTls === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
      ...(options.ca !== undefined && { ca: options.ca }),
      ...(sourceAddress !== undefined && { localAddress: sourceAddress }),
    },
  });
}
