/** The policy as one text through the API of a running relay: what a page never saw stays, and what it would change is said before. */
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { startTestRelay } from '../harness/relay.ts';

const managed = { policy: '', node: { policy: undefined } } as const;
/** Test values. */
const text = `# by hand
sources:
  - name: printer   # hall 2
    networks: [127.0.0.1]
    senders: ['*@contoso.com']
connectors:
  - name: app
    route:
      type: smart-host
      hosts: [mail.contoso.com]
      login:
        username: relay
        password: "a test value"
`;

test('the text comes without secrets, and keeps them when it comes back', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const preview = await ask('previewPolicy', { body: { text } });
  expect(preview).toMatchObject({
    valid: true,
    sources: { added: ['printer'] },
    connectors: { added: ['app'] },
  });
  await ask('putPolicy', { body: { text } });
  const { yaml } = await ask('policy');
  expect(yaml).toBe(text.replace('"a test value"', '"[redacted]"'));

  const moved = `${yaml.replace('hall 2', 'hall 3')}  - { name: other, route: { type: mx } }\n`;
  expect(await ask('validatePolicy', { body: { text: moved } })).toMatchObject({ valid: true });
  await ask('putPolicy', { body: { text: moved } });
  expect(relay.relay.policy.current.connectors.get('app')?.config.route).toMatchObject({
    login: { password: 'a test value' },
  });

  const renamed = yaml.replace('name: app', 'name: app-2');
  const expected = { severity: 'error', line: 13, column: 19, message: 'there is no value that could stay' };
  const judged = await ask('validatePolicy', { body: { text: renamed } });
  expect(judged.valid).toBe(false);
  expect(judged.findings).toContainEqual(expect.objectContaining(expected));
  expect(await ask('previewPolicy', { body: { text: renamed } })).toMatchObject({ valid: false });
  const refused = await ask.raw('putPolicy', { body: { text: renamed } });
  expect(refused).toMatchObject({ status: 422, body: { findings: [expected] } });
  expect(relay.relay.policy.current.revision).toBe(2);
});

test('what an older revision would change is said before it is put in force', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  await ask('putPolicy', { body: { text } });
  await ask('putPolicy', { body: { text: 'sources: []\n' } });
  expect(await ask('policyRevision', { params: { revision: '1' } })).toMatchObject({
    yaml: text.replace('"a test value"', '"[redacted]"'),
  });
  const preview = await ask('previewRestore', { params: { revision: '1' } });
  expect(preview).toMatchObject({
    valid: true,
    sources: { added: ['printer'] },
    connectors: { added: ['app'] },
  });
  expect(JSON.stringify(preview)).not.toContain('a test value');
  expect(relay.relay.policy.current.revision).toBe(2);
  expect((await ask.raw('previewRestore', { params: { revision: '99' } })).status).toBe(404);
});

test('a source is judged before it is saved', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  await ask('putPolicy', { body: { text } });
  const document = { name: 'fax', networks: ['10.0.0.1'], senders: ['fax@contoso.com'] };
  expect(await ask('checkSource', { body: { document } })).toMatchObject({
    valid: true,
    path: 'sources[1]',
    managed: 'store',
    yaml: '- name: fax\n  networks:\n    - 10.0.0.1\n  senders:\n    - fax@contoso.com\n',
  });
  const faulty = { ...document, networks: ['10.0.0.300'] };
  expect(await ask('checkSource', { body: { document: faulty } })).toMatchObject({
    valid: false,
    findings: [{ severity: 'error', path: 'sources[1].networks[0]' }],
  });
  const replacing = await ask('checkSource', { body: { document: faulty, replaces: 'printer' } });
  expect(replacing).toMatchObject({ path: 'sources[0]', findings: [{ path: 'sources[0].networks[0]' }] });
  const byLogin = { name: 'app', login: { username: 'app' }, senders: ['app@contoso.com'] };
  expect((await ask('checkSource', { body: { document: byLogin } })).valid).toBe(false);
  expect((await ask('checkSource', { body: { document: byLogin, newPassword: true } })).valid).toBe(true);
  expect((await ask.raw('checkSource', { body: { document, replaces: 'nobody' } })).status).toBe(404);
  expect(relay.relay.policy.current.sources.size).toBe(1);
});
