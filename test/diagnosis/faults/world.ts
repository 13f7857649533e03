/** What faults are built with: a name server, the Microsoft 365 stand-in, TLS servers, and patients that are well otherwise. */
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { startSandbox } from '../../../sandbox/sandbox.ts';
import type { TestAuthority } from '../../../src/connector/testing/certificates.ts';
import { createTestAuthority } from '../../../src/connector/testing/certificates.ts';
import type { NextHopOptions } from '../../../src/connector/testing/fake-next-hop.ts';
import { FakeNextHop } from '../../../src/connector/testing/fake-next-hop.ts';
import type { NameServer, Zone } from '../dns-server.ts';
import { startNameServer } from '../dns-server.ts';
import type { Patient, Told } from '../patient.ts';
import { examine, talk } from '../patient.ts';

export interface Fault {
  readonly fault: string;
  readonly told: () => Promise<Told>;
  /** Exactly this is said first. */
  readonly id: string;
  /** Words of the cause, and of the mend. */
  readonly cause: string;
  readonly mend: string;
}

export interface World {
  readonly authority: TestAuthority;
  readonly sandbox: Sandbox;
  readonly names: NameServer;
}

let world: World | undefined;
const owned: (() => Promise<unknown>)[] = [];

export async function openWorld(): Promise<void> {
  world = {
    authority: await createTestAuthority(),
    sandbox: await startSandbox(),
    names: await startNameServer(),
  };
}

export async function closeWorld(): Promise<void> {
  for (const close of owned.splice(0).toReversed()) await close();
  await world?.names[Symbol.asyncDispose]();
  await world?.sandbox.stop();
}

export function given(): World {
  if (!world) throw new Error('the world is not open');
  return world;
}

/** Ends with the world. */
export function own(close: () => Promise<unknown>): void {
  owned.push(close);
}

/** Everything that a domain of Microsoft 365 publishes when all is well. */
const well: Readonly<Record<string, Zone>> = {
  'contoso.com': {
    txt: ['v=spf1 ip4:203.0.113.9 include:spf.protection.outlook.com -all'],
    mx: ['contoso-com.mail.protection.outlook.com'],
  },
  '_dmarc.contoso.com': { txt: ['v=DMARC1; p=reject'] },
  'selector1._domainkey.contoso.com': { txt: ['v=DKIM1; p=AAAA'] },
  'selector2._domainkey.contoso.com': { txt: ['v=DKIM1; p=AAAA'] },
  'spf.protection.outlook.com': { txt: ['v=spf1 ip4:198.51.100.0/24 -all'] },
  'contoso-com.mail.protection.outlook.com': { a: ['127.0.0.1'] },
};

export const printer = [{ name: 'printer', networks: ['10.0.0.1'], senders: ['scan@contoso.com'] }];

/** A patient whose names are in order but for these; `undefined` takes a name away. */
export function zone(changes: Readonly<Record<string, Zone | undefined>>, more: Patient = {}): Patient {
  const { names } = given();
  const zones = Object.entries({ ...well, ...changes }).filter(
    (entry): entry is [string, Zone] => entry[1] !== undefined,
  );
  names.zones = Object.fromEntries(zones);
  return { sources: printer, environment: { dns: names.dns, isOwnAddress: () => false }, ...more };
}

export async function hop(options: NextHopOptions = {}): Promise<number> {
  const started = await FakeNextHop.start(options);
  own(() => started[Symbol.asyncDispose]());
  return started.port;
}

export const starttls = ['STARTTLS', 'PIPELINING', 'SIZE 1000000'];

/** For what never answers. */
export const hasty = { timeouts: { connect: '2s', command: '2s' } };

/** A patient with a smart host on this port of loopback. */
export function to(port: number, more: Record<string, unknown> = {}): Patient {
  const route = { type: 'smart-host', hosts: [`127.0.0.1:${port}`] };
  // Longer than any machine needs to answer.
  const timeouts = { connect: '1m', command: '1m' };
  return zone(
    {},
    {
      connectors: [{ name: 'out', route, serverName: 'mail.example.net', timeouts, ...more }],
      secrets: { ca: given().authority.certificate },
    },
  );
}

export async function withIdentity(
  leaf: Parameters<TestAuthority['issue']>[0],
  more: Record<string, unknown> = {},
): Promise<Patient> {
  const identity = await given().authority.issue(leaf);
  return to(await hop({ offers: starttls, identity }), more);
}

/** A next hop that answers this to one verb; the test message is sent. */
export async function refusing(
  verb: string,
  reply: string,
  more: Record<string, unknown> = {},
): Promise<Told> {
  const port = await hop({ on: (step) => (step.verb === verb ? reply : undefined) });
  return talk(to(port, { tls: 'off', ...more }), {
    from: 'scan@contoso.com',
    to: 'ann@fabrikam.com',
    send: true,
  });
}

/** A connector to the stand-in; `credential` changes its credential, `more` its connector. */
export function byMicrosoft(
  place: 'mx' | 'submission' | 'hve' | 'graph',
  {
    credential: changes = {},
    more = {},
  }: { credential?: Record<string, unknown>; more?: Record<string, unknown> } = {},
): Patient {
  const { sandbox } = given();
  const { tenantId, clientId, secret, url } = sandbox.identity;
  const isPassword = changes['password'] !== undefined;
  const credential = isPassword
    ? { type: 'password', ...changes }
    : { type: 'oauth', tenantId, clientId, secret, authority: url, ...changes };
  const submission = {
    type: 'smtp-submission',
    service: 'exchange-online',
    host: '127.0.0.1',
    port: sandbox.submission.port,
    mailbox: sandbox.submission.mailbox,
    credential,
  };
  const routes = {
    mx: { type: 'exchange-online', host: '127.0.0.1', port: sandbox.mx.port },
    submission,
    hve: {
      ...submission,
      service: 'high-volume-email',
      port: sandbox.hve.port,
      mailbox: sandbox.hve.account,
    },
    graph: { type: 'graph', mailbox: 'relay@contoso.com', credential, endpoint: sandbox.graph.url },
  };
  const servers = { mx: sandbox.mx.name, submission: sandbox.submission.name, hve: sandbox.hve.name };
  return zone(
    {},
    {
      connectors: [
        {
          name: 'out',
          route: routes[place],
          ...(place !== 'graph' && { serverName: servers[place] }),
          ...more,
        },
      ],
      secrets: {
        ca: sandbox.caPem,
        credential: {
          secret: (changes['secret'] as string | undefined) ?? secret,
          ...(isPassword && { password: changes['password'] as string }),
        },
      },
    },
  );
}

/** The stand-in with switches turned for one question. */
export async function switched(
  change: Parameters<Sandbox['switches']['set']>[0],
  ask: () => Promise<Told>,
): Promise<Told> {
  const { switches } = given().sandbox;
  const before = { ...switches.current };
  switches.set(change);
  try {
    return await ask();
  } finally {
    switches.set(before);
  }
}

/** What a recorded reply of Microsoft 365 leads to at RCPT of the MX endpoint. */
export const answered = (reply: string): Promise<Told> =>
  switched({ mxFault: reply }, () =>
    talk(byMicrosoft('mx'), { from: 'scan@contoso.com', to: 'ann@fabrikam.com' }),
  );

export { examine, talk };
