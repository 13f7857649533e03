/** A refused token is fetched anew where that helps: once, and never in a circle. */
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { defaults } from '../../sandbox/tenant/defaults.ts';
import type { Connector } from '../../src/connector/connector.ts';
import { wantsFreshToken } from '../../src/connector/microsoft365/fresh-token.ts';
import { attempt, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

const secrets = (sandbox: Sandbox) => ({ credential: { secret: sandbox.identity.secret } });

function submission(sandbox: Sandbox, more: Record<string, unknown> = {}): Connector {
  const { host, port, name, mailbox } = sandbox.submission;
  const credential = oauth(sandbox, { grantedInExchange: true, ...more });
  const document = { serverName: name, route: { type: 'smtp-submission', host, port, mailbox, credential } };
  return route(sandbox, document, secrets(sandbox));
}

function graph(sandbox: Sandbox): Connector {
  const credential = oauth(sandbox, { grantedInExchange: true });
  const { mailbox } = sandbox.submission;
  const document = { route: { type: 'graph', mailbox, endpoint: sandbox.graph.url, credential } };
  return route(sandbox, document, secrets(sandbox));
}

// The entries of the catalogue that name a new token; and what it does not know.
test.each([
  ['submission', 535, '5.7.3', 'Authentication unsuccessful', true],
  [
    'submission',
    535,
    '5.7.139',
    'Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
    false,
  ],
  ['hve', 535, '5.7.142', '', true],
  ['hve', 535, '5.7.143', '', true],
  ['hve', 535, '5.7.144', '', false],
  ['submission', 535, '5.7.8', 'something that nobody has seen', true],
  ['submission', 454, '4.7.0', 'Temporary authentication failure', false],
  ['graph', 401, undefined, 'InvalidAuthenticationToken: Lifetime validation failed', true],
  ['graph', 401, undefined, 'something that nobody has seen', true],
  ['graph', 403, undefined, 'ErrorAccessDenied: Access is denied.', false],
] as const)('%s: %d %s %s', (where, code, enhanced, words, expected) => {
  const reply = { code, lines: [words], ...(enhanced !== undefined && { enhanced }) };
  expect(wantsFreshToken(reply, where)).toBe(expected);
});

test('SMTP: a token without the permission is refused, so is the next, and that is all', async () => {
  const sandbox = await sandboxFor();
  sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
  expect(await failureOf(submission(sandbox))).toMatchObject({ stage: 'login', reply: { code: 535 } });
  expect(sandbox.refusals()).toHaveLength(2);
});

test('SMTP: a login that is switched off is not tried with another token', async () => {
  const sandbox = await sandboxFor();
  sandbox.switches.set({ smtpAuthDisabledMailboxes: [defaults.mailbox] });
  expect(await failureOf(submission(sandbox))).toMatchObject({ code: 'smtpauth-off-mailbox' });
  expect(sandbox.refusals()).toHaveLength(1);
});

test('Graph: a permission that is missing is no fault of the token, and holds mail', async () => {
  const sandbox = await sandboxFor();
  const connector = graph(sandbox);
  sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
  expect(await failureOf(connector)).toMatchObject({ permanence: 'transient', reply: { code: 403 } });
  expect(sandbox.messages()).toEqual([]);
});

test('a secret that is replaced counts for the next connector, and its words are never those of the old', async () => {
  const sandbox = await sandboxFor();
  sandbox.switches.set({ expiredSecrets: [sandbox.identity.secretId] });
  const failure = await failureOf(submission(sandbox));
  expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', stage: 'login' });
  const { host, port, name, mailbox } = sandbox.submission;
  const document = {
    serverName: name,
    route: { type: 'smtp-submission', host, port, mailbox, credential: oauth(sandbox) },
  };
  const next = route(sandbox, document, { credential: { secret: sandbox.identity.nextSecret } });
  expect(await attempt(next)).toMatchObject([{ kind: 'relayed' }]);
});
