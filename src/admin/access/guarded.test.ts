/** Generated from the contract: who may call what, and that each change is on record once. */
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../contract/roles.ts';
import { mayActAs, roles } from '../../../contract/roles.ts';
import type { Route } from '../../../contract/routes.ts';
import { routes } from '../../../contract/routes.ts';
import { openApi } from '../../../contract/openapi.ts';
import { leavesEntry } from '../serve/recorded.ts';
import { concretePath, host, makeTestServer } from '../testing/test-server.ts';

const all = Object.entries<Route>(routes);
// One for all of them: nothing of one call matters to the next.
const shared = makeTestServer();
const cookieOfAdministrator = shared.then(({ sessionOf }) => sessionOf('administrator'));
const tokens = new Map(roles.map((role) => [role, shared.then(({ tokenOf }) => tokenOf(role))] as const));
const jsonHeaders = { host, 'content-type': 'application/json' };

describe('every route', () => {
  // V15
  test.each(all.filter(([, { role }]) => role !== 'anyone'))(
    '%s without sign-in, or with what looks like one, is 401',
    async (_, route) => {
      const { server } = await shared;
      for (const headers of [
        { host },
        { host, cookie: 'relay365=0123456789012345678901234567890123456789012' },
        {
          host,
          authorization: 'Bearer r365_00000000000000000000_0123456789012345678901234567890123456789012',
        },
        { host, authorization: 'Basic bG9jYWw6eA==' },
      ]) {
        const answer = await server.inject({ method: route.method, url: concretePath(route), headers });
        expect(answer.statusCode).toBe(401);
      }
    },
  );

  const tooLow = all.flatMap(([name, route]) =>
    roles
      .filter((role) => route.role !== 'anyone' && route.role !== 'signed-in' && !mayActAs(role, route.role))
      .map((role) => [name, role, route] as const),
  );
  test.each(tooLow)('%s as %s is 403', async (_, role, route) => {
    const { server } = await shared;
    const headers = { host, authorization: `Bearer ${await tokens.get(role)}` };
    const answer = await server.inject({ method: route.method, url: concretePath(route), headers });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ title: 'Not permitted' });
  });

  test('the document names the role, both ways to sign in, and the headers of every operation', () => {
    const document = openApi('0') as { paths: Record<string, Record<string, Record<string, unknown>>> };
    for (const [, route] of all) {
      const operation = document.paths[route.path]?.[route.method.toLowerCase()];
      expect(operation?.['x-role']).toBe(route.role);
      expect(operation?.['security']).toEqual(
        route.role === 'anyone' ? [] : [{ token: [] }, { session: [] }],
      );
      const names = ((operation?.['parameters'] ?? []) as { in: string; name: string }[])
        .filter((parameter) => parameter.in === 'header')
        .map(({ name }) => name);
      expect(names.includes('Idempotency-Key')).toBe(route.creates === true);
      expect(names.includes('If-Match')).toBe(route.versioned === true && route.method !== 'GET');
    }
  });
});

describe('the audit log', () => {
  const changing = all.filter(([, route]) => leavesEntry(route) && route.role !== 'anyone');

  test.each(changing)('%s leaves exactly one entry, whatever comes of it', async (name, route) => {
    const { server, audit, sessionOf } = await shared;
    // Of its own: one of the routes ends it.
    const cookie = await sessionOf('administrator');
    const before = audit.head?.count ?? 0;
    const answer = await server.inject({
      method: route.method,
      url: concretePath(route),
      headers: { ...jsonHeaders, cookie, 'if-match': '*' },
      ...(route.method === 'GET' ? {} : { body: '{}' }),
    });
    expect(answer.statusCode).not.toBe(401);
    expect((audit.head?.count ?? 0) - before).toBe(1);
    const { items } = await audit.page({}, { limit: 1 });
    expect(items[0]).toMatchObject({
      action: name,
      by: 'administrator',
      via: 'session',
      address: '127.0.0.1',
    });
    expect(items[0]?.result === 'ok').toBe(answer.statusCode < 400);
  });

  test.each(all.filter(([, route]) => !leavesEntry(route) && !route.stream && route.role !== 'anyone'))(
    '%s reads, and leaves none',
    async (_, route) => {
      const { server, audit } = await shared;
      const cookie = await cookieOfAdministrator;
      const before = audit.head?.count;
      await server
        .inject({ method: route.method, url: concretePath(route), headers: { ...jsonHeaders, cookie } })
        // A text that is written while it is made breaks off where there is nothing behind the route here.
        .catch(() => undefined);
      expect(audit.head?.count).toBe(before);
    },
  );

  const byAnyone = all.filter(([, route]) => leavesEntry(route) && route.role === 'anyone');
  test.each(byAnyone)('%s by a stranger leaves exactly one entry as well', async (name, route) => {
    const { server, audit } = await shared;
    const before = audit.head?.count ?? 0;
    const answer = await server.inject({
      method: route.method,
      url: concretePath(route),
      headers: jsonHeaders,
      body: '{}',
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect((audit.head?.count ?? 0) - before).toBe(1);
    const { items } = await audit.page({}, { limit: 1 });
    expect(items[0]).toMatchObject({ action: name, via: 'nobody', address: '127.0.0.1' });
  });

  test('no operation of the document that changes something is without one of these tests', () => {
    const document = openApi('0') as { paths: Record<string, Record<string, unknown>> };
    const tested = [...changing, ...byAnyone].map(([, { method, path }]) => `${method} ${path}`);
    const readsOnly = all
      .filter(([, route]) => route.readsOnly)
      .map(([, { method, path }]) => `${method} ${path}`);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations).map((text) => text.toUpperCase())) {
        if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) continue;
        expect([...tested, ...readsOnly]).toContain(`${method} ${path}`);
      }
    }
  });

  const lowest = (role: Route['role']): Role => (role === 'anyone' || role === 'signed-in' ? 'viewer' : role);
  test('what the guard refuses leaves none: nothing was asked of the route', async () => {
    const { server, audit } = await shared;
    const before = audit.head?.count;
    for (const [, route] of changing) {
      if (lowest(route.role) === 'viewer') continue;
      const headers = { host, authorization: `Bearer ${await tokens.get('viewer')}` };
      await server.inject({ method: route.method, url: concretePath(route), headers });
    }
    expect(audit.head?.count).toBe(before);
  });
});
