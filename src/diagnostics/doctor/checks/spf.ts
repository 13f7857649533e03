/** SPF of each sender domain, evaluated with all its steps for the addresses that mail leaves from. */
import { cloudNamed } from '../../../../microsoft365/clouds.ts';
import { checkHost } from '../../../protocol/spf/check-host.ts';
import type { SpfVerdict } from '../../../protocol/spf/spf.ts';
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf, senderDomains } from '../sender-domains.ts';
import { spfResolver } from '../../../policy/spf-resolver.ts';

/** Terms that ask DNS from which one more include may be too many. */
const lookupsWarn = 9;
/** Addresses of this relay that are evaluated. */
const addressesMax = 4;
/** RFC 5737: no host has it, so nothing but the record itself is judged. */
const nobody = '192.0.2.1';

export const spfCheck: Check = {
  name: 'spf',
  title: 'SPF',
  looksAt: 'the SPF record of each sender domain, evaluated with all steps for our addresses',
  source: 'RFC 7208; https://learn.microsoft.com/defender-office-365/email-authentication-spf-configure',
  timeoutMs: 30_000,
  run: (context) => Promise.all(senderDomains(context.policy).map((domain) => look(domain, context))),
};

async function look(domain: string, context: DoctorContext): Promise<CheckFinding> {
  const { policy, hostname, clock, dns } = context;
  const own = ownAddresses(context);
  const asked = own.length === 0 ? [nobody] : own;
  const verdicts = await Promise.all(
    asked.map(async (address) => ({
      address,
      verdict: await checkHost(
        { address, helo: hostname, sender: `postmaster@${domain}`, receiver: hostname, now: clock.now() },
        spfResolver(dns),
      ),
    })),
  );
  const first = verdicts[0]?.verdict as SpfVerdict;
  const details = first.steps.map(
    ({ depth, term: written, text, lookups }) =>
      `${'  '.repeat(depth)}${written === '' ? '' : `${written}: `}${text} [${lookups}]`,
  );
  const common = {
    about: domain,
    input: own.length === 0 ? `SPF record of ${domain}` : `SPF of ${domain} for ${own.join(', ')}`,
    details,
  };
  const record = first.steps.find(({ outcome }) => outcome === 'record')?.term ?? '';
  if (first.result === 'temperror') {
    return { ...common, state: 'unknown', evidence: `it cannot be evaluated now: ${first.problem}` };
  }
  if (first.result === 'permerror') return { ...common, ...broken(domain, first) };
  const include = cloudNamed(
    connectorsOf(policy).find(({ tenant }) => tenant)?.tenant?.cloud ?? 'worldwide',
  ).spfInclude;
  if (first.result === 'none') {
    return {
      ...common,
      state: 'fail',
      evidence: `${domain} has no SPF record`,
      advice: `Publish TXT ${domain} "v=spf1 ${own.map(term).join('')}include:${include} -all".`,
    };
  }
  const missing = verdicts.filter(({ verdict }) => verdict.result !== 'pass').map(({ address }) => address);
  const relays = connectorsOf(policy).some(
    ({ route }) => route.type === 'exchange-online' || route.type === 'mx',
  );
  if (own.length > 0 && missing.length > 0 && relays) {
    const result = verdicts.find(({ address }) => missing.includes(address))?.verdict.result ?? 'none';
    return {
      ...common,
      state: result === 'fail' ? 'fail' : 'warn',
      evidence: `mail of ${domain} from ${missing.join(', ')} comes to ${result}: the address of this relay is missing from the record`,
      advice: `Put ${missing.map(term).join('').trim()} into the record of ${domain}, before its "all": ${withTerms(record, missing)}`,
    };
  }
  if (first.lookups >= lookupsWarn) {
    return {
      ...common,
      state: 'warn',
      evidence: `the record needs ${first.lookups} look-ups of the 10 that RFC 7208 4.6.4 permits`,
      advice: 'Take out an include that nobody needs any more, or replace one by the ip4 ranges in it.',
    };
  }
  const words =
    own.length === 0
      ? `one record, ${first.lookups} look-ups; which address mail leaves from is not known (\`egress\`)`
      : `${own.join(', ')}: pass, ${first.lookups} look-ups`;
  return { ...common, state: 'ok', evidence: words };
}

function broken(
  domain: string,
  { problem = '' }: SpfVerdict,
): Pick<CheckFinding, 'state' | 'evidence' | 'advice'> {
  const advice = /SPF records; there must be one/.test(problem)
    ? `Merge the TXT records of ${domain} that begin with "v=spf1" into one, and delete the others.`
    : /terms ask DNS/.test(problem)
      ? 'Take includes out until ten or fewer terms ask DNS: what nobody sends by any more, or an include replaced by its ip4 ranges.'
      : /found nothing/.test(problem)
        ? 'Take out the terms whose names do not exist any more.'
        : `Correct the record of ${domain} at the place named.`;
  return {
    state: 'fail',
    evidence: `permerror, so receivers treat ${domain} as if it were forged: ${problem}`,
    advice,
  };
}

/** What next hops saw, else what is configured. Ranges have no one address to evaluate. */
function ownAddresses({ expectedEgress, egressHistory }: DoctorContext): readonly string[] {
  const configured = expectedEgress.filter((entry) => !entry.includes('/'));
  const seen = egressHistory.map(({ address }) => address);
  return [...new Set(configured.length > 0 ? configured : seen.slice(-1))].slice(0, addressesMax);
}

function term(address: string): string {
  return `${address.includes(':') ? 'ip6' : 'ip4'}:${address} `;
}

function withTerms(record: string, addresses: readonly string[]): string {
  const terms = addresses.map(term).join('');
  return /\s[-~?+]?all\b/i.test(record)
    ? record.replace(/\s([-~?+]?all\b)/i, ` ${terms}$1`)
    : `${record} ${terms}`.trim();
}
