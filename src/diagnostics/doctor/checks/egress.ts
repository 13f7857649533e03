/** The address that next hops see us come from: asked of their answer to EHLO, and of nobody else. */
import { BlockList, isIP } from 'node:net';
import { greetedAddress } from '../../conversation/greeted-address.ts';
import type { Check, CheckFinding, DoctorContext, SeenEgress } from '../check.ts';
import { dayOf, driftOf } from '../egress-history.ts';
import { connectorsOf, leadsByAddress } from '../sender-domains.ts';

export const egressCheck: Check = {
  name: 'egress',
  title: 'Public address',
  looksAt: 'the address that next hops greet us by, against `egress` and earlier runs',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/use-connectors-to-configure-mail-flow/set-up-connectors-to-route-mail',
  timeoutMs: 60_000,
  async run(context, signal) {
    const routes = connectorsOf(context.policy).filter(({ route }) => route.type !== 'graph');
    const findings = await Promise.all(
      routes.map(async (config) => {
        const { steps } = await context.conversation(config, signal);
        const address = greetedAddress(steps);
        return judged(config.name, address, leadsByAddress(config), context);
      }),
    );
    return findings;
  },
};

function judged(
  about: string,
  address: string | undefined,
  byAddress: boolean,
  { clock, expectedEgress, egressHistory }: DoctorContext,
): CheckFinding {
  const input = `answer to EHLO at ${about}; expected ${expectedEgress.join(', ') || 'not configured (`egress`)'}`;
  if (address === undefined) {
    const details = egressHistory
      .filter(({ connector }) => connector === about)
      .map((seen) => `seen before: ${seen.address}, last on ${dayOf(seen.at)}`);
    const evidence = 'the next hop does not say where it sees us come from';
    return { about, state: 'unknown', input, evidence, details };
  }
  const drift = driftOf(egressHistory, { connector: about, address, now: clock.now() });
  const { details, before } = drift;
  if (expectedEgress.length > 0 && !isWithin(address, expectedEgress)) {
    return {
      about,
      state: byAddress ? 'fail' : 'warn',
      input,
      evidence: `mail leaves from ${address}, which is not among the addresses that were said to be ours`,
      advice: `Put ${address} into \`egress\`, the SPF records and the inbound connector (Set-InboundConnector -Identity NAME -SenderIPAddresses @{Add="${address}"}), or let the firewall send from the old address again.`,
      details,
    };
  }
  if (before !== undefined && expectedEgress.length === 0) {
    return { about, state: 'warn', input, ...drifted(address, before, drift.changes), details };
  }
  return { about, state: 'ok', input, evidence: `the next hop sees ${address}`, details };
}

function drifted(
  address: string,
  before: SeenEgress,
  changes: number,
): { readonly evidence: string; readonly advice: string } {
  const often = changes > 1 ? `; it has changed ${changes} times within 30 days` : '';
  return {
    evidence: `mail leaves from ${address} now, and left from ${before.address} before, last on ${dayOf(before.at)}${often}`,
    advice: `Let the provider give a fixed address, or use a route that knows this relay by certificate or login. Where the inbound connector and SPF name ${before.address}, they must name ${address}: Set-InboundConnector -Identity NAME -SenderIPAddresses @{Add="${address}";Remove="${before.address}"}. Write the addresses that are right into \`egress\`; a move between them is no drift.`,
  };
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits] = range.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(bits), family);
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

export const ipv6Check: Check = {
  name: 'ipv6',
  title: 'IPv6 trap',
  looksAt: 'IPv6 addresses of hosts of Microsoft that know this relay by its IPv4 address',
  source:
    'https://learn.microsoft.com/exchange/mail-flow-best-practices/mail-flow-inbound-ipv6-support-about',
  timeoutMs: 20_000,
  async run({ policy, dns }) {
    const routes = connectorsOf(policy).filter(
      ({ route }) => route.type === 'smart-host' || route.type === 'exchange-online',
    );
    const findings = await Promise.all(
      routes.map(async ({ name, route, ipVersion, certificate }): Promise<CheckFinding[]> => {
        const host =
          route.type === 'exchange-online'
            ? route.host
            : route.type === 'smart-host'
              ? route.hosts[0]?.replace(/:\d+$/, '')
              : undefined;
        if (host === undefined || isIP(host) !== 0) return [];
        const isMicrosoft = /\.(?:mail\.protection\.outlook\.com|mx\.microsoft)$/i.test(host);
        const isKnown = route.type === 'exchange-online' || certificate !== undefined;
        const answer = await dns.addresses(host, '6');
        const input = `AAAA of ${host}`;
        if (answer.kind !== 'records')
          return [{ about: name, state: 'ok', input, evidence: `${host} has no IPv6 address` }];
        if (isMicrosoft && !isKnown && ipVersion !== '4') {
          return [
            {
              about: name,
              state: 'fail',
              input,
              evidence: `${host} has IPv6 addresses; inbound connectors hold IPv4 addresses alone, so mail over IPv6 belongs to no tenant`,
              advice: `Set \`ipVersion: 4\` on ${name}, or make it a route of type exchange-online, which does so by itself.`,
            },
          ];
        }
        return [{ about: name, state: 'ok', input, evidence: 'IPv6 addresses are left out, or do no harm' }];
      }),
    );
    return findings.flat();
  },
};
