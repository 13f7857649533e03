/** What can be wrong with the tenants of the document, by themselves and beside one another. */
import type { DocumentPath } from '../config/finding.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { parseDomain } from '../protocol/address.ts';
import { printable } from './address-pattern.ts';
import type { Findings } from './findings.ts';

type Tenant = NonNullable<PolicyDocument['tenant']>;

export function checkTenants({ tenant, tenants = [] }: PolicyDocument, findings: Findings): void {
  if (tenant && tenants.length > 0) {
    findings.error(
      ['tenant'],
      '"tenant" and "tenants" exclude each other',
      'write every tenant into "tenants", with a name',
    );
  }
  if (tenant) checkDomains(tenant, ['tenant'], findings, () => undefined);
  const names = new Map<string, number>();
  const owners = new Map<string, string>();
  for (const [index, one] of tenants.entries()) {
    const path = ['tenants', index];
    const first = names.get(one.name.toLowerCase());
    if (first !== undefined) {
      findings.error(
        [...path, 'name'],
        `the name "${one.name}" is used twice, first by tenants[${first}]`,
        'give each tenant its own name',
      );
      continue;
    }
    names.set(one.name.toLowerCase(), index);
    checkDomains(one, path, findings, (key) => {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, one.name);
      return owner === one.name ? undefined : owner;
    });
  }
}

/** `ownerOf`: the other tenant that has this domain. */
function checkDomains(
  { domain, acceptedDomains }: Tenant,
  path: DocumentPath,
  findings: Findings,
  ownerOf: (key: string) => string | undefined,
): void {
  const places: readonly (readonly [string, DocumentPath])[] = [
    [domain, [...path, 'domain']],
    ...acceptedDomains.map((text, index) => [text, [...path, 'acceptedDomains', index]] as const),
  ];
  for (const [text, here] of places) {
    const parsed = parseDomain(text);
    if (!parsed.ok || text.startsWith('[')) {
      findings.error(here, `"${printable(text)}" is not a domain`, 'write a domain such as contoso.com');
      continue;
    }
    const owner = ownerOf(parsed.value.key);
    if (owner === undefined) continue;
    findings.error(
      here,
      `${parsed.value.text} is also an accepted domain of the tenant ${owner}`,
      'a domain is accepted by one tenant of Microsoft 365 only: leave it with that one',
    );
  }
}
