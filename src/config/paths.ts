/** Makes relative paths absolute: they are relative to the file that names them. */
import { resolve } from 'node:path';
import type { AlertsConfig, ChannelConfig } from './alerts-schema.ts';
import type { HttpProxyLogin } from './http-proxy-schema.ts';
import type { ConsoleConfig } from './console-schema.ts';
import type { BackupConfig } from './keeping-schema.ts';
import type { LogOutputConfig } from './log-schema.ts';
import type { NodeConfig, Secret } from './node-schema.ts';
import type { PolicyDocument, RouteConfig } from './policy-schema.ts';
import type { OAuthCredentialConfig } from './route-schema.ts';

export function resolveNodePaths(node: NodeConfig, directory: string): NodeConfig {
  const absolute = (path: string): string => resolve(directory, path);
  const { tls, policy, store, secretsKey, console, backup, w3cLog, tracing } = node;
  return {
    ...node,
    data: absolute(node.data),
    ...(tls ? { tls: resolveTls(tls, absolute) } : {}),
    log: node.log.map((output) => resolveOutput(output, absolute)),
    ...(tracing?.ca === undefined ? {} : { tracing: { ...tracing, ca: absolute(tracing.ca) } }),
    ...(w3cLog ? { w3cLog: { ...w3cLog, directory: absolute(w3cLog.directory) } } : {}),
    console: console === false ? false : resolveConsole(console, absolute),
    alerts: resolveAlerts(node.alerts, absolute),
    ...(typeof policy === 'string' ? { policy: absolute(policy) } : {}),
    ...(secretsKey && 'file' in secretsKey ? { secretsKey: { file: absolute(secretsKey.file) } } : {}),
    ...(backup ? { backup: resolveBackup(backup, absolute) } : {}),
    store: typeof store === 'string' ? store : { postgres: resolveSecret(store.postgres, absolute) },
  };
}

/** Paths of CA, certificate, key and secret files of the connectors. */
export function resolvePolicyPaths(document: PolicyDocument, directory: string): PolicyDocument {
  const absolute = (path: string): string => resolve(directory, path);
  return {
    ...document,
    connectors: document.connectors.map((connector) => resolveConnector(connector, absolute)),
  };
}

type Absolute = (path: string) => string;
type Connector = PolicyDocument['connectors'][number];

function resolveOutput(output: LogOutputConfig, absolute: Absolute): LogOutputConfig {
  switch (output.to) {
    case 'stdout':
      return output;
    case 'file':
      return { ...output, path: absolute(output.path) };
    case 'syslog':
      return {
        ...output,
        ...(output.ca === undefined ? {} : { ca: absolute(output.ca) }),
        ...resolvePair(output, absolute),
      };
    default:
      return output satisfies never;
  }
}

function resolveTls(tls: NonNullable<NodeConfig['tls']>, absolute: Absolute): NonNullable<NodeConfig['tls']> {
  const { certificate, key, clientCa } = tls;
  return {
    ...(certificate === undefined ? {} : { certificate: each(certificate, absolute) }),
    ...(key === undefined ? {} : { key: each(key, absolute) }),
    ...(clientCa === undefined ? {} : { clientCa: absolute(clientCa) }),
  };
}

function resolveBackup(backup: BackupConfig, absolute: Absolute): BackupConfig {
  const { key, passphrase } = backup;
  return {
    ...backup,
    to: absolute(backup.to),
    ...(key === undefined ? {} : { key: resolveSecret(key, absolute) }),
    ...(passphrase === undefined ? {} : { passphrase: resolveSecret(passphrase, absolute) }),
  };
}

function resolveConsole(console: ConsoleConfig, absolute: Absolute): ConsoleConfig {
  const { tls, oidc } = console;
  return {
    ...console,
    tls: typeof tls === 'boolean' ? tls : { certificate: absolute(tls.certificate), key: absolute(tls.key) },
    ...(oidc ? { oidc: { ...oidc, clientSecret: resolveSecret(oidc.clientSecret, absolute) } } : {}),
  };
}

function resolveAlerts(alerts: AlertsConfig, absolute: Absolute): AlertsConfig {
  const { channels, heartbeat } = alerts;
  return {
    ...alerts,
    channels: channels.map((channel): ChannelConfig => {
      if (channel.type === 'mail') return channel;
      const ca = channel.ca === undefined ? {} : { ca: absolute(channel.ca) };
      if (channel.type === 'syslog') return { ...channel, ...ca };
      const { token } = channel;
      return {
        ...channel,
        ...ca,
        ...resolveProxyLogin(channel, absolute),
        url: resolveSecret(channel.url, absolute),
        ...(token === undefined ? {} : { token: resolveSecret(token, absolute) }),
      };
    }),
    ...(heartbeat
      ? {
          heartbeat: {
            ...heartbeat,
            ...resolveProxyLogin(heartbeat, absolute),
            url: resolveSecret(heartbeat.url, absolute),
            ...(heartbeat.ca === undefined ? {} : { ca: absolute(heartbeat.ca) }),
          },
        }
      : {}),
  };
}

function resolveProxyLogin(
  { proxyLogin }: { readonly proxyLogin?: HttpProxyLogin | undefined },
  absolute: Absolute,
): { proxyLogin?: HttpProxyLogin } {
  if (!proxyLogin) return {};
  return { proxyLogin: { ...proxyLogin, password: resolveSecret(proxyLogin.password, absolute) } };
}

function resolveConnector(connector: Connector, absolute: Absolute): Connector {
  const { ca, certificate, key, route } = connector;
  return {
    ...connector,
    ...(ca === undefined ? {} : { ca: absolute(ca) }),
    ...(certificate === undefined ? {} : { certificate: absolute(certificate) }),
    ...(key === undefined ? {} : { key: absolute(key) }),
    ...resolveProxyLogin(connector, absolute),
    route: resolveRoute(route, absolute),
  };
}

function resolveRoute(route: RouteConfig, absolute: Absolute): RouteConfig {
  switch (route.type) {
    case 'smart-host':
      if (!route.login) return route;
      return { ...route, login: { ...route.login, password: resolveSecret(route.login.password, absolute) } };
    case 'exchange-online':
      return { ...route, ...resolvePair(route, absolute) };
    case 'smtp-submission': {
      const { credential } = route;
      return {
        ...route,
        credential:
          credential.type === 'oauth'
            ? resolveOAuth(credential, absolute)
            : { ...credential, password: resolveSecret(credential.password, absolute) },
      };
    }
    case 'graph':
      return { ...route, credential: resolveOAuth(route.credential, absolute) };
    case 'mx':
      return route;
    default:
      return route satisfies never;
  }
}

function resolveOAuth(credential: OAuthCredentialConfig, absolute: Absolute): OAuthCredentialConfig {
  const { secret } = credential;
  return {
    ...credential,
    ...resolvePair(credential, absolute),
    ...(secret === undefined ? {} : { secret: resolveSecret(secret, absolute) }),
  };
}

function resolvePair(
  { certificate, key }: { readonly certificate?: string | undefined; readonly key?: string | undefined },
  absolute: Absolute,
): { readonly certificate?: string; readonly key?: string } {
  return {
    ...(certificate === undefined ? {} : { certificate: absolute(certificate) }),
    ...(key === undefined ? {} : { key: absolute(key) }),
  };
}

function resolveSecret(secret: Secret, absolute: Absolute): Secret {
  return typeof secret !== 'string' && 'file' in secret ? { file: absolute(secret.file) } : secret;
}

function each(paths: string | string[], absolute: Absolute): string | string[] {
  return typeof paths === 'string' ? absolute(paths) : paths.map(absolute);
}
