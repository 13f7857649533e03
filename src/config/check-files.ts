/** Looks at the files that a configuration names: certificates, keys, CAs, secrets. Reads, and changes nothing. */
import type { Instant } from '../platform/clock.ts';
import { checkClientCertificate } from './client-certificate.ts';
import { checkLogFiles } from './check-log.ts';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import type { ConsoleConfig } from './console-schema.ts';
import type { NodeConfig } from './node-schema.ts';
import type { PairFiles } from './pem.ts';
import { checkAuthorities, checkPair } from './pem.ts';
import type { ConnectorConfig, PolicyDocument } from './policy-schema.ts';
import type { CredentialConfig } from './route-schema.ts';
import { checkSecret } from './secrets.ts';

interface FileContext {
  readonly now: Instant;
  readonly baseDirectory: string;
  readonly readableByAll: boolean;
}

/** Paths must be absolute. */
export async function checkNodeFiles(node: NodeConfig, now: Instant): Promise<readonly DocumentFinding[]> {
  const { tls, secretsKey, console } = node;
  const key =
    secretsKey === undefined
      ? []
      : await checkSecret(secretsKey, { path: ['secretsKey'], baseDirectory: '/', readableByAll: false });
  const ofConsole = console === false ? [] : await checkConsoleFiles(console, now);
  const ofTls = tls ? await checkTlsFiles(tls, now) : [];
  return [...key, ...ofTls, ...ofConsole, ...(await checkLogFiles(node, now))];
}

async function checkConsoleFiles(
  { tls, oidc }: ConsoleConfig,
  now: Instant,
): Promise<readonly DocumentFinding[]> {
  const pair =
    typeof tls === 'boolean'
      ? []
      : await checkPair(
          {
            certificate: { file: tls.certificate, path: ['console', 'tls', 'certificate'] },
            key: { file: tls.key, path: ['console', 'tls', 'key'] },
          },
          now,
        );
  const secret = oidc
    ? await checkSecret(oidc.clientSecret, {
        path: ['console', 'oidc', 'clientSecret'],
        baseDirectory: '/',
        readableByAll: false,
      })
    : [];
  return [...pair, ...secret];
}

async function checkTlsFiles(
  tls: NonNullable<NodeConfig['tls']>,
  now: Instant,
): Promise<readonly DocumentFinding[]> {
  const pairs = await Promise.all(listenerPairs(tls).map((pair) => checkPair(pair, now)));
  const authorities =
    tls.clientCa === undefined ? [] : await checkAuthorities(tls.clientCa, ['tls', 'clientCa'], now);
  return [...pairs.flat(), ...authorities];
}

/** Paths must be absolute; `readableByAll`: every user of the machine can read the document. */
export async function checkPolicyFiles(
  document: PolicyDocument,
  context: FileContext,
): Promise<readonly DocumentFinding[]> {
  const found = await Promise.all(
    document.connectors.map((connector, index) =>
      checkConnectorFiles(connector, ['connectors', index], context),
    ),
  );
  return found.flat();
}

function listenerPairs(tls: NonNullable<NodeConfig['tls']>): PairFiles[] {
  const certificates = tls.certificate === undefined ? [] : [tls.certificate].flat();
  const keys = tls.key === undefined ? [] : [tls.key].flat();
  // Unequal numbers are reported by check-node.ts; what has a partner is checked all the same.
  return certificates.slice(0, keys.length).map((file, index) => ({
    certificate: { file, path: place(['tls', 'certificate'], tls.certificate, index) },
    key: { file: keys[index] ?? '', path: place(['tls', 'key'], tls.key, index) },
  }));
}

function place(
  path: DocumentPath,
  written: string | readonly string[] | undefined,
  index: number,
): DocumentPath {
  return typeof written === 'string' ? path : [...path, index];
}

async function checkConnectorFiles(
  connector: ConnectorConfig,
  path: DocumentPath,
  context: FileContext,
): Promise<readonly DocumentFinding[]> {
  const { ca, certificate, key, proxyLogin } = connector;
  const findings: DocumentFinding[] = [];
  if (ca !== undefined) findings.push(...(await checkAuthorities(ca, [...path, 'ca'], context.now)));
  if (certificate !== undefined && key !== undefined) {
    const pair = {
      certificate: { file: certificate, path: [...path, 'certificate'] },
      key: { file: key, path: [...path, 'key'] },
    };
    findings.push(...(await checkPair(pair, context.now)));
  }
  if (proxyLogin) {
    const about = { ...context, path: [...path, 'proxyLogin', 'password'] };
    findings.push(...(await checkSecret(proxyLogin.password, about)));
  }
  return [...findings, ...(await checkRouteFiles(connector, [...path, 'route'], context))];
}

async function checkRouteFiles(
  { route, tenant }: ConnectorConfig,
  path: DocumentPath,
  context: FileContext,
): Promise<readonly DocumentFinding[]> {
  switch (route.type) {
    case 'smart-host':
      return route.login
        ? checkSecret(route.login.password, { ...context, path: [...path, 'login', 'password'] })
        : [];
    case 'exchange-online':
      return [
        ...(await checkOptionalPair(route, path, context.now)),
        ...(route.certificate === undefined
          ? []
          : await checkClientCertificate(route.certificate, [...path, 'certificate'], tenant)),
      ];
    case 'smtp-submission':
    case 'graph':
      return checkCredentialFiles(route.credential, [...path, 'credential'], context);
    case 'mx':
      return [];
    default:
      return route satisfies never;
  }
}

async function checkCredentialFiles(
  credential: CredentialConfig,
  path: DocumentPath,
  context: FileContext,
): Promise<readonly DocumentFinding[]> {
  if (credential.type === 'password')
    return checkSecret(credential.password, { ...context, path: [...path, 'password'] });
  const { secret } = credential;
  return [
    ...(secret === undefined ? [] : await checkSecret(secret, { ...context, path: [...path, 'secret'] })),
    ...(await checkOptionalPair(credential, path, context.now)),
  ];
}

async function checkOptionalPair(
  { certificate, key }: { readonly certificate?: string | undefined; readonly key?: string | undefined },
  path: DocumentPath,
  now: Instant,
): Promise<readonly DocumentFinding[]> {
  if (certificate === undefined || key === undefined) return [];
  return checkPair(
    {
      certificate: { file: certificate, path: [...path, 'certificate'] },
      key: { file: key, path: [...path, 'key'] },
    },
    now,
  );
}
