/**
 * Makes the policy value of a validated document. Total: whatever the document says, the result is a policy and
 * a list of findings, never an exception. Whoever puts a policy into force must refuse one with `error` findings.
 */
import { defaultAgeing } from '../config/ageing-schema.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import type { CertificateIndex, Policy, Source } from './policy.ts';
import { compileBlocked } from './compile-blocked.ts';
import { compileNetworks } from './compile-networks.ts';
import { compileConnectors, compileRoutes } from './compile-connectors.ts';
import { compileSource } from './compile-source.ts';
import { checkTenants } from './check-tenants.ts';
import { commonNameOf, fingerprintsOf, dnsNameOf } from './certificate-rule.ts';
import type { PolicyFinding } from './findings.ts';
import { Findings } from './findings.ts';

export type { PolicyFinding } from './findings.ts';

export interface CompiledPolicy {
  readonly policy: Policy;
  readonly findings: readonly PolicyFinding[];
}

/** Sources that are made in one step: about a millisecond. */
const sourcesAtOnce = 50;

export function compilePolicy(document: PolicyDocument, revision: number): CompiledPolicy {
  const steps = compiling(document, revision);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same with turns of the event loop between its steps: a policy may have tens of thousands of sources. */
export async function compilePolicyInTurns(
  document: PolicyDocument,
  revision: number,
): Promise<CompiledPolicy> {
  const steps = compiling(document, revision);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise(setImmediate);
  }
}

function* compiling(document: PolicyDocument, revision: number): Generator<void, CompiledPolicy> {
  const findings = new Findings();
  const ageing = document.ageing ?? defaultAgeing;
  const sources = yield* compileSources(document, findings);
  checkTenants(document, findings);
  const connectors = compileConnectors(document, findings);
  yield;
  const logins = indexLogins(document, sources, findings);
  yield;
  const networks = compileNetworks(document, sources, findings);
  yield;
  const blocked = compileBlocked(document, sources, findings);
  yield;
  const policy: Policy = {
    revision,
    sources,
    connectors,
    logins,
    networks,
    ageing,
    blocked,
    certificates: indexCertificates(document, sources, findings),
    routes: compileRoutes(connectors, document),
    dangers: [],
  };
  if (sources.size > 0 && connectors.size === 0) {
    findings.warning(
      ['sources'],
      'mail would be accepted and wait: no connector is configured',
      'add one to connectors',
    );
  }
  const dangers = findings.list.filter(({ severity }) => severity === 'danger').map(({ message }) => message);
  return { policy: { ...policy, dangers }, findings: findings.list };
}

/** Revision 0: nobody may send, nothing leaves. */
export const emptyPolicy: Policy = compilePolicy({ sources: [], connectors: [] }, 0).policy;

/** Source names are compared without case: they stand in headers, logs and commands, where case gets lost. */
function* compileSources(
  document: PolicyDocument,
  findings: Findings,
): Generator<void, ReadonlyMap<string, Source>> {
  const sources = new Map<string, Source>();
  const seen = new Map<string, number>();
  for (const [index, config] of document.sources.entries()) {
    if (index > 0 && index % sourcesAtOnce === 0) yield;
    const path = ['sources', index];
    const first = seen.get(config.name.toLowerCase());
    if (first !== undefined) {
      findings.error(
        [...path, 'name'],
        `the name "${config.name}" is used twice, first by sources[${first}]`,
        'give each source its own name',
      );
      continue;
    }
    seen.set(config.name.toLowerCase(), index);
    sources.set(config.name, compileSource(config, path, findings, document.ageing));
  }
  return sources;
}

function indexLogins(
  document: PolicyDocument,
  sources: ReadonlyMap<string, Source>,
  findings: Findings,
): ReadonlyMap<string, Source> {
  const logins = new Map<string, Source>();
  for (const [index, config] of document.sources.entries()) {
    const source = sources.get(config.name);
    if (!config.login || source?.config !== config) continue;
    const other = logins.get(config.login.username);
    if (other) {
      findings.error(
        ['sources', index, 'login', 'username'],
        `the user name "${config.login.username}" is also that of ${other.name}`,
        'give each source its own user name',
      );
    } else logins.set(config.login.username, source);
  }
  return logins;
}

function indexCertificates(
  document: PolicyDocument,
  sources: ReadonlyMap<string, Source>,
  findings: Findings,
): CertificateIndex {
  const fingerprints = new Map<string, Source>();
  const commonNames = new Map<string, Source>();
  const dnsNames = new Map<string, Source>();
  for (const [index, config] of document.sources.entries()) {
    const source = sources.get(config.name);
    const rule = config.certificate;
    if (!rule || source?.config !== config) continue;
    const path = ['sources', index, 'certificate'];
    const claim = (table: Map<string, Source>, key: string, shown: string): void => {
      const other = table.get(key);
      if (other && other !== source) {
        findings.error(
          path,
          `the certificate ${shown} also identifies ${other.name}`,
          'give each certificate to one source',
        );
      } else table.set(key, source);
    };
    for (const { hex } of fingerprintsOf(rule))
      if (hex) claim(fingerprints, hex, `sha256:${hex.slice(0, 16)}…`);
    const commonName = commonNameOf(rule);
    if (commonName) claim(commonNames, commonName, `CN=${commonName}`);
    const dnsName = dnsNameOf(rule);
    if (dnsName) claim(dnsNames, dnsName, dnsName);
  }
  return { fingerprints, commonNames, dnsNames };
}
