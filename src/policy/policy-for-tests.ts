/** Builds policies for tests from the YAML that an administrator would write. */
import { instant } from '../platform/clock.ts';
import { parsePolicyDocument } from '../config/load.ts';
import { compilePolicy } from './compile.ts';
import type { ClientFacts } from './client-facts.ts';
import type { Policy, Source } from './policy.ts';
import type { PolicyFinding } from './findings.ts';

/** A hash of the test password `correct horse` with little work; never a real one. */
export const testPasswordHash =
  '$scrypt$ln=10,r=8,p=1$dGVzdHNhbHR0ZXN0c2FsdA$6euz/2qEUnQ3RL5JtoWFnmuOqjPRCiOlbjEFxDPYUZA';

export function compiled(yaml: string): { policy: Policy; findings: readonly PolicyFinding[] } {
  const parsed = parsePolicyDocument(yaml, 'policy.yaml');
  if (parsed.kind === 'faulty') {
    throw new Error(parsed.findings.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  }
  return compilePolicy(parsed.value, 1);
}

/** A policy without errors. */
export function policyOf(yaml: string): Policy {
  const { policy, findings } = compiled(yaml);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return policy;
}

/** The one source of a policy that has `source` as its only entry. */
export function sourceOf(yaml: string): Source {
  const [source] = policyOf(yaml).sources.values();
  if (!source) throw new Error('no source');
  return source;
}

export function facts(about: Partial<ClientFacts> & { readonly address: string }): ClientFacts {
  return { at: instant(Date.parse('2026-07-01T12:00:00Z')), listener: 'devices', tls: false, ...about };
}
