/** Starts the identity endpoint and Graph, each with TLS and without. */
import { DraftStore } from './graph/drafts.ts';
import { handleGraph } from './graph/endpoint.ts';
import { type HttpAnswer, type HttpRequest, startHttp } from './http/server.ts';
import { PersonGrants } from './identity/delegated.ts';
import { handleIdentity } from './identity/endpoint.ts';
import { identityHeader, managedPaths } from './identity/managed.ts';
import type { HttpPlace, IdentityPlace, PortName, SandboxOptions } from './options.ts';
import type { Life } from './start-smtp.ts';
import { defaults } from './tenant/defaults.ts';
import type { World } from './world.ts';

interface HttpStart {
  readonly name: 'identity' | 'graph';
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly bodyBytesMax: number;
  readonly now: () => number;
}

export async function startIdentity(
  world: World,
  options: SandboxOptions,
  life: Life,
): Promise<{ readonly identity: IdentityPlace; readonly people: PersonGrants }> {
  const people = new PersonGrants();
  const now = (): number => world.clock.now() + world.switches.current.identityClockSkewSeconds * 1000;
  const context = { ...world, now, nextId: world.nextUuid, people };
  const place = await startBoth(
    world,
    { options, life },
    {
      name: 'identity',
      handle: (request) => handleIdentity(context, request),
      bodyBytesMax: 64 * 1024,
      now,
    },
  );
  const { tenantId, clientId, secret, secretId, nextSecret, nextSecretId } = defaults;
  return {
    people,
    identity: {
      ...place,
      tenantId,
      clientId,
      secret,
      secretId,
      nextSecret,
      nextSecretId,
      certificate: world.application,
      imdsUrl: `${place.httpUrl}${managedPaths.imds}`,
      appServiceUrl: `${place.httpUrl}${managedPaths.appService}`,
      appServiceHeader: identityHeader,
      approveDevice: (userCode, user) => people.approve(userCode, user),
      refuseDevice: (userCode) => people.refuse(userCode),
    },
  };
}

export function startGraph(world: World, options: SandboxOptions, life: Life): Promise<HttpPlace> {
  const context = { ...world, drafts: new DraftStore(), busy: new Map<string, number>() };
  return startBoth(
    world,
    { options, life },
    {
      name: 'graph',
      handle: (request) => handleGraph(context, request),
      // "The maximum request length supported is 4MB."
      bodyBytesMax: 4 * 2 ** 20,
      now: () => world.clock.now(),
    },
  );
}

async function startBoth(
  world: World,
  { options, life }: { readonly options: SandboxOptions; readonly life: Life },
  { name, handle, ...rest }: HttpStart,
): Promise<HttpPlace> {
  const shared = {
    ...rest,
    address: options.address ?? '127.0.0.1',
    handle: async (request: HttpRequest): Promise<HttpAnswer> => {
      const answer = await handle(request);
      record(world, { name, client: request.client.address, answer });
      return answer;
    },
  };
  const port = (of: PortName): number => options.ports?.[of] ?? 0;
  const plain = await startHttp({ ...shared, port: port(`${name}Http`) });
  life.owns(() => plain.stop());
  const tls = { cert: world.server.certificatePem, key: world.server.keyPem };
  const secured = await startHttp({ ...shared, port: port(name), tls });
  life.owns(() => secured.stop());
  return { url: secured.url, httpUrl: plain.url };
}

function record(
  { refusals }: World,
  given: { readonly name: string; readonly client: string; readonly answer: HttpAnswer },
): void {
  const { answer, client, name } = given;
  if (answer.kind === 'answer' && answer.status < 400) return;
  const reply = answer.kind === 'cut' ? 'cut' : `${answer.status} ${String(answer.body ?? '').slice(0, 500)}`;
  refusals.add({ endpoint: name, client, reply });
}
