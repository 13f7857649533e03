/** Submission routes against the stand-in: each credential, each service, and the faults that people meet. */
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { defaults } from '../../sandbox/tenant/defaults.ts';
import type { Connector } from '../../src/connector/connector.ts';
import type { ConnectorSecrets } from '../../src/connector/create.ts';
import { attempt, failureOf, oauth, route, sandboxFor } from './sandbox-route.ts';

function submission(
  sandbox: Sandbox,
  change: Record<string, unknown> = {},
  secrets: Partial<ConnectorSecrets> = { credential: { secret: sandbox.identity.secret } },
): Connector {
  const { host, port, name, mailbox } = sandbox.submission;
  return route(
    sandbox,
    {
      route: { type: 'smtp-submission', host, port, mailbox, credential: oauth(sandbox), ...change },
      serverName: name,
    },
    secrets,
  );
}

describe('Exchange Online', () => {
  test('takes a message by client secret', async () => {
    const sandbox = await sandboxFor();
    expect(await attempt(submission(sandbox))).toMatchObject([{ kind: 'relayed' }]);
    const [arrival] = sandbox.messages();
    expect(arrival?.recipients.map(({ address }) => address)).toEqual(['ann@fabrikam.com']);
  });

  test('takes a message by certificate', async () => {
    const sandbox = await sandboxFor();
    const { certificatePem: certificate, keyPem: key } = sandbox.identity.certificate;
    const credential = oauth(sandbox, { secret: undefined, certificate: 'a.pem', key: 'b.pem' });
    const connector = submission(sandbox, { credential }, { credential: { certificate, key } });
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
  });

  test('takes a message by password, with LOGIN alone', async () => {
    const sandbox = await sandboxFor();
    const credential = { type: 'password', username: defaults.mailbox, password: 'read elsewhere' };
    const connector = submission(sandbox, { credential }, { credential: { password: defaults.password } });
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
  });

  test('a wrong secret is explained, holds mail, and is never shown', async () => {
    const sandbox = await sandboxFor();
    const connector = submission(sandbox, {}, { credential: { secret: 'wrong-test-value' } });
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', code: 'aad-bad-secret' });
    expect(failure.text).toContain('AADSTS7000215');
    expect(JSON.stringify(failure)).not.toContain('wrong-test-value');
    expect(sandbox.submission.connections()).toBe(0);
  });

  test('a token of another resource is said before the host is asked', async () => {
    const sandbox = await sandboxFor();
    const credential = oauth(sandbox, { scope: 'https://graph.microsoft.com/.default' });
    const failure = await failureOf(submission(sandbox, { credential }));
    // The scope says graph, so the audience fits it; the permission is not SMTP's.
    expect(failure).toMatchObject({ scope: 'connector', code: 'token-role' });
    expect(failure.text).toContain('SMTP.SendAsApp');
  });

  test('withdrawn consent holds mail; granted again, it goes', async () => {
    const sandbox = await sandboxFor();
    const connector = submission(sandbox, { credential: oauth(sandbox, { grantedInExchange: true }) });
    sandbox.switches.set({ consentWithdrawnFor: [sandbox.identity.clientId] });
    const failure = await failureOf(connector);
    expect(failure).toMatchObject({ permanence: 'transient', scope: 'connector', stage: 'login' });
    expect(failure.reply?.code).toBe(535);
    sandbox.switches.set({ consentWithdrawnFor: [] });
    // The token of the time without consent is still kept here: 535, a fresh one, and then it goes.
    expect(await attempt(connector)).toMatchObject([{ kind: 'relayed' }]);
  });

  test('SMTP AUTH switched off for the mailbox is explained', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ smtpAuthDisabledMailboxes: [defaults.mailbox] });
    const failure = await failureOf(submission(sandbox));
    expect(failure).toMatchObject({ scope: 'connector', permanence: 'transient', aboutTheWay: true });
    expect(failure.code).toBe('smtpauth-off-mailbox');
    expect(failure.text).toContain('SMTP AUTH is off for this mailbox');
  });

  test('an outage of the token endpoint holds mail', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ tokenEndpointFault: '503' });
    expect(await failureOf(submission(sandbox))).toMatchObject({
      scope: 'connector',
      permanence: 'transient',
      code: 'token-answer-unexpected',
    });
  });

  test('a wrong clock is told from a wrong certificate', async () => {
    const sandbox = await sandboxFor();
    sandbox.switches.set({ identityClockSkewSeconds: 900 });
    const { certificatePem: certificate, keyPem: key } = sandbox.identity.certificate;
    const credential = oauth(sandbox, { secret: undefined, certificate: 'a.pem', key: 'b.pem' });
    const failure = await failureOf(
      submission(sandbox, { credential }, { credential: { certificate, key } }),
    );
    expect(failure).toMatchObject({ code: 'clock-skew', permanence: 'transient' });
    expect(failure.text).toContain('15 minutes behind');
  });
});

describe('High Volume Email', () => {
  /** What is tested is said before the service is asked, so any endpoint that takes the login will do. */
  function hve(sandbox: Sandbox): Connector {
    const credential = { type: 'password', username: defaults.mailbox, password: 'read elsewhere' };
    const change = { service: 'high-volume-email', credential };
    return submission(sandbox, change, { credential: { password: defaults.password } });
  }

  test('external recipients are refused before sending, the others go', async () => {
    const sandbox = await sandboxFor();
    const internal = 'bob@contoso.com';
    const outcomes = await attempt(hve(sandbox), {
      to: ['ann@fabrikam.com', internal],
    });
    expect(outcomes).toMatchObject([
      { kind: 'failed', failure: { code: 'external-recipient', scope: 'recipient', otherRoute: true } },
      { kind: 'relayed' },
    ]);
    expect(sandbox.messages().map(({ recipients }) => recipients.map(({ address }) => address))).toEqual([
      [internal],
    ]);
  });

  test('with external recipients alone no connection is made', async () => {
    const sandbox = await sandboxFor();
    const failure = await failureOf(hve(sandbox));
    expect(failure).toMatchObject({ code: 'external-recipient', permanence: 'permanent' });
    expect(sandbox.submission.connections()).toBe(0);
  });
});
