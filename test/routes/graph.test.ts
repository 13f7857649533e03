/** The Graph route against the stand-in. */
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Connector } from '../../src/connector/connector.ts';
import type { ConnectorSecrets } from '../../src/connector/create.ts';
import { attempt, content, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

function graph(
  sandbox: Sandbox,
  change: Record<string, unknown> = {},
  secrets: Partial<ConnectorSecrets> = { credential: { secret: sandbox.identity.secret } },
): Connector {
  const common = { type: 'graph', mailbox: sandbox.submission.mailbox, endpoint: sandbox.graph.url };
  return route(sandbox, { route: { ...common, credential: oauth(sandbox), ...change } }, secrets);
}

function addresses(sandbox: Sandbox): readonly string[] {
  return sandbox.messages().flatMap(({ recipients }) => recipients.map(({ address }) => address));
}

test('sends as accepted, and as it came', async () => {
  const sandbox = await sandboxFor();
  expect(await attempt(graph(sandbox))).toMatchObject([{ kind: 'relayed', reply: { code: 202 } }]);
  expect(addresses(sandbox)).toEqual(['ann@fabrikam.com']);
  expect(sandbox.messages()[0]?.content.toString()).toBe(content.toString());
});

test('reaches the envelope, blind recipients included, and shows none of them', async () => {
  const sandbox = await sandboxFor();
  const to = ['ann@fabrikam.com', 'carl@adatum.com', 'dora@adatum.com'];
  const withBcc = Buffer.from(content.toString().replace('Subject:', 'Bcc: stale@adatum.com\r\nSubject:'));
  await attempt(graph(sandbox), { to, content: withBcc });
  expect(addresses(sandbox).toSorted()).toEqual(to);
});

test('the whole content of a large message arrives', async () => {
  const sandbox = await sandboxFor();
  const large = Buffer.concat([content, Buffer.alloc(2_000_000, 'x'.repeat(70) + '\r\n')]);
  expect(await attempt(graph(sandbox), { content: large })).toMatchObject([{ kind: 'relayed' }]);
  expect(sandbox.messages()[0]?.content.equals(large)).toBe(true);
});

test('a header that names others goes to the fallback', async () => {
  const sandbox = await sandboxFor();
  const failure = await failureOf(graph(sandbox), { to: ['bob@fabrikam.com'] });
  expect(failure).toMatchObject({ code: 'graph-envelope', scope: 'message', otherRoute: true });
  expect(sandbox.messages()).toEqual([]);
});

test('rewritten where the policy says so', async () => {
  const sandbox = await sandboxFor();
  await attempt(graph(sandbox, { rewriteHeader: true }), { to: ['bob@fabrikam.com'] });
  expect(addresses(sandbox)).toEqual(['bob@fabrikam.com']);
});

test.each([
  ['too large', { facts: { bytes: 2_200_001 } }, 'message-too-large'],
  ['REQUIRETLS', { envelope: { requireTls: true } }, 'requiretls-unsupported'],
  ['binary content', { facts: { binary: true } }, 'graph-envelope'],
])('%s is offered to the fallback', async (_, options, code) => {
  const failure = await failureOf(graph(await sandboxFor()), options);
  expect(failure).toMatchObject({ code, scope: 'message', permanence: 'permanent', otherRoute: true });
});

describe('refusals', () => {
  test.each([
    ['seconds', 'seconds'],
    ['a date', 'date'],
  ] as const)('429 with Retry-After in %s', async (_, form) => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ graphFault: 429, graphRetryAfterSeconds: 120, graphRetryAfterForm: form });
    const failure = await failureOf(graph(sandbox));
    expect(failure).toMatchObject({ permanence: 'transient', aboutTheWay: true });
    // A date has no fractions of a second.
    expect(failure.retryAfterMs).toBeGreaterThan(117_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(120_000);
  });

  test('consent withdrawn: the token is judged before Graph is asked', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
    expect(await failureOf(graph(sandbox))).toMatchObject({ code: 'token-role', permanence: 'transient' });
  });

  test('a token that is refused is fetched anew once', async () => {
    const sandbox = await sandboxFor();
    const connector = graph(sandbox, { credential: oauth(sandbox, { grantedInExchange: true }) });
    sandbox.switches.set({ tokenSeconds: -600 });
    expect(await failureOf(connector)).toMatchObject({ scope: 'connector', permanence: 'transient' });
  });

  test('a mailbox that does not exist holds mail', async () => {
    const sandbox = await sandboxFor();
    const failure = await failureOf(graph(sandbox, { mailbox: 'nobody@contoso.com' }));
    expect(failure).toMatchObject({ permanence: 'transient', reply: { code: 404 } });
  });

  test('a From that the mailbox may not use stops this sender only', async () => {
    const sandbox = await sandboxFor();
    const other = Buffer.from(content.toString().replace('relay@', 'boss@'));
    const failure = await failureOf(graph(sandbox), { content: other });
    expect(failure).toMatchObject({ code: 'graph-sendas-denied', scope: 'message', permanence: 'transient' });
  });

  test.each([500, 503])('%d is tried again', async (status) => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ graphFault: status });
    expect(await failureOf(graph(sandbox))).toMatchObject({ scope: 'connector', permanence: 'transient' });
  });
});

describe('in doubt', () => {
  test.each([
    ['200 instead of 202', 'garble@contoso.com'],
    ['no answer after the whole message', 'drop-after-dot@contoso.com'],
  ])('%s', async (_, to) => {
    const sandbox = await sandboxFor();
    const addressed = Buffer.from(content.toString().replace('ann@fabrikam.com', to));
    const [outcome] = await attempt(graph(sandbox), { to: [to], content: addressed });
    expect(outcome).toMatchObject({ kind: 'in-doubt' });
  });
});

test('four requests at a time, whatever is given', async () => {
  const sandbox = await sandboxFor();
  sandbox.switches.set({ graphDelayMs: 50 });
  const connector = graph(sandbox);
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => attempt(connector)));
  expect(outcomes.flat().map(({ kind }) => kind)).toEqual(Array(12).fill('relayed'));
});

test('the mailbox is one segment of the path', async () => {
  const sandbox = await sandboxFor();
  const failure = await failureOf(
    graph(sandbox, { mailbox: '"a/../b?#%2f"@contoso.com'.replaceAll(' ', '') }),
  );
  expect(failure.reply?.lines.join(' ')).toContain('a/../b?#%2f');
});
