/** A library's verdict beside ours, over the RFC 7208 test suite: two readings of the RFC that were made apart. */
import { readFileSync } from 'node:fs';
import { spf } from 'mailauth/lib/spf/index.js';
import { expect, test } from 'vitest';
import { checkHost } from './check-host.ts';
import { zoneResolver } from './testing/zone-resolver.ts';
import type { ZoneData } from './testing/zone-resolver.ts';
import type { SpfAnswer } from './spf.ts';

interface Given {
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
}
const scenarios = JSON.parse(
  readFileSync(new URL('../../../test/corpus/spf/rfc7208-tests.json', import.meta.url), 'utf8'),
) as readonly { readonly tests: Readonly<Record<string, Given>>; readonly zonedata: ZoneData }[];

test('both say the same in every case', async () => {
  const differences: string[] = [];
  for (const { tests, zonedata } of scenarios) {
    for (const [name, given] of Object.entries(tests)) {
      const ours = await checkHost(
        { address: given.host, helo: given.helo, sender: given.mailfrom, receiver: 'r.example', now: 0 },
        zoneResolver(zonedata),
      );
      const theirs = await libraryVerdict(given, zonedata);
      if (theirs !== ours.result) differences.push(`${name}: ${ours.result}, ${theirs}`);
    }
  }
  expect(differences).toEqual([]);
});

async function libraryVerdict({ host, helo, mailfrom }: Given, zonedata: ZoneData): Promise<string> {
  const zone = zoneResolver(zonedata);
  const resolver = async (name: string, type: string): Promise<unknown[]> => {
    if (type === 'TXT') return unwrap(await zone.txt(name)).map((text) => [text]);
    if (type === 'A' || type === 'AAAA') return unwrap(await zone.addresses(name, type === 'A' ? 4 : 6));
    if (type === 'MX') {
      return unwrap(await zone.mx(name)).map(({ exchange, preference }) => ({
        exchange,
        priority: preference,
      }));
    }
    if (type === 'PTR') return unwrap(await zone.ptr(name));
    return unwrap({ kind: 'void' });
  };
  const verdict = await spf({
    sender: mailfrom,
    ip: host,
    helo,
    mta: 'r.example',
    strict: true,
    resolver,
  } as never);
  return (verdict as { status: { result: string } }).status.result;
}

function unwrap<T>(answer: SpfAnswer<T>): T[] {
  if (answer.kind === 'records') return [...answer.records];
  const code = answer.kind === 'void' ? 'ENOTFOUND' : 'ETIMEOUT';
  throw Object.assign(new Error(code), { code });
}
