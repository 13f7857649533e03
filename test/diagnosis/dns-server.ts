/** A real name server with zones of its own, over UDP on loopback. */
import type { AddressInfo } from 'node:net';
import DNS from 'dns2';
import type { Dns } from '../../src/platform/dns.ts';
import { createDns } from '../../src/platform/dns.ts';

const { Packet } = DNS;

export interface Zone {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly mx?: readonly string[];
  readonly txt?: readonly string[];
  readonly cname?: string;
  /** Answers with SERVFAIL. */
  readonly broken?: true;
}

export interface NameServer extends AsyncDisposable {
  readonly dns: Dns;
  zones: Readonly<Record<string, Zone>>;
}

export async function startNameServer(zones: Readonly<Record<string, Zone>> = {}): Promise<NameServer> {
  const own = { zones };
  const server = DNS.createServer({
    udp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const { name, type } = request.questions[0] as { name: string; type: number };
      const zone = new Map(Object.entries(own.zones)).get(name.toLowerCase());
      if (!zone) response.header.rcode = 3;
      else if (zone.broken) response.header.rcode = 2;
      else
        for (const record of recordsOf(zone, type))
          response.answers.push({ name, class: 1, ttl: 60, ...record } as never);
      void send(response);
    },
  });
  const { udp } = (await server.listen({ udp: { port: 0, address: '127.0.0.1' } })) as unknown as {
    udp: AddressInfo;
  };
  return {
    dns: createDns({ nameservers: [`127.0.0.1:${udp.port}`], timeoutMs: 20_000, tries: 2 }),
    get zones() {
      return own.zones;
    },
    set zones(next) {
      own.zones = next;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
    },
  };
}

function recordsOf(zone: Zone, type: number): object[] {
  const { TYPE } = Packet;
  if (zone.cname !== undefined && type !== TYPE.CNAME) return [];
  switch (type) {
    case TYPE.A:
      return (zone.a ?? []).map((address) => ({ type, address }));
    case TYPE.AAAA:
      return (zone.aaaa ?? []).map((address) => ({ type, address }));
    case TYPE.MX:
      return (zone.mx ?? []).map((exchange, index) => ({ type, exchange, priority: (index + 1) * 10 }));
    case TYPE.TXT:
      return (zone.txt ?? []).map((data) => ({ type, data: data.match(/.{1,250}/g) ?? [''] }));
    case TYPE.CNAME:
      return zone.cname === undefined ? [] : [{ type, domain: zone.cname }];
    default:
      return [];
  }
}
