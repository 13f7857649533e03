/** What all connections of one connector share, worked out once from its configuration. */
import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import type { ConnectorConfig } from '../../config/policy-schema.ts';
import type { Clock } from '../../platform/clock.ts';
import type { IpVersion } from '../../platform/net.ts';
import type { RouteScope } from '../classify-reply.ts';
import type { ConnectorEnvironment } from '../environment.ts';
import type { Authenticate } from './login.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface TlsSettings {
  readonly mode: ConnectorConfig['tls'];
  readonly implicit: boolean;
  readonly context: SecureContext;
  /** Name to ask for and to verify instead of the host's. */
  readonly serverName?: string;
  /** SHA-256 of accepted certificates, lower-case hexadecimal without colons; empty: verify by roots. */
  readonly pins: ReadonlySet<string>;
}

export interface SmtpSettings {
  readonly clock: Clock;
  readonly heloName: string;
  readonly tls: TlsSettings;
  readonly login?: Login;
  /** Instead of `login`. */
  readonly authenticate?: Authenticate;
  readonly ipVersion: IpVersion;
  readonly sourceAddress?: string;
  readonly limits: ConnectorConfig['limits'];
  readonly timeouts: ConnectorConfig['timeouts'];
  readonly routeScope: RouteScope;
}

/** Throws where certificate, key or roots cannot be used, or a login has no password. */
export function smtpSettings(
  config: ConnectorConfig,
  environment: ConnectorEnvironment,
  routeScope: RouteScope,
  authenticate?: Authenticate,
): SmtpSettings {
  const login = config.route.type === 'smart-host' ? config.route.login : undefined;
  return {
    clock: environment.clock,
    heloName: config.heloName ?? environment.hostname,
    tls: tlsSettings(config, environment),
    ...(login && { login: { username: login.username, password: passwordOf(config, environment) } }),
    ...(authenticate && { authenticate }),
    ipVersion: config.ipVersion,
    ...(config.sourceAddress !== undefined && { sourceAddress: config.sourceAddress }),
    limits: config.limits,
    timeouts: config.timeouts,
    routeScope,
  };
}

function passwordOf(config: ConnectorConfig, environment: ConnectorEnvironment): string {
  const { password } = environment.secrets;
  if (password === undefined) throw new TypeError(`connector ${config.name}: login without its password`);
  return password;
}

function tlsSettings(config: ConnectorConfig, { secrets }: ConnectorEnvironment): TlsSettings {
  const old = config.minimumTls === '1.0' || config.minimumTls === '1.1';
  const pins = config.pin === undefined ? [] : [config.pin].flat();
  return {
    mode: config.tls,
    implicit: config.implicitTls,
    context: createSecureContext({
      minVersion: old
        ? config.minimumTls === '1.0'
          ? 'TLSv1'
          : 'TLSv1.1'
        : config.minimumTls === '1.3'
          ? 'TLSv1.3'
          : 'TLSv1.2',
      // OpenSSL 3 does TLS 1.0 and 1.1 (SHA-1 signatures) at security level 0 only.
      ...(old && { ciphers: 'DEFAULT@SECLEVEL=0' }),
      ...(secrets.ca !== undefined && { ca: secrets.ca }),
      ...(secrets.certificate !== undefined && { cert: secrets.certificate }),
      ...(secrets.key !== undefined && { key: secrets.key }),
    }),
    ...(config.serverName !== undefined && { serverName: config.serverName }),
    pins: new Set(pins.map(normalFingerprint)),
  };
}

/** `sha256:AB:CD…` as lower-case digits. Throws `TypeError` when it is no SHA-256 fingerprint. */
export function normalFingerprint(text: string): string {
  const digits = text
    .replace(/^sha256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new TypeError(`no SHA-256 fingerprint: ${text}`);
  return digits;
}
