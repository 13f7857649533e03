/** The tenants of the policy in force, as set-up and explanations need them. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { namedTenant, tenant } from '../config/tenant-schema.ts';
import type { ConnectorSecrets } from '../connector/create.ts';
import type { SetupTenant } from '../diagnostics/microsoft365/setup-input.ts';
import { setupInput } from '../diagnostics/microsoft365/setup-input.ts';
import { readPeerCertificate } from '../platform/tls.ts';
import type { Policy } from '../policy/policy.ts';

// The document was checked when it was taken; here its defaults are filled in.
const shape = z.object({ tenant: tenant.optional(), tenants: z.array(namedTenant).optional() });

export function setupTenants(
  policy: Policy,
  document: Readonly<Record<string, unknown>>,
  secretsOf: (connector: string) => Pick<ConnectorSecrets, 'certificate'>,
): readonly SetupTenant[] {
  const { tenant: one, tenants } = shape.parse(document);
  const connectors = [...policy.connectors.values()].map(({ config }) => config);
  const names = new Map<string, readonly string[]>();
  for (const { name } of connectors) {
    const { certificate } = secretsOf(name);
    if (certificate !== undefined) names.set(name, namesIn(certificate));
  }
  const senders = [...policy.sources.values()].flatMap(({ config }) => config.senders);
  return setupInput({ ...(one && { tenant: one }), ...(tenants && { tenants }), connectors }, senders, names);
}

/** The first certificate of a PEM text is the leaf (RFC 5246 7.4.2). */
function namesIn(pem: string | Buffer): readonly string[] {
  const { commonName, dnsNames } = readPeerCertificate(new X509Certificate(pem));
  return [...new Set([...dnsNames, ...(commonName === undefined ? [] : [commonName])])];
}
