/** DKIM selectors of each sender domain: without them Exchange signs with a domain that does not align. */
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf, senderDomains } from '../sender-domains.ts';

/** Names that Exchange Online signs with. */
const selectors = ['selector1', 'selector2'];

export const dkimCheck: Check = {
  name: 'dkim',
  title: 'DKIM selectors',
  looksAt: 'the two selectors of Exchange Online for each sender domain',
  source: 'https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure',
  timeoutMs: 20_000,
  async run(context) {
    if (!connectorsOf(context.policy).some(({ tenant }) => tenant)) return [];
    return Promise.all(senderDomains(context.policy).map((domain) => lookForKeys(domain, context)));
  },
};

export interface Selector {
  readonly name: string;
  /** Of its CNAME; empty: there is none. */
  readonly target: string;
  readonly hasKey: boolean;
  readonly failed: boolean;
}

export function selectorsOf(domain: string, dns: DoctorContext['dns']): Promise<readonly Selector[]> {
  return Promise.all(
    selectors.map(async (selector) => {
      const name = `${selector}._domainkey.${domain}`;
      const alias = await dns.cname(name);
      const key = await dns.txt(name);
      const target = alias.kind === 'records' ? (alias.records[0] ?? '') : '';
      // RFC 6376 3.6.1: an empty `p` means that the key was revoked.
      const hasKey =
        key.kind === 'records' && key.records.some((text) => /\bp\s*=\s*[A-Za-z0-9+/]/.test(text));
      return { name, target, hasKey, failed: alias.kind === 'failed' && key.kind === 'failed' };
    }),
  );
}

async function lookForKeys(domain: string, { dns }: DoctorContext): Promise<CheckFinding> {
  const found = await selectorsOf(domain, dns);
  const input = found.map(({ name }) => name).join(', ');
  const details = found.map(
    ({ name, target, hasKey }) =>
      `${name}: ${target === '' ? 'no CNAME' : `CNAME ${target}`}, ${hasKey ? 'a key' : 'no key'}`,
  );
  if (found.every(({ failed }) => failed)) {
    return { about: domain, state: 'unknown', input, evidence: 'the name servers do not answer', details };
  }
  const missing = found.filter(({ target, hasKey }) => target === '' && !hasKey);
  const dangling = found.filter(({ target, hasKey }) => target !== '' && !hasKey);
  if (missing.length === found.length) {
    return {
      about: domain,
      state: 'warn',
      input,
      evidence: `neither selector is published, so mail of ${domain} is signed with the tenant's onmicrosoft.com domain, which does not align`,
      advice: `Switch DKIM on for ${domain} in Defender (Email authentication settings), publish the two CNAME records that it shows, then Set-DkimSigningConfig -Identity ${domain} -Enabled $true`,
      details,
    };
  }
  if (missing.length > 0 || dangling.length > 0) {
    const name = (missing[0] ?? dangling[0])?.name ?? '';
    return {
      about: domain,
      state: 'warn',
      input,
      evidence:
        missing.length > 0
          ? `${name} is missing: signing fails after the next change of keys`
          : `${name} leads to a name without a key`,
      advice: `Get-DkimSigningConfig -Identity ${domain} | Format-List Selector1CNAME, Selector2CNAME shows what to publish.`,
      details,
    };
  }
  return { about: domain, state: 'ok', input, evidence: 'both selectors are published', details };
}
