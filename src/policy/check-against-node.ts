/** Whether a policy fits the node it is to be used on: its listeners, its client CA. */
import type { DocumentFinding } from '../config/finding.ts';
import type { ListenerConfig, NodeConfig } from '../config/node-schema.ts';
import type { PolicyDocument, SourceConfig } from '../config/policy-schema.ts';
import { Findings } from './findings.ts';

export function checkAgainstNode(document: PolicyDocument, node: NodeConfig): readonly DocumentFinding[] {
  const findings = new Findings();
  for (const [index, source] of document.sources.entries()) {
    const path = ['sources', index];
    checkListeners(source, path, node, findings);
    const listeners = node.listeners.filter(
      ({ name }) => !source.listeners || source.listeners.includes(name),
    );
    if (listeners.length === 0) continue;
    checkTls(source, path, listeners, findings);
    if (source.certificate && 'subject' in source.certificate && node.tls?.clientCa === undefined) {
      findings.error(
        [...path, 'certificate', 'subject'],
        `${source.name} is known by the name in its certificate, but no CA is named that could vouch for it`,
        'set "tls.clientCa" in relay365.yaml, or pin the certificate by its fingerprint',
      );
    }
  }
  return findings.list;
}

function checkListeners(
  source: SourceConfig,
  path: (string | number)[],
  node: NodeConfig,
  findings: Findings,
): void {
  const known = node.listeners.map(({ name }) => name);
  for (const [index, name] of (source.listeners ?? []).entries()) {
    if (known.includes(name)) continue;
    findings.error(
      [...path, 'listeners', index],
      `there is no listener "${name}"`,
      `write one of ${known.join(', ')}`,
    );
  }
}

function checkTls(
  source: SourceConfig,
  path: (string | number)[],
  listeners: readonly ListenerConfig[],
  findings: Findings,
): void {
  if (listeners.some(({ tls }) => tls !== 'off')) return;
  if (source.requireTls) {
    findings.error(
      [...path, 'requireTls'],
      `${source.name} must use TLS, but no listener it may use offers it`,
      'add a listener with "tls: starttls"',
    );
  }
  if (source.certificate) {
    findings.warning(
      [...path, 'certificate'],
      `${source.name} cannot show its certificate: no listener it may use offers TLS`,
      'add a listener with "tls: starttls"',
    );
  }
  const clear =
    listeners.some(({ authWithoutTls }) => authWithoutTls) || source.quirks.includes('auth-in-clear');
  if (source.login && !clear) {
    findings.warning(
      [...path, 'login'],
      `${source.name} cannot log in: no listener it may use offers TLS, and none permits logins without it`,
      'add a listener with "tls: starttls"',
    );
  }
}
