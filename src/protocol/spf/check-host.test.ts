/** The RFC 7208 test suite of the openspf project (test/corpus/spf), case by case. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkHost } from './check-host.ts';
import { zoneResolver } from './testing/zone-resolver.ts';
import type { ZoneData } from './testing/zone-resolver.ts';

interface Scenario {
  readonly description: string;
  readonly tests: Readonly<
    Record<
      string,
      {
        readonly helo: string;
        readonly host: string;
        readonly mailfrom: string;
        readonly result: string | readonly string[];
        readonly explanation?: string;
      }
    >
  >;
  readonly zonedata: ZoneData;
}

const scenarios = JSON.parse(
  readFileSync(new URL('../../../test/corpus/spf/rfc7208-tests.json', import.meta.url), 'utf8'),
) as readonly Scenario[];

const cases = scenarios.flatMap(({ description, tests, zonedata }) =>
  Object.entries(tests).map(([name, given]) => ({ name: `${description}: ${name}`, given, zonedata })),
);

describe('RFC 7208 test suite', () => {
  test('is whole', () => {
    expect(cases.length).toBe(203);
  });

  test.each(cases)('$name', async ({ given, zonedata }) => {
    const verdict = await checkHost(
      {
        address: given.host,
        helo: given.helo,
        sender: given.mailfrom,
        receiver: 'receiver.example',
        now: 0,
      },
      zoneResolver(zonedata),
    );
    expect([given.result].flat()).toContain(verdict.result);
    if (given.explanation !== undefined) {
      expect(verdict.explanation ?? 'DEFAULT').toBe(given.explanation);
    }
  });
});
