/** A draft of the policy against what really came, and the exit plan, on a running relay. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { asking } from '../harness/admin-ask.ts';
import { answersWhile } from '../harness/answers-while.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, sampleContent } from '../harness/workspace.ts';

test('what came yesterday is judged by a draft, and old ways are counted', async () => {
  await using nextHop = await startNextHop();
  const policy = loopbackPolicy(nextHop.port, { source: { recipients: ['*@fabrikam.example'] } });
  await using relay = await startTestRelay({ policy });
  const ids: string[] = [];
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    for (const to of ['a@fabrikam.example', 'b@fabrikam.example', 'c@elsewhere.example']) {
      const { text } = await talk.send({
        from: 'scanner@contoso.com',
        to: [to],
        content: sampleContent('x', to),
      });
      const id = /queued as (\w+)/.exec(text)?.[1];
      if (id !== undefined) ids.push(id);
      await talk.say('RSET');
    }
    await talk.say('QUIT');
  }
  for (const id of ids) await relay.event('settled', (event) => event.id === id);
  const ask = asking(relay);
  const same = await ask('replayPolicy', { body: { policy: stringify(policy) } });
  expect(same).toMatchObject({ messages: 2, refusals: 1, counts: {}, differences: [] });

  const draft = join(relay.workspace.directory, 'draft.yaml');
  await writeFile(
    draft,
    stringify(
      loopbackPolicy(nextHop.port, { source: { recipients: ['a@fabrikam.example', 'c@elsewhere.example'] } }),
    ),
  );
  const told = await runCommand([
    'policy',
    'replay',
    draft,
    '--json',
    '--config',
    relay.workspace.configFile,
  ]);
  expect(told.code).toBe(1);
  expect(JSON.parse(told.stdout)).toMatchObject({
    counts: { 'now-refused': 1, 'now-accepted': 1 },
    differences: [
      {
        kind: 'now-refused',
        count: 1,
        what: { recipient: 'b@fabrikam.example' },
        after: { rule: 'recipient-not-permitted' },
      },
      {
        kind: 'now-accepted',
        what: { recipient: 'c@elsewhere.example' },
        before: { rule: 'recipient-not-permitted' },
      },
    ],
  });
  expect((await ask.raw('replayPolicy', { body: { policy: 'sources: 7' } })).status).toBe(422);

  const plan = await ask('exitPlan');
  expect(plan.sources).toMatchObject([{ plainSessions: 1, clearLogins: 0, oldTls: 'none' }]);
  const { tlsDays } = await ask('sighting', { params: { name: 'scanner' } });
  expect(tlsDays).toMatchObject([{ plainSessions: 1, clearLogins: 0, tls: [] }]);
  const { tls } = await ask('securityOverview');
  expect(tls.days).toMatchObject([{ plainSessions: 1, clearLogins: 0, versions: [] }]);
  expect(plan.steps.find(({ id }) => id === 'plaintext')).toMatchObject({
    affected: 1,
    sources: [{ fate: 'cut-off' }],
  });
  expect(plan.steps.find(({ id }) => id === 'clear-login')).toMatchObject({ affected: 0 });
  const text = await runCommand([
    'exit-plan',
    '--step',
    'plaintext',
    '--on',
    '2027-01-01',
    '--config',
    relay.workspace.configFile,
  ]);
  expect(text.stdout).toContain('on 2027-01-01: 1 source is affected');
});

test(
  'ten thousand messages are judged by a draft while the relay goes on',
  { timeout: 240_000 },
  async () => {
    const policy = loopbackPolicy(1, { connector: { suspended: true } });
    await using relay = await startTestRelay({ policy });
    const [connections, each, atOnce] = [40, 250, 50];
    // RFC 2920 and RFC 3030: of a message with BDAT nothing has to be waited for.
    const transaction = (to: string): string => {
      const content = sampleContent('x', to);
      return `MAIL FROM:<scanner@contoso.com>\r\nRCPT TO:<${to}>\r\nBDAT ${content.length} LAST\r\n${content}`;
    };
    const send = async (connection: number): Promise<void> => {
      await using talk = await SmtpTalk.open(relay.port);
      await talk.say('EHLO scanner');
      for (let n = 0; n < each; n += atOnce) {
        const several = Array.from({ length: atOnce }, (_, index) =>
          transaction(
            index % 2 === 0 ? 'a@fabrikam.example' : `${connection}-${n + index}@elsewhere.example`,
          ),
        );
        talk.write(several.join(''));
        for (let reply = 0; reply < 3 * atOnce; reply += 1) expect((await talk.reply()).code).toBe(250);
      }
    };
    await Promise.all(Array.from({ length: connections }, (_, connection) => send(connection)));
    const draft = loopbackPolicy(1, { source: { recipients: ['*@fabrikam.example'] } });
    const replayed = asking(relay)('replayPolicy', { body: { policy: stringify(draft) } });
    // Judged in one go, or a page of the store at a time, they would answer a few times.
    expect(await answersWhile(relay, replayed, 100)).toBe(100);
    const { differences, ...told } = await replayed;
    expect(told).toMatchObject({
      messages: 10_000,
      refusals: 0,
      leftOut: 0,
      isCut: false,
      counts: { 'now-refused': 5_000 },
    });
    expect(differences).toMatchObject([
      { kind: 'now-refused', count: 5_000, after: { rule: 'recipient-not-permitted' } },
    ]);
  },
);

test('a draft with another repair is judged by what messages needed, and refusals were for', async () => {
  await using nextHop = await startNextHop();
  const policyWith = (repair: readonly string[]) => loopbackPolicy(nextHop.port, { source: { repair } });
  await using relay = await startTestRelay({ policy: policyWith(['missing-date']) });
  const send = async (content: string) => {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    const { code } = await talk.send({ from: 'scanner@contoso.com', to: ['a@fabrikam.example'], content });
    return code;
  };
  expect(await send('From: scanner@contoso.com\r\n\r\na\nb')).toBe(550);
  expect(await send('From: scanner@contoso.com\r\n\r\na\0b')).toBe(550);
  expect(await send('From: scanner@contoso.com\r\n\r\na')).toBe(250);
  const ask = asking(relay);
  const replayed = async (repair: readonly string[]) =>
    ask('replayPolicy', { body: { policy: stringify(policyWith(repair)) } });
  // The newest refusal is written down with others, a moment after its reply.
  await expect.poll(async () => (await replayed(['missing-date'])).refusals).toBe(2);
  expect(await replayed(['missing-date'])).toMatchObject({ messages: 1, leftOut: 0, differences: [] });
  // NUL has no repair.
  expect((await replayed(['bare-line-feeds'])).counts).toEqual({ 'now-accepted': 1 });
});

test('and a message that a repair let in would be refused without it', async () => {
  await using nextHop = await startNextHop();
  const policyWith = (repair: readonly string[]) => loopbackPolicy(nextHop.port, { source: { repair } });
  await using relay = await startTestRelay({ policy: policyWith(['bare-line-feeds']) });
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    const mail = { from: 'scanner@contoso.com', to: ['a@fabrikam.example'] };
    expect((await talk.send({ ...mail, content: 'From: scanner@contoso.com\n\na' })).code).toBe(250);
    expect((await talk.send({ ...mail, content: 'From: scanner@contoso.com\r\n\r\na' })).code).toBe(250);
  }
  const { counts, differences } = await asking(relay)('replayPolicy', {
    body: { policy: stringify(policyWith([])) },
  });
  expect(counts).toEqual({ 'now-refused': 1 });
  expect(differences).toMatchObject([{ after: { rule: 'line-ends' }, count: 1 }]);
});
