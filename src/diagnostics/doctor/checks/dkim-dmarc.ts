/** DKIM selectors and the DMARC record of each sender domain: without an aligned pass, receivers refuse by its policy. */
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf, senderDomains } from '../sender-domains.ts';

/** Names that Exchange Online signs with. */
const selectors = ['selector1', 'selector2'];

export const dkimCheck: Check = {
  name: 'dkim',
  title: 'DKIM selectors',
  source: 'https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure',
  timeoutMs: 20_000,
  async run(context) {
    if (!connectorsOf(context.policy).some(({ tenant }) => tenant)) return [];
    return Promise.all(senderDomains(context.policy).map((domain) => lookForKeys(domain, context)));
  },
};

async function lookForKeys(domain: string, { dns }: DoctorContext): Promise<CheckFinding> {
  const found = await Promise.all(
    selectors.map(async (selector) => {
      const name = `${selector}._domainkey.${domain}`;
      const alias = await dns.cname(name);
      const key = await dns.txt(name);
      const target = alias.kind === 'records' ? (alias.records[0] ?? '') : '';
      return {
        name,
        target,
        hasKey: key.kind === 'records',
        failed: alias.kind === 'failed' && key.kind === 'failed',
      };
    }),
  );
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

export const dmarcCheck: Check = {
  name: 'dmarc',
  title: 'DMARC',
  source: 'RFC 7489; https://learn.microsoft.com/defender-office-365/email-authentication-dmarc-configure',
  timeoutMs: 20_000,
  run: (context) =>
    Promise.all(senderDomains(context.policy).map((domain) => lookForPolicy(domain, context))),
};

async function lookForPolicy(domain: string, { dns }: DoctorContext): Promise<CheckFinding> {
  const own = await policyAt(domain, dns);
  const parent = domain.split('.').slice(-2).join('.');
  const found =
    own.records.length === 0 && !own.failed && parent !== domain ? await policyAt(parent, dns) : own;
  const input = `TXT _dmarc.${found === own ? domain : parent}`;
  if (found.failed)
    return { about: domain, state: 'unknown', input, evidence: 'the name servers do not answer' };
  if (found.records.length > 1) {
    return {
      about: domain,
      state: 'fail',
      input,
      evidence: `${found.records.length} DMARC records: receivers then use none (RFC 7489 6.6.3)`,
      advice: 'Leave one record and delete the others.',
      details: found.records,
    };
  }
  const [record] = found.records;
  if (record === undefined) {
    return {
      about: domain,
      state: 'warn',
      input,
      evidence: `${domain} has no DMARC record; large receivers ask for one of whoever sends much`,
      advice: `Publish TXT _dmarc.${domain} "v=DMARC1; p=none; rua=mailto:postmaster@${domain}" and tighten it later.`,
    };
  }
  const tags = new Map(
    record.split(';').map((tag) => {
      const [name = '', value = ''] = tag.split('=', 2);
      return [name.trim().toLowerCase(), value.trim().toLowerCase()] as const;
    }),
  );
  const policy = tags.get('p');
  if (policy === undefined || !['none', 'quarantine', 'reject'].includes(policy)) {
    return {
      about: domain,
      state: 'fail',
      input,
      evidence: `the record has no usable policy (p=${policy ?? 'absent'})`,
      advice: 'Set p to none, quarantine or reject.',
      details: [record],
    };
  }
  const strict = tags.get('aspf') === 's' || tags.get('adkim') === 's';
  return {
    about: domain,
    state: 'ok',
    input,
    evidence: `p=${policy}${strict ? ', with strict alignment: the envelope sender must bear this very domain' : ''}`,
    details: [record],
  };
}

async function policyAt(
  domain: string,
  dns: DoctorContext['dns'],
): Promise<{ records: string[]; failed: boolean }> {
  const answer = await dns.txt(`_dmarc.${domain}`);
  const records = answer.kind === 'records' ? answer.records.filter((text) => /^v=DMARC1\b/i.test(text)) : [];
  return { records, failed: answer.kind === 'failed' };
}
