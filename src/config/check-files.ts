/** Looks at the files that a configuration names: certificates, keys, CAs, secrets. Reads, and changes nothing. */
import type { Instant } from '../platform/clock.ts';
import type { DocumentFinding, DocumentPath } from './finding.ts';
import type { NodeConfig } from './node-schema.ts';
import type { PairFiles } from './pem.ts';
import { checkAuthorities, checkPair } from './pem.ts';
import type { ConnectorConfig, PolicyDocument } from './policy-schema.ts';
import { checkSecret } from './secrets.ts';

/** Paths must be absolute. */
export async function checkNodeFiles({ tls }: NodeConfig, now: Instant): Promise<readonly DocumentFinding[]> {
  if (!tls) return [];
  const pairs = await Promise.all(listenerPairs(tls).map((pair) => checkPair(pair, now)));
  const authorities =
    tls.clientCa === undefined ? [] : await checkAuthorities(tls.clientCa, ['tls', 'clientCa'], now);
  return [...pairs.flat(), ...authorities];
}

/** Paths must be absolute; `readableByAll`: every user of the machine can read the document. */
export async function checkPolicyFiles(
  document: PolicyDocument,
  context: { readonly now: Instant; readonly baseDirectory: string; readonly readableByAll: boolean },
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
  context: { readonly now: Instant; readonly baseDirectory: string; readonly readableByAll: boolean },
): Promise<DocumentFinding[]> {
  const { ca, certificate, key, route } = connector;
  const findings: DocumentFinding[] = [];
  if (ca !== undefined) findings.push(...(await checkAuthorities(ca, [...path, 'ca'], context.now)));
  if (certificate !== undefined && key !== undefined) {
    const pair = {
      certificate: { file: certificate, path: [...path, 'certificate'] },
      key: { file: key, path: [...path, 'key'] },
    };
    findings.push(...(await checkPair(pair, context.now)));
  }
  if (route.type === 'smart-host' && route.login) {
    const about = { ...context, path: [...path, 'route', 'login', 'password'] };
    findings.push(...(await checkSecret(route.login.password, about)));
  }
  return findings;
}
