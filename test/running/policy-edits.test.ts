/** Sources and connectors as entries of a policy that the store keeps, through the API of a running relay. */
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace, sampleContent } from '../harness/workspace.ts';

const managed = { policy: '', node: { policy: undefined } } as const;

async function tryToSend(
  relay: TestRelay,
  from: string,
  to: string,
): Promise<{ code: number; text: string }> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner.contoso.com');
  // Awaited here: the connection is closed at the end of the block.
  const reply = await talk.send({ from, to: [to], content: sampleContent('x', to) });
  return reply;
}

test('a source is added, changed, reviewed, given a password and removed; each is a revision that leaves comments alone', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  await ask('putPolicy', {
    body: {
      text: '# written by hand\nsources: []\nconnectors:\n  # the way out\n  - name: out\n    route: { type: mx }\n',
    },
  });
  const document = { name: 'printer', networks: ['127.0.0.1'], senders: ['printer@contoso.com'] };
  const added = await ask('addSource', { body: { document } });
  expect(added).toMatchObject({
    revision: 2,
    path: 'sources[0]',
    document,
    source: { name: 'printer', age: 'lasting' },
  });
  expect((await ask.raw('addSource', { body: { document } })).status).toBe(409);
  const { status, body } = await ask.raw('addSource', {
    body: { document: { name: 'x', networks: ['300.1.1.1'], senders: ['*@contoso.com'] } },
  });
  expect(status).toBe(422);
  expect(body).toMatchObject({ findings: [{ path: 'sources[1].networks[0]' }] });

  const changed = {
    ...document,
    location: 'Hall 3',
    firmware: { version: '1.2', due: '2020-01-01' },
    requireTls: true,
  };
  await ask('putSource', { params: { name: 'printer' }, body: { document: changed } });
  expect((await ask('sources', { query: { firmwareDue: 'true' } })).items).toMatchObject([
    { location: 'Hall 3' },
  ]);
  const reviewed = await ask('reviewSource', {
    params: { name: 'printer' },
    body: { firmware: { version: '1.3', due: '2099-01-01' } },
  });
  expect(reviewed.source).toMatchObject({
    firmwareDue: false,
    reviewDue: false,
    firmware: { version: '1.3' },
  });
  expect((await ask('sources', { query: { reviewDue: 'true' } })).items).toEqual([]);

  const { password, username } = await ask('sourcePassword', { params: { name: 'printer' } });
  expect(username).toBe('printer');
  const shown = await ask('source', { params: { name: 'printer' } });
  expect(shown.document).toMatchObject({ login: { username: 'printer', password: '[redacted]' } });
  expect(JSON.stringify(shown)).not.toContain(password);
  // What was redacted comes back as it was shown, and the hash stays.
  await ask('putSource', {
    params: { name: 'printer' },
    body: { document: { ...shown.document, requireTls: false } },
  });
  expect(relay.relay.policy.current.sources.get('printer')?.config.login?.password).toMatch(/^\$scrypt\$/);

  const card = await ask('sourceCard', { params: { name: 'printer' } });
  expect(card).toMatchObject({
    sender: { address: 'printer@contoso.com' },
    login: { username: 'printer', needed: false },
  });
  expect(card.servers[0]).toMatchObject({ port: relay.port });

  const { diff } = await ask('policyDiff', { query: { from: '1', to: '2' } });
  expect(diff.every((line) => !line.includes('#'))).toBe(true);
  await ask('removeSource', { params: { name: 'printer' } });
  expect((await ask.raw('source', { params: { name: 'printer' } })).status).toBe(404);
  const last = relay.relay.policy.current.revision;
  await ask('restorePolicy', { params: { revision: '2' } });
  expect(relay.relay.policy.current).toMatchObject({ revision: last + 1 });
  expect((await ask('source', { params: { name: 'printer' } })).document).toEqual(document);
  const preview = await ask('previewPolicy', { body: { text: 'sources: []\n' } });
  expect(preview).toMatchObject({
    valid: true,
    sources: { removed: ['printer'] },
    connectors: { removed: ['out'] },
  });
});

