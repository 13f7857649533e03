/** Answers from zone data in the form of the RFC 7208 test suite (its README: names without regard to case). */
import type { SpfAnswer, SpfResolver } from '../spf.ts';

type Entry = 'TIMEOUT' | Readonly<Record<string, unknown>>;
export type ZoneData = Readonly<Record<string, readonly Entry[]>>;

export function zoneResolver(data: ZoneData): SpfResolver {
  const names = new Map(Object.entries(data).map(([name, entries]) => [name.toLowerCase(), entries]));
  const entriesOf = (name: string): readonly Entry[] => {
    const entries = names.get(name.toLowerCase()) ?? [];
    const alias = entries.find((entry) => entry !== 'TIMEOUT' && entry['CNAME'] !== undefined);
    return alias === undefined || alias === 'TIMEOUT' ? entries : entriesOf(String(alias['CNAME']));
  };

  const ask = (name: string, type: string): SpfAnswer<unknown> => {
    const entries = entriesOf(name);
    const records = entries.flatMap((entry) =>
      entry !== 'TIMEOUT' && entry[type] !== undefined ? [entry[type]] : [],
    );
    const found = records.filter((record) => record !== 'NONE');
    if (found.length > 0) return { kind: 'records', records: found };
    if (entries.includes('TIMEOUT')) return { kind: 'failed', reason: 'no answer' };
    return { kind: 'void' };
  };
  const texts = (name: string): SpfAnswer<string> => {
    const entries = entriesOf(name);
    // An SPF entry stands for TXT too, unless the name has TXT of its own.
    const hasOwn = entries.some((entry) => entry !== 'TIMEOUT' && entry['TXT'] !== undefined);
    const answer = ask(name, hasOwn ? 'TXT' : 'SPF');
    if (answer.kind !== 'records') return answer;
    return {
      kind: 'records',
      records: answer.records.map((text) => (Array.isArray(text) ? text.join('') : String(text))),
    };
  };

  return {
    txt: (name) => Promise.resolve(texts(name)),
    addresses(name, family) {
      return Promise.resolve(ask(name, family === 4 ? 'A' : 'AAAA') as SpfAnswer<string>);
    },
    mx(name) {
      const answer = ask(name, 'MX') as SpfAnswer<readonly [number, string]>;
      if (answer.kind !== 'records') return Promise.resolve(answer);
      const records = answer.records.map(([preference, exchange]) => ({ exchange, preference }));
      return Promise.resolve({ kind: 'records', records });
    },
    ptr: (address) => Promise.resolve(ask(reverseName(address), 'PTR') as SpfAnswer<string>),
  };
}

/** Some resolvers are asked for the reverse name itself. */
function reverseName(address: string): string {
  if (address.endsWith('.arpa')) return address;
  if (!address.includes(':')) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const [left = '', right = ''] = address.split('::');
  const head = left.split(':').filter(Boolean);
  const tail = right.split(':').filter(Boolean);
  const middle = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const digits = [...head, ...middle, ...tail].map((group) => group.padStart(4, '0')).join('');
  return `${digits.split('').toReversed().join('.')}.ip6.arpa`;
}
