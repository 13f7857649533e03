/** Transcripts of devices against a running relay: what is kept, what is not, and the switches that would have helped. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { asking } from '../harness/admin-ask.ts';
import { runCommand } from '../harness/child.ts';
import { startNextHop } from '../harness/next-hop.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

test('a device that writes addresses without angle brackets is told apart, and mended by one command', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({ policy: '', node: { policy: undefined } });
  const ask = asking(relay);
  await ask('putPolicy', { body: { text: stringify(loopbackPolicy(nextHop.port)) } });
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    expect((await talk.say('MAIL FROM:scanner@contoso.com')).code).toBe(501);
    await talk.say('AUTH PLAIN AHRlc3QAdGVzdC1wYXNzd29yZA==');
    await talk.say('QUIT');
  }
  await relay.event('session-ended');
  const { items } = await ask('transcripts');
  expect(items).toMatchObject([
    {
      kind: 'source',
      failedSessions: 1,
      suggested: expect.arrayContaining(['missing-angle-brackets']) as string[],
    },
  ]);
  const key = items[0]?.key ?? '';
  const shown = await ask('transcript', { params: { key } });
  expect(shown.sessions[0]?.lines.map(({ text }) => text)).toEqual(
    expect.arrayContaining(['EHLO scanner', 'MAIL FROM:scanner@contoso.com', 'QUIT']),
  );
  const everything = JSON.stringify(shown);
  expect(everything).not.toContain('AHRlc3QAdGVzdC1wYXNzd29yZA');
  expect(everything).not.toContain('test-password');
  const text = await runCommand(['transcripts', 'show', key, '--config', relay.workspace.configFile]);
  expect(text.stdout).toContain('C: EHLO scanner');
  expect(text.stdout).toContain('would have helped: quirk missing-angle-brackets');
  const applied = await runCommand([
    'transcripts',
    'apply',
    key,
    '--quirk',
    'missing-angle-brackets',
    '--config',
    relay.workspace.configFile,
  ]);
  expect(applied).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('new connections use it') as string,
  });
  await using again = await SmtpTalk.open(relay.port);
  await again.say('EHLO scanner');
  expect((await again.say('MAIL FROM:scanner@contoso.com')).code).toBe(250);
  expect((await ask.raw('applySwitches', { params: { key }, body: { quirks: ['no-such'] } })).status).toBe(
    422,
  );
});

test('a capture keeps sessions that are fine, and contents are only counted', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
  const ask = asking(relay);
  const key = '127.0.0.1';
  expect((await ask('startCapture', { params: { key } })).key).toBe(key);
  for (const word of ['one', 'two']) {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO client.example');
    const content = `From: scanner@contoso.com\r\nSubject: ${word}\r\n\r\nSECRET-BODY\r\n`;
    await talk.send({ from: 'scanner@contoso.com', to: ['a@fabrikam.example'], content });
    await talk.say('QUIT');
  }
  await expect.poll(async () => (await ask('transcripts')).captures[0]?.sessions).toBe(2);
  const shown = await ask('transcript', { params: { key } });
  expect(shown.sessions).toHaveLength(2);
  const everything = JSON.stringify(shown);
  expect(everything).toContain('octets of content, not kept');
  expect(everything).not.toContain('SECRET-BODY');
  await ask('stopCapture', { params: { key } });
  expect((await ask('transcripts')).captures).toEqual([]);
  expect((await ask.raw('transcript', { params: { key: '192.0.2.250' } })).status).toBe(404);
});

test('transcripts are there after a restart, and what they suggest is applied with one call', async () => {
  await using nextHop = await startNextHop();
  await using workspace = await makeWorkspace({ policy: '', node: { policy: undefined } });
  {
    await using relay = await startTestRelay({ workspace });
    await asking(relay)('putPolicy', { body: { text: stringify(loopbackPolicy(nextHop.port)) } });
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    expect((await talk.say('MAIL FROM:scanner@contoso.com')).code).toBe(501);
    await talk.say('QUIT');
    await relay.event('session-ended');
  }
  await using relay = await startTestRelay({ workspace });
  const ask = asking(relay);
  const { items } = await ask('transcripts');
  const [found] = items;
  expect(found).toMatchObject({ kind: 'source', failedSessions: 1, suggested: ['missing-angle-brackets'] });
  const key = found?.key ?? '';
  const shown = await ask('transcript', { params: { key } });
  expect(shown.canApply).toBe(true);
  expect(shown.sessions[0]?.lines.map(({ text }) => text)).toContain('MAIL FROM:scanner@contoso.com');
  const { quirks, repair } = shown.suggested;
  await ask('applySwitches', {
    params: { key },
    body: { quirks: quirks.map(({ name }) => name), repair: repair.map(({ name }) => name) },
  });
  expect((await ask('source', { params: { name: key } })).document).toMatchObject({
    quirks: ['missing-angle-brackets'],
  });
  await using again = await SmtpTalk.open(relay.port);
  await again.say('EHLO scanner');
  expect((await again.say('MAIL FROM:scanner@contoso.com')).code).toBe(250);
});

// RFC 2920 3.1: the client has said RCPT before it knows that MAIL was refused.
test('of commands that were sent at once each is kept as it was written', async () => {
  await using nextHop = await startNextHop();
  await using relay = await startTestRelay({ policy: loopbackPolicy(nextHop.port) });
  {
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO scanner');
    const replies = await talk.pipeline(
      'MAIL FROM:<boss@fabrikam.example>',
      'RCPT TO:<ann@fabrikam.example>',
      'DATA',
    );
    expect(replies.map(({ code }) => code)).toEqual([550, 503, 503]);
    await talk.say('QUIT');
  }
  await relay.event('session-ended');
  const { sessions } = await asking(relay)('transcript', { params: { key: 'scanner' } });
  expect(sessions[0]?.lines.flatMap(({ from, text }) => (from === 'client' ? [text] : []))).toEqual([
    'EHLO scanner',
    'MAIL FROM:<boss@fabrikam.example>',
    'RCPT TO:<ann@fabrikam.example>',
    'DATA',
    'QUIT',
  ]);
});
