/**
 * A Microsoft 365 to practise with: what Exchange Online, Entra and Graph do as a relay sees it on the wire, on loopback.
 * It is written from the RFCs and from what is published, and shares no code with the relay, so that one misreading
 * cannot cancel out on both sides. It delivers nothing to anybody.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startInspection } from './inspection/inspection.ts';
import { mxEndpoint } from './mx/endpoint.ts';
import { Zone } from './mx/zone.ts';
import type { Sandbox, SandboxOptions } from './options.ts';
import { startGraph, startIdentity } from './start-http.ts';
import { type Life, smtpStarter } from './start-smtp.ts';
import { acsBytesMax, acsEndpoint } from './submission/acs.ts';
import { submissionEndpoint } from './submission/endpoint.ts';
import { hveBytesMax, hveEndpoint } from './submission/hve.ts';
import { defaults } from './tenant/defaults.ts';
import { makeWorld, type World } from './world.ts';

export type { KeyPair, LeafRequest } from './certificates.ts';
export type { SandboxClock } from './clock.ts';
export type { Arrival, ArrivalClient, ArrivalRecipient } from './ledger.ts';
export type { HttpPlace, IdentityPlace, Sandbox, SandboxOptions, SmtpPlace } from './options.ts';
export type { SwitchSettings } from './switches.ts';
export type { TenantConfig } from './tenant/config.ts';

/** Starts all endpoints; rejects, with nothing left behind, when one of them cannot listen. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const stops: (() => Promise<void>)[] = [];
  const life: Life = {
    owns: (end) => void stops.push(end),
    stop: async () => {
      await Promise.all(stops.splice(0).map((end) => end()));
    },
  };
  try {
    return await start(options, life);
  } catch (error) {
    await life.stop();
    throw error;
  }
}

async function start(options: SandboxOptions, life: Life): Promise<Sandbox> {
  const name = options.host ?? 'contoso-com.mail.protection.outlook.com';
  const world = await makeWorld(options, name);
  const { caPem } = world.certificates;
  const caFile = options.directory === undefined ? undefined : await writeCa(options.directory, caPem);
  const places = await startSmtp(world, { options, life, name });
  const { identity, people } = await startIdentity(world, options, life);
  const graph = await startGraph(world, options, life);
  const inspection = await startInspection({
    address: options.address ?? '127.0.0.1',
    port: options.inspectPort ?? 0,
    world,
    approveDevice: (code, user) => people.approve(code, user),
  });
  life.owns(() => inspection.stop());
  return {
    ...places,
    identity,
    graph,
    tenants: world.tenants,
    switches: world.switches,
    caPem,
    ...(caFile !== undefined && { caFile }),
    inspectUrl: inspection.url,
    messages: () => world.ledger.messages(),
    counts: () => world.ledger.counts(),
    duplicates: () => world.ledger.duplicates(),
    returned: () => world.returned.messages(),
    refusals: () => world.refusals.list(),
    waitFor: (fits, signal) => world.ledger.waitFor(fits, signal),
    issueClientCertificate: (request) => world.certificates.issueClient(request),
    stop: () => life.stop(),
  };
}

async function startSmtp(
  world: World,
  given: { readonly options: SandboxOptions; readonly life: Life; readonly name: string },
): Promise<Pick<Sandbox, 'mx' | 'submission' | 'hve' | 'acs'>> {
  const { options, life, name } = given;
  const listen = smtpStarter(world, options, life);
  const submitting = { ...world, loginFailed: (why: string) => world.refusals.explain(why) };
  const mxContext = {
    ...world,
    caPem: world.certificates.caPem,
    zone: new Zone(options.zone ?? {}),
    reverse: new Map(Object.entries(options.reverse ?? {})),
  };
  const ports = options.ports ?? {};
  const mx = await listen({ name, endpoint: mxEndpoint(mxContext), port: options.port });
  const submission = await listen({
    name: 'smtp.office365.com',
    endpoint: submissionEndpoint(submitting),
    port: ports.submission,
  });
  const hve = await listen({
    name: 'smtp.hve.mx.microsoft',
    endpoint: hveEndpoint(submitting),
    port: ports.hve,
    bytesMax: hveBytesMax,
  });
  const acs = await listen({
    name: 'smtp.azurecomm.net',
    endpoint: acsEndpoint(submitting),
    port: ports.acs,
    bytesMax: acsBytesMax,
  });
  const { acsResource, clientId, tenantId, secret } = defaults;
  return {
    mx,
    submission: { ...submission, mailbox: defaults.mailbox, password: defaults.password },
    hve: { ...hve, account: defaults.hveAccount, password: defaults.hvePassword },
    acs: { ...acs, username: `${acsResource}.${clientId}.${tenantId}`, password: secret },
  };
}

async function writeCa(directory: string, caPem: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'ca.pem');
  await writeFile(file, caPem);
  return file;
}
