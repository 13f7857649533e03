import type { AddressInfo } from 'node:net';
import DNS from 'dns2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dns } from './dns.ts';
import { createDns } from './dns.ts';

const { Packet } = DNS;
const noSuchName = 3;
const serverFailure = 2;

// A real DNS server over UDP; `silent.test` never gets an answer.
const server = DNS.createServer({
  udp: true,
  handle: (request, send) => {
    const response = Packet.createResponseFromRequest(request);
    const [question] = request.questions;
    const name = (question as { name: string }).name.toLowerCase();
    const type = (question as { type: number }).type;
    const answer = (record: Record<string, unknown>): void => {
      response.answers.push({ name, class: Packet.CLASS.IN, ttl: 60, ...record } as never);
    };
    if (name === 'silent.test') return;
    if (name === 'broken.test') response.header.rcode = serverFailure;
    else if (name === 'mail.test' && type === Packet.TYPE.MX) {
      answer({ type, exchange: 'mx2.test', priority: 20 });
      answer({ type, exchange: 'mx1.test', priority: 10 });
    } else if (name === 'null.test' && type === Packet.TYPE.MX) answer({ type, exchange: '', priority: 0 });
    else if (name === 'mx1.test' && type === Packet.TYPE.A) answer({ type, address: '192.0.2.1' });
    else if (name === 'mx1.test' && type === Packet.TYPE.AAAA) answer({ type, address: '2001:db8::1' });
    else if (!['mail.test', 'null.test', 'mx1.test', 'empty.test'].includes(name))
      response.header.rcode = noSuchName;
    void send(response);
  },
});

let dns: Dns;
/** For what never gets an answer. */
let hasty: Dns;

beforeAll(async () => {
  const addresses = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  const { port } = (addresses as unknown as { udp: AddressInfo }).udp;
  const nameservers = [`127.0.0.1:${port}`];
  dns = createDns({ nameservers, timeoutMs: 20_000, tries: 2 });
  hasty = createDns({ nameservers, timeoutMs: 200, tries: 1 });
});

afterAll(() => server.close());

describe('mx', () => {
  it('gives records as they stand', async () => {
    const answer = await dns.mx('mail.test');
    expect(
      answer.kind === 'records' && answer.records.toSorted((a, b) => a.preference - b.preference),
    ).toEqual([
      { exchange: 'mx1.test', preference: 10 },
      { exchange: 'mx2.test', preference: 20 },
    ]);
  });

  it.each([
    ['null.test', { kind: 'records', records: [{ exchange: '', preference: 0 }] }],
    ['empty.test', { kind: 'no-data' }],
    ['nowhere.test', { kind: 'no-name' }],
    ['broken.test', { kind: 'failed', code: 'ESERVFAIL' }],
  ])('%s', async (name, answer) => {
    expect(await dns.mx(name)).toEqual(answer);
  });

  it('gives up on a server that never answers', async () => {
    expect(await hasty.mx('silent.test')).toEqual({ kind: 'failed', code: 'ETIMEOUT' });
  });
});

describe('addresses', () => {
  const four = { address: '192.0.2.1', family: 4 };
  const six = { address: '2001:db8::1', family: 6 };
  it.each([
    ['any', [four, six]],
    ['4', [four]],
    ['6', [six]],
  ] as const)('of version %s', async (version, records) => {
    expect(await dns.addresses('mx1.test', version)).toEqual({ kind: 'records', records });
  });

  it.each([
    ['empty.test', { kind: 'no-data' }],
    ['nowhere.test', { kind: 'no-name' }],
    ['broken.test', { kind: 'failed', code: 'ESERVFAIL' }],
  ])('%s', async (name, answer) => {
    expect(await dns.addresses(name, 'any')).toEqual(answer);
  });
});

describe('lookup', () => {
  it('asks the name servers that were named', async () => {
    expect(await dns.lookup('mx1.test', '4')).toMatchObject({ kind: 'records' });
  });

  it('knows the hosts file of the system otherwise', async () => {
    expect(await createDns().lookup('localhost', '4')).toEqual({
      kind: 'records',
      records: [{ address: '127.0.0.1', family: 4 }],
    });
  });

  it('takes an address for itself', async () => {
    expect(await dns.lookup('::1', 'any')).toEqual({
      kind: 'records',
      records: [{ address: '::1', family: 6 }],
    });
    expect(await dns.lookup('::1', '4')).toEqual({ kind: 'no-data' });
  });
});

it.each(['ns.example.com', '192.0.2.1:0', '[::1'])('refuses the name server %j', (text) => {
  expect(() => createDns({ nameservers: [text] })).toThrow(TypeError);
});