test('edits of one moment all count, each as its own revision', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const names = Array.from({ length: 12 }, (_, index) => `device-${index}`);
  await Promise.all(
    names.map((name, index) =>
      ask('addSource', {
        body: { document: { name, networks: [`10.0.0.${index}`], senders: ['*@contoso.com'] } },
      }),
    ),
  );
  expect((await ask('sources')).items.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  expect(relay.relay.policy.current.revision).toBe(12);
});

test('a policy in a file is not changed: 409 says where it is', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(1) });
  const ask = asking(relay);
  const document = { name: 'new', networks: ['10.0.0.1'], senders: ['*@contoso.com'] };
  for (const answer of [
    await ask.raw('addSource', { body: { document } }),
    await ask.raw('removeConnector', { params: { name: 'next-hop' } }),
    await ask.raw('importSources', { body: { csv: 'name,networks\nnew,10.0.0.1\n', apply: true } }),
  ]) {
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: expect.stringContaining(relay.workspace.policyFile) });
  }
});

test('a connector is added, copied and judged alone, and its secret is never shown', async () => {
  await using hop = await startNextHop();
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const secret = 'test-value-of-a-secret';
  const document = {
    name: 'out',
    route: {
      type: 'smart-host',
      hosts: [`127.0.0.1:${hop.port}`],
      login: { username: 'u', password: secret },
    },
    tls: 'off',
  };
  expect((await ask('checkConnector', { body: { document: { ...document, tls: 'maybe' } } })).valid).toBe(
    false,
  );
  expect(await ask('checkConnector', { body: { document } })).toMatchObject({ valid: true });
  const added = await ask('addConnector', { body: { document } });
  expect(JSON.stringify(added)).not.toContain(secret);
  const copy = await ask('cloneConnector', { params: { name: 'out' }, body: { name: 'copy' } });
  expect(copy.document).toMatchObject({ suspended: true });
  await ask('putConnector', {
    params: { name: 'out' },
    body: { document: { ...added.document, heloName: 'relay.contoso.com' } },
  });
  const config = relay.relay.policy.current.connectors.get('out')?.config;
  expect(config).toMatchObject({ heloName: 'relay.contoso.com', route: { login: { password: secret } } });
  for (const name of ['policy', 'policyRevisions', 'connectors'] as const) {
    expect(JSON.stringify(await ask(name))).not.toContain(secret);
  }
  expect((await ask('certificates')).items).toContainEqual(
    expect.objectContaining({ kind: 'password', name: 'out' }),
  );
});

test('a table of sources goes out and comes back: a dry run names rows and columns, then all of it is one revision', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const document = {
    name: 'one',
    networks: ['10.0.0.1'],
    senders: ['one@contoso.com'],
    location: '=1+1',
    tags: ['a', 'b'],
  };
  await ask('addSource', { body: { document } });
  const csv = await ask('exportSources');
  expect(csv).toContain("'=1+1");
  const same = await ask('importSources', { body: { csv, apply: true } });
  expect(same).toMatchObject({ applied: true, unchanged: ['one'], revision: 1, diff: [] });

  const faulty = 'name;networks;senders;TLS required\r\none;10.0.0.1; 10.0.0.2;one@contoso.com;perhaps\r\n';
  expect((await ask('importSources', { body: { csv: faulty } })).applied).toBe(false);
  const wrong = 'name,networks,senders,TLS required\r\ntwo,10.0.0.300,two@contoso.com,perhaps\r\n';
  const { findings } = await ask('importSources', { body: { csv: wrong, apply: true } });
  expect(findings).toContainEqual(expect.objectContaining({ row: 2, column: 'networks' }));
  expect(findings).toContainEqual(
    expect.objectContaining({ row: 2, column: 'TLS required', expected: 'yes or no' }),
  );
  expect(relay.relay.policy.current.revision).toBe(1);

  const right =
    'name,networks,senders,location\r\none,"10.0.0.1; 10.0.0.9",one@contoso.com,\r\ntwo,10.0.0.2,two@contoso.com,Hall\r\n';
  expect(await ask('importSources', { body: { csv: right } })).toMatchObject({
    applied: false,
    added: ['two'],
    changed: ['one'],
  });
  expect(await ask('importSources', { body: { csv: right, apply: true } })).toMatchObject({
    applied: true,
    revision: 2,
  });
  expect((await ask('source', { params: { name: 'one' } })).document).toEqual({
    name: 'one',
    networks: ['10.0.0.1', '10.0.0.9'],
    senders: ['one@contoso.com'],
    tags: ['a', 'b'],
  });
  const merged = await ask('mergeSources', { params: { name: 'one' }, body: { sources: ['two'] } });
  expect(merged.document).toMatchObject({ networks: ['10.0.0.1', '10.0.0.9', '10.0.0.2'] });
  expect((await ask('sources')).total).toBe(1);
});

