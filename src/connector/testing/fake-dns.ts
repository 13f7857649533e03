/** A name service for tests, from a table of names; every answer that a real one gives can be asked for. */
import type { Dns, DnsAnswer, MxRecord } from '../../platform/dns.ts';
import type { NetAddress } from '../../platform/net.ts';
import { matchesVersion } from '../../platform/net.ts';

export interface FakeZone {
  readonly mx?: readonly (readonly [preference: number, exchange: string])[];
  /** Addresses, or what the question for them comes to. */
  readonly addresses?: readonly string[] | 'failed';
  readonly mxAnswer?: 'failed' | 'no-name';
  readonly txt?: readonly string[];
  readonly cname?: string;
  /** Of an address, which then is the name of the zone. */
  readonly ptr?: readonly string[];
}

export function fakeDns(zones: Readonly<Record<string, FakeZone>>): Dns & { readonly asked: string[] } {
  const table = new Map(Object.entries(zones));
  const asked: string[] = [];
  const addresses: Dns['addresses'] = (host, version): Promise<DnsAnswer<NetAddress>> => {
    const name = host.replace(/\.$/, '');
    asked.push(`A ${name}`);
    const given = table.get(name)?.addresses;
    if (given === 'failed') return Promise.resolve({ kind: 'failed', code: 'ESERVFAIL' });
    if (!table.has(name)) return Promise.resolve({ kind: 'no-name' });
    const found = (given ?? [])
      .map((address): NetAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
      .filter(({ family }) => matchesVersion(family, version));
    return Promise.resolve(found.length === 0 ? { kind: 'no-data' } : { kind: 'records', records: found });
  };
  return {
    asked,
    addresses,
    lookup: addresses,
    txt: (name) => Promise.resolve(records(table.get(name), ({ txt }) => txt)),
    cname: (name) =>
      Promise.resolve(records(table.get(name), ({ cname }) => (cname === undefined ? [] : [cname]))),
    ptr: (address) => Promise.resolve(records(table.get(address), ({ ptr }) => ptr)),
    mx(domain): Promise<DnsAnswer<MxRecord>> {
      asked.push(`MX ${domain}`);
      const zone = table.get(domain);
      if (!zone || zone.mxAnswer === 'no-name') return Promise.resolve({ kind: 'no-name' });
      if (zone.mxAnswer === 'failed') return Promise.resolve({ kind: 'failed', code: 'ETIMEOUT' });
      const found = (zone.mx ?? []).map(([preference, exchange]) => ({ preference, exchange }));
      return Promise.resolve(found.length === 0 ? { kind: 'no-data' } : { kind: 'records', records: found });
    },
  };
}

function records<T>(
  zone: FakeZone | undefined,
  pick: (zone: FakeZone) => readonly T[] | undefined,
): DnsAnswer<T> {
  if (!zone) return { kind: 'no-name' };
  const found = pick(zone) ?? [];
  return found.length === 0 ? { kind: 'no-data' } : { kind: 'records', records: found };
}
