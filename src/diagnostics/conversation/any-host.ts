/** The way to any host and port, as a connector to it would have it. */
import type { ConnectorEnvironment } from '../../connector/environment.ts';
import type { Way } from '../../connector/way/way.ts';
import { wayOf } from '../../connector/way/way.ts';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import { policySchema } from '../../config/policy-schema.ts';
import { formatHostPort } from '../../platform/net.ts';

export interface AnyHost {
  readonly host: string;
  readonly port: number;
  readonly tls: 'off' | 'starttls' | 'required' | 'implicit';
  readonly ipVersion: 'any' | '4' | '6';
  readonly serverName?: string | undefined;
  readonly helo?: string | undefined;
  readonly login?: { readonly username: string; readonly password: string } | undefined;
  /** PEM of roots instead of the system's. */
  readonly ca?: string | undefined;
}

/** Milliseconds; a person waits for it. */
export const testTimeouts = { connect: 10_000, command: 20_000, content: 60_000 };

/** Throws `TypeError` on a host that cannot be read. */
export function anyHostWay(asked: AnyHost, environment: Omit<ConnectorEnvironment, 'secrets'>): Way {
  const { login, helo, serverName } = asked;
  const parsed = policySchema.safeParse({
    connectors: [
      {
        name: 'test',
        route: {
          type: 'smart-host',
          hosts: [formatHostPort(asked.host, asked.port)],
          ...(login && { login: { username: login.username, password: 'given apart' } }),
        },
        tls: asked.tls === 'starttls' ? 'opportunistic' : asked.tls === 'off' ? 'off' : 'required',
        implicitTls: asked.tls === 'implicit',
        // What a server speaks is to be seen, also where no connector would take it.
        minimumTls: '1.0',
        ipVersion: asked.ipVersion,
        ...(serverName !== undefined && { serverName }),
        ...(helo !== undefined && { heloName: helo }),
      },
    ],
  });
  const config = parsed.data?.connectors[0];
  if (!config) throw new TypeError(`no host: ${asked.host}`);
  return wayOf(withTestTimeouts(config), {
    ...environment,
    secrets: { ...(login && { password: login.password }), ...(asked.ca !== undefined && { ca: asked.ca }) },
  });
}

/** The same connector with the patience of a person. */
export function withTestTimeouts(config: ConnectorConfig): ConnectorConfig {
  const { connect, command, content } = config.timeouts;
  return {
    ...config,
    timeouts: {
      connect: Math.min(connect, testTimeouts.connect),
      command: Math.min(command, testTimeouts.command),
      content: Math.min(content, testTimeouts.content),
    },
  };
}
