import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../platform/random.ts';
import type { FakeZone } from '../testing/fake-dns.ts';
import { fakeDns } from '../testing/fake-dns.ts';
import type { MailHosts } from './mail-hosts.ts';
import { findMailHosts, mailHostsMax } from './mail-hosts.ts';

type Zones = Readonly<Record<string, FakeZone>>;

function find(
  zones: Zones,
  options: { domain?: string; seed?: number; own?: readonly string[] } = {},
): Promise<MailHosts> {
  const { domain = 'example.com', seed = 1, own = ['198.51.100.1', '127.0.0.1'] } = options;
  return findMailHosts({
    domain,
    dns: fakeDns(zones),
    random: seededRandom(seed),
    ipVersion: 'any',
    isOwnAddress: (address) => own.includes(address),
  });
}

async function names(zones: Zones, options?: Parameters<typeof find>[1]): Promise<readonly string[]> {
  const found = await find(zones, options);
  if (found.kind === 'failed') throw new Error(found.fault.text);
  return found.hosts.map(({ host }) => host);
}

const host = (address: string): FakeZone => ({ addresses: [address] });

describe('order (RFC 5321 5.1)', () => {
  it('is the lowest preference first', async () => {
    const zones = {
      'example.com': {
        mx: [
          [30, 'c.example'],
          [10, 'a.example'],
          [20, 'b.example.'],
        ] as const,
      },
      'a.example': host('192.0.2.1'),
      'b.example': host('192.0.2.2'),
      'c.example': host('192.0.2.3'),
    };
    expect(await names(zones)).toEqual(['a.example', 'b.example', 'c.example']);
  });

  it('is drawn by lot among equals', async () => {
    const zones = {
      'example.com': {
        mx: [
          [10, 'a.example'],
          [10, 'b.example'],
          [20, 'c.example'],
        ] as const,
      },
      'a.example': host('192.0.2.1'),
      'b.example': host('192.0.2.2'),
      'c.example': host('192.0.2.3'),
    };
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) orders.add((await names(zones, { seed })).join(' '));
    expect(orders).toEqual(new Set(['a.example b.example c.example', 'b.example a.example c.example']));
  });

  it('is bounded', async () => {
    const many = Array.from({ length: 200 }, (_, index) => [index, `h${index}.example`] as const);
    const zones = Object.fromEntries(many.map(([, name]) => [name, host('192.0.2.1')]));
    expect(await names({ ...zones, 'example.com': { mx: many } })).toHaveLength(mailHostsMax);
  });
});

describe('without MX', () => {
  it('the domain is its own host (RFC 5321 5.1)', async () => {
    expect(await names({ 'example.com': host('192.0.2.7') })).toEqual(['example.com']);
  });

  it.each([
    ['[192.0.2.9]', '192.0.2.9'],
    ['[ipv6:2001:db8::1]', '2001:db8::1'],
  ])('an address literal is the host: %s (RFC 5321 4.1.3)', async (domain, address) => {
    expect(await names({}, { domain })).toEqual([address]);
  });
});

describe('no way', () => {
  const table: readonly [why: string, zones: Zones, permanence: string, status: string, code: string][] = [
    ['RFC 7505: null MX', { 'example.com': { mx: [[0, '.']] } }, 'permanent', '5.1.10', 'null-mx'],
    [
      'null MX as the resolver writes it',
      { 'example.com': { mx: [[0, '']] } },
      'permanent',
      '5.1.10',
      'null-mx',
    ],
    ['NXDOMAIN', {}, 'permanent', '5.1.2', 'domain-not-found'],
    ['no answer', { 'example.com': { mxAnswer: 'failed' } }, 'transient', '4.4.3', 'dns-failed'],
    ['neither MX nor address', { 'example.com': {} }, 'permanent', '5.4.4', 'no-mail-host'],
    [
      'all hosts without address',
      { 'example.com': { mx: [[1, 'gone.example']] } },
      'permanent',
      '5.4.4',
      'no-mail-host',
    ],
    [
      'loopback as MX',
      { 'example.com': { mx: [[1, 'lo.example']] }, 'lo.example': host('127.0.0.1') },
      'permanent',
      '5.4.6',
      'mail-host-is-this',
    ],
    [
      'our own address as domain',
      { 'example.com': host('198.51.100.1') },
      'permanent',
      '5.4.6',
      'mail-host-is-this',
    ],
  ];
  it.each(table)('%s', async (_why, zones, permanence, status, code) => {
    expect(await find(zones)).toMatchObject({ kind: 'failed', fault: { permanence, status, code } });
  });

  it('the loopback as address literal', async () => {
    expect(await find({}, { domain: '[127.0.0.1]' })).toMatchObject({ fault: { code: 'mail-host-is-this' } });
  });

  it('one host that cannot be resolved now does not make the rest permanent', async () => {
    const zones: Zones = {
      'example.com': {
        mx: [
          [1, 'gone.example'],
          [2, 'ill.example'],
        ],
      },
      'ill.example': { addresses: 'failed' },
    };
    expect(await find(zones)).toMatchObject({ kind: 'hosts' });
  });
});

it('uses only hosts better than ourselves where we are a mail host of the domain (RFC 5321 5.1)', async () => {
  const zones: Zones = {
    'example.com': {
      mx: [
        [5, 'best.example'],
        [10, 'we.example'],
        [10, 'equal.example'],
        [20, 'backup.example'],
      ],
    },
    'best.example': host('192.0.2.1'),
    'we.example': host('198.51.100.1'),
    'equal.example': host('192.0.2.2'),
    'backup.example': host('192.0.2.3'),
  };
  expect(await names(zones)).toEqual(['best.example']);
});