test('an unknown sender is proposed with the least rights, its effect is shown, and once allowed its mail passes', async () => {
  await using hop = await startNextHop();
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const policy = { connectors: loopbackPolicy(hop.port)['connectors'] };
  await ask('putPolicy', { body: { text: JSON.stringify(policy) } });
  expect((await tryToSend(relay, 'scanner@contoso.com', 'archive@contoso.com')).code).toBe(550);
  expect((await tryToSend(relay, 'scanner@contoso.com', 'boss@contoso.com')).code).toBe(550);
  const params = { address: '127.0.0.1' };
  const proposal = await ask('strangerProposal', { params });
  expect(proposal).toMatchObject({
    valid: true,
    passing: 2,
    document: {
      name: 'scanner',
      networks: ['127.0.0.1'],
      senders: ['scanner@contoso.com'],
      recipients: expect.arrayContaining(['archive@contoso.com', 'boss@contoso.com']),
      expires: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    },
  });
  const narrower = { ...proposal.document, recipients: ['archive@contoso.com'] };
  const edited = await ask('strangerProposal', { params, body: { document: narrower } });
  expect(edited.effect.filter(({ passes }) => !passes)).toMatchObject([
    { recipient: 'boss@contoso.com', rule: 'recipient-not-permitted' },
  ]);
  await ask('allowStranger', { params, body: { document: narrower, until: '2099-12-31' } });
  expect((await ask('source', { params: { name: 'scanner' } })).document).toMatchObject({
    expires: '2099-12-31',
  });
  expect((await tryToSend(relay, 'scanner@contoso.com', 'archive@contoso.com')).code).toBe(250);
  expect((await tryToSend(relay, 'scanner@contoso.com', 'boss@contoso.com')).code).toBe(550);
});

test('a blocked address is refused in place of the greeting, and let in again when that is taken back', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const params = { address: '127.0.0.1' };
  await tryToSend(relay, 'scan@contoso.com', 'a@contoso.com');
  const listed = async (decision: 'none' | 'blocked') => {
    const { items } = await ask('strangers', { query: { decision } });
    return items.map(({ address }) => address);
  };
  await expect.poll(async () => listed('none')).toEqual(['127.0.0.1']);
  expect((await ask.raw('blockStranger', { params, body: { range: '10.0.0.0/8' } })).status).toBe(400);
  await ask('blockStranger', { params, body: { note: 'scans us' } });
  await using talk = await SmtpTalk.open(relay.port);
  expect(talk.greeting).toMatchObject({
    code: 554,
    text: expect.stringMatching(/^554 5\.7\.1 .*\(ref \w+\)$/),
  });
  expect((await ask('strangerDecisions')).items).toMatchObject([
    { address: '127.0.0.1', decision: 'blocked' },
  ]);
  expect([await listed('none'), await listed('blocked')]).toEqual([[], ['127.0.0.1']]);
  await ask('forgetDecision', { params });
  expect([await listed('none'), await listed('blocked')]).toEqual([['127.0.0.1'], []]);
  await using again = await SmtpTalk.open(relay.port);
  expect(again.greeting?.code).toBe(220);
});

test('an ignored sender is ignored until it tries something new', async () => {
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const params = { address: '127.0.0.1' };
  await tryToSend(relay, 'scan@contoso.com', 'a@contoso.com');
  expect(await ask('ignoreStranger', { params, body: { note: 'known' } })).toMatchObject({
    decision: 'ignored',
    by: expect.any(String),
  });
  const open = async () => (await ask('setup')).steps.find(({ id }) => id === 'unknown-senders')?.state;
  expect(await open()).toBe('done');
  await tryToSend(relay, 'scan@contoso.com', 'b@contoso.com');
  expect(await open()).toBe('attention');
  expect((await ask('strangers', { query: { decision: 'none' } })).items).toMatchObject([
    { address: '127.0.0.1' },
  ]);
});

