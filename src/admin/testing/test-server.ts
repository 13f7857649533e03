/** For tests: the admin server over a store in memory, into which requests are injected. */
import type { Role } from '../../../contract/roles.ts';
import type { Route } from '../../../contract/routes.ts';
import type { AccessOptions } from '../../accounts/access.ts';
import { RecordedEvents } from '../../observe/events.ts';
import { FakeClock } from '../../platform/fake-clock.ts';
import { createMemoryStore } from '../../store/memory/memory-store.ts';
import type { AdminContext } from '../context.ts';
import type { AdminServerOptions } from '../server.ts';
import { buildAdminServer } from '../server.ts';
import { openTestAccess } from './test-access.ts';

/** Test values. */
export const localToken = 'test-token-of-thirty-two-characters';
export const testPassword = 'test value: four printers and a mouse';
export const host = '127.0.0.1:8365';

/** Handlers of other areas find nothing to work on here: what they throw is a fault, and their business elsewhere. */
const elsewhere = new Proxy(() => undefined, {
  get: (_target, name): unknown => (name === 'then' || name === Symbol.iterator ? undefined : elsewhere),
  apply: (): never => {
    throw new Error('not part of this test');
  },
}) as unknown;

export async function makeTestServer(
  change: {
    readonly access?: Partial<AccessOptions>;
    readonly server?: Partial<AdminServerOptions>;
    readonly context?: Partial<AdminContext>;
  } = {},
) {
  const clock = new FakeClock();
  const store = createMemoryStore({ clock });
  const opened = await openTestAccess(store, clock, change.access);
  const { access, audit } = opened;
  const events = new RecordedEvents();
  const own: Partial<AdminContext> = {
    version: '0.0.0',
    hostname: 'relay.contoso.com',
    startedAt: clock.now(),
    clock,
    events,
    access,
    audit,
    ...change.context,
  };
  const context = new Proxy(own as AdminContext, {
    get: (target, name): unknown => (name in target ? Reflect.get(target, name) : elsewhere),
  });
  const server = buildAdminServer({
    token: localToken,
    context,
    replays: opened.replays,
    consoleDirectory: '/nonexistent',
    ...change.server,
  });
  return {
    server,
    clock,
    store,
    events,
    ...opened,
    tokenOf: async (role: Role) => {
      const name = `${role}-${access.tokens.list().length}`;
      return (await access.tokens.add({ name, role, createdBy: 'test' })).secret;
    },
    /** The cookie of a session of an account of this role, whose name is the role. */
    sessionOf: async (role: Role) => {
      const account =
        access.accounts.find(role) ??
        (await access.accounts.ofProvider({ name: role, role, oidc: { issuer: 'test', subject: role } }));
      const { token } = await access.sessions.begin({
        account,
        method: 'password',
        address: '192.0.2.7',
        userAgent: 'test',
      });
      return `relay365=${token}`;
    },
  };
}

export function concretePath(route: Route): string {
  return route.path
    .replace('{revision}', '1')
    .replaceAll('{name}', 'out')
    .replaceAll('{address}', '192.0.2.1')
    .replaceAll(/\{\w+\}/g, '01KB0000000000000000000000');
}
