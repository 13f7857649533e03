/** Whether a mechanism matches the client (RFC 7208 5). `include` is the evaluation's own and stands there. */
import { isWithin } from './client-address.ts';
import { isSameOrBelow, targetOf } from './domain.ts';
import type { Evaluation } from './evaluation.ts';
import { SpfError } from './evaluation.ts';
import type { DualPrefix, Mechanism } from './record.ts';
import { namesMax } from './spf.ts';

export interface Match {
  readonly matches: boolean;
  /** Why, for a person. */
  readonly text: string;
}

/** Throws SpfError. */
export async function matchMechanism(
  mechanism: Exclude<Mechanism, { kind: 'include' }>,
  domain: string,
  evaluation: Evaluation,
): Promise<Match> {
  const { client } = evaluation;
  if (mechanism.kind === 'all') return { matches: true, text: 'matches every address' };
  if (mechanism.kind === 'ip4' || mechanism.kind === 'ip6') {
    const matches = isWithin(client, mechanism.network, mechanism.prefix);
    return { matches, text: `${client.text} is ${matches ? 'in' : 'not in'} this network` };
  }
  evaluation.countLookup();
  if (mechanism.kind === 'ptr') return matchPtr(mechanism.target, domain, evaluation);
  const target = await targetOf(mechanism.target, domain, evaluation);
  if (target === undefined) return { matches: false, text: 'the name made by its macros cannot exist' };
  if (mechanism.kind === 'exists') {
    // RFC 7208 5.7: always an A record, whatever the client's family.
    const found = await evaluation.records(evaluation.resolver.addresses(target, 4), `A of ${target}`);
    return { matches: found.length > 0, text: `${target} ${found.length > 0 ? 'exists' : 'does not exist'}` };
  }
  if (mechanism.kind === 'a') return matchA(target, mechanism.prefix, evaluation);
  return matchMx(target, mechanism.prefix, evaluation);
}

async function matchA(target: string, prefix: DualPrefix, evaluation: Evaluation): Promise<Match> {
  const { client } = evaluation;
  const addresses = await addressesOf(target, evaluation);
  const matches = addresses.some((address) => isWithin(client, address, prefix));
  return { matches, text: `${target} has ${listed(addresses)}` };
}

async function matchMx(target: string, prefix: DualPrefix, evaluation: Evaluation): Promise<Match> {
  const { client, resolver } = evaluation;
  const hosts = await evaluation.records(resolver.mx(target), `MX of ${target}`);
  if (hosts.length > namesMax) {
    throw new SpfError('permerror', `${target} has more than ${namesMax} MX hosts (RFC 7208 4.6.4)`);
  }
  const seen: string[] = [];
  for (const { exchange } of hosts.toSorted((one, other) => one.preference - other.preference)) {
    if (exchange === '' || exchange === '.') continue;
    const addresses = await addressesOf(exchange, evaluation);
    if (addresses.some((address) => isWithin(client, address, prefix))) {
      return { matches: true, text: `the MX host ${exchange} of ${target} has ${listed(addresses)}` };
    }
    seen.push(exchange);
  }
  return { matches: false, text: `no address of the MX hosts of ${target} (${listed(seen)}) fits` };
}

async function matchPtr(
  spec: Parameters<typeof targetOf>[0],
  domain: string,
  evaluation: Evaluation,
): Promise<Match> {
  const target = await targetOf(spec, domain, evaluation);
  if (target === undefined) return { matches: false, text: 'the name made by its macros cannot exist' };
  const names = await evaluation.clientNames();
  const found = names.find((name) => isSameOrBelow(name, target));
  return {
    matches: found !== undefined,
    text: found === undefined ? `no confirmed name of the client is in ${target}` : `the client is ${found}`,
  };
}

function addressesOf(host: string, evaluation: Evaluation): Promise<readonly string[]> {
  const { client, resolver } = evaluation;
  const type = client.family === 4 ? 'A' : 'AAAA';
  return evaluation.records(resolver.addresses(host, client.family), `${type} of ${host}`);
}

function listed(items: readonly string[]): string {
  if (items.length === 0) return 'none';
  return items.length > 5 ? `${items.slice(0, 5).join(', ')} and ${items.length - 5} more` : items.join(', ');
}