test('cut-over mode defers unknown senders of its networks, is kept over a restart, and ends', async () => {
  await using workspace = await makeWorkspace(managed);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  {
    await using relay = await startTestRelay({ workspace });
    const ask = asking(relay);
    const late = new Date(Date.now() + 15 * 86_400_000).toISOString();
    expect((await ask.raw('startCutOver', { body: { networks: ['127.0.0.0/8'], until: late } })).status).toBe(
      400,
    );
    expect((await ask.raw('startCutOver', { body: { networks: ['127.0.0.1/8'], until } })).status).toBe(400);
    await ask('startCutOver', { body: { networks: ['127.0.0.0/8'], until } });
    const reply = await tryToSend(relay, 'scan@contoso.com', 'a@contoso.com');
    expect(reply).toMatchObject({ code: 451, text: expect.stringMatching(/^451 4\.7\.1 .*\(ref \w+\)$/) });
    expect(await ask('cutOver')).toMatchObject({ active: true, deferred: 1, senders: 1 });
  }
  await using again = await startTestRelay({ workspace });
  const ask = asking(again);
  expect(await ask('cutOver')).toMatchObject({ active: true, networks: ['127.0.0.0/8'], until });
  await again.event('danger', ({ text }) => text.startsWith('cut-over mode'));
  expect((await ask('status')).dangers.some((text) => text.startsWith('cut-over mode'))).toBe(true);
  await ask('stopCutOver');
  expect((await tryToSend(again, 'scan@contoso.com', 'a@contoso.com')).code).toBe(550);
});

test('a permission past its grace is accepted and held, and past its quarantine refused', async () => {
  await using hop = await startNextHop();
  await using relay = await startTestRelay(managed);
  const ask = asking(relay);
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const write = (expires: string) =>
    ask('putPolicy', {
      body: {
        text: JSON.stringify({
          ...loopbackPolicy(hop.port, { source: { networks: [{ range: '127.0.0.1', expires }] } }),
          ageing: { grace: '2d', quarantine: '3d' },
        }),
      },
    });
  const ages = async () => (await ask('allowList')).items.map(({ range, age }) => [range, age]);
  await write(day(-2));
  expect(await ages()).toContainEqual(['127.0.0.1', 'grace']);
  expect((await tryToSend(relay, 'a@contoso.com', 'grace@fabrikam.example')).code).toBe(250);
  await write(day(-4));
  expect(await ages()).toContainEqual(['127.0.0.1', 'quarantine']);
  expect((await tryToSend(relay, 'a@contoso.com', 'held@fabrikam.example')).code).toBe(250);
  const { items } = await ask('messages', { query: { state: 'held' } });
  expect(items).toMatchObject([{ recipients: ['held@fabrikam.example'] }]);
  await write(day(-7));
  expect(await ages()).toContainEqual(['127.0.0.1', 'ended']);
  expect((await tryToSend(relay, 'a@contoso.com', 'late@fabrikam.example')).code).toBe(550);
});

test('the simulator tells each stage with its place in the policy, and the way out', async () => {
  await using relay = await startTestRelay({ policy: loopbackPolicy(2525) });
  const ask = asking(relay);
  const body = { address: '127.0.0.1', sender: 'a@contoso.com', recipients: ['b@fabrikam.example'] };
  const result = await ask('simulate', { body });
  expect(result).toMatchObject({ verdict: 'accept', source: 'scanner' });
  const stage = (name: string) => result.stages.find((one) => one.stage === name);
  expect(stage('recognition')).toMatchObject({ path: 'sources[0].networks[0]' });
  expect(stage('sender')).toMatchObject({ path: 'sources[0].senders[0]' });
  expect(stage('route')).toMatchObject({ connectors: ['next-hop'], path: 'connectors[0]' });
  const refused = await ask('simulate', { body: { ...body, from: 'ceo@fabrikam.example' } });
  expect(refused).toMatchObject({ verdict: 'refuse' });
  expect(refused.stages.at(-1)).toMatchObject({ stage: 'header-from', rule: 'header-from-not-permitted' });
  const draft = await ask('simulate', { body: { ...body, policy: 'sources: []' } });
  expect(draft.stages.at(-1)).toMatchObject({
    rule: 'no-source',
    reply: expect.stringMatching(/^550 5\.7\.1 /),
  });
});
