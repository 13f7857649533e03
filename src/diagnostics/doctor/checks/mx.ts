/** MX of the sender domains against the host that connectors name, the move to mx.microsoft included. */
import { cloudNamed, isTenantMxHost } from '../../../../microsoft365/clouds.ts';
import type { Check, CheckFinding, DoctorContext } from '../check.ts';
import { connectorsOf } from '../sender-domains.ts';

export const mxCheck: Check = {
  name: 'mx',
  title: 'MX of the tenant',
  looksAt: 'MX of the tenant against `route.host`, the move to mx.microsoft included',
  source: 'https://learn.microsoft.com/microsoft-365/enterprise/external-domain-name-system-records',
  timeoutMs: 20_000,
  async run(context) {
    const routes = connectorsOf(context.policy).filter(({ route }) => route.type === 'exchange-online');
    return Promise.all(routes.map((config) => look(config, context)));
  },
};

async function look(
  config: ReturnType<typeof connectorsOf>[number],
  { dns }: DoctorContext,
): Promise<CheckFinding> {
  const { tenant, name, route } = config;
  const domain = tenant?.domain ?? tenant?.acceptedDomains[0];
  const host = route.type === 'exchange-online' ? route.host : undefined;
  const cloud = tenant?.cloud ?? 'worldwide';
  const about = name;
  if (domain === undefined) {
    return { about, state: 'unknown', input: name, evidence: 'the policy names no domain of the tenant' };
  }
  const input = `MX of ${domain}, host ${host ?? 'by MX'}`;
  const answer = await dns.mx(domain);
  if (answer.kind !== 'records') {
    const what =
      answer.kind === 'failed'
        ? `the MX records of ${domain} could not be asked for (${answer.code})`
        : `${domain} has no MX records`;
    const found = host === undefined ? undefined : await dns.lookup(host, 'any');
    return {
      about,
      state: host === undefined ? 'fail' : found?.kind === 'records' ? 'warn' : 'fail',
      input,
      evidence: `${what}${found && found.kind !== 'records' ? `, and ${host} has no address` : ''}`,
      advice: `Set the MX record that the admin center shows for ${domain}, or \`route.host\` to that host.`,
    };
  }
  const hosts = answer.records
    .toSorted((a, b) => a.preference - b.preference)
    .map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''));
  const details = hosts.map((exchange) => `MX ${exchange}`);
  const microsoft = hosts.filter((exchange) => isTenantMxHost(exchange, cloud));
  if (microsoft.length === 0) {
    return {
      about,
      state: host === undefined ? 'fail' : 'warn',
      input,
      evidence: `the MX of ${domain} (${hosts.join(', ')}) is no host of Microsoft 365: another filter stands before the tenant`,
      advice: `Set \`route.host\` of ${name} to the host of the tenant under ${cloudNamed(cloud).mxSuffixes.join(' or ')}, as the admin center shows it.`,
      details,
    };
  }
  const written = host?.toLowerCase().replace(/\.$/, '');
  if (
    written !== undefined &&
    !microsoft.includes(written) &&
    written.includes('.') &&
    !/^[\d.]+$/.test(written)
  ) {
    const moved = microsoft.some((exchange) => exchange.endsWith('.mx.microsoft'));
    return {
      about,
      state: 'warn',
      input,
      evidence: `\`route.host\` is ${written}, and the MX of ${domain} is ${microsoft[0]}${moved ? ': the domain was moved to mx.microsoft' : ''}`,
      advice: `Set \`route.host\` of ${name} to ${microsoft[0]}, or leave it out so that the MX is followed.`,
      details,
    };
  }
  return { about, state: 'ok', input, evidence: `the MX is ${microsoft[0]}`, details };
}
