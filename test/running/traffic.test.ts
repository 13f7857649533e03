/** What the console shows of the mail flow, asked of a whole relay with real mail in it. */
import { expect, test } from 'vitest';
import { startNextHop } from '../harness/next-hop.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { loopbackPolicy, makeWorkspace } from '../harness/workspace.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into answers of many routes
  readonly body: any;
}

async function ask(
  relay: TestRelay,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
) {
  const answer = await fetch(`${relay.relay.consoleUrl}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await relay.token()}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const found: Answer = {
    status: answer.status,
    headers: answer.headers,
    text,
    body: isJson && !text.includes('}\n{') ? JSON.parse(text) : undefined,
  };
  return found;
}

async function send(relay: TestRelay, to: readonly string[], content: string): Promise<string> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO client.example');
  const reply = await talk.send({ from: 'scanner@contoso.com', to: [...to], content });
  return /queued as (\w+)/.exec(reply.text)?.[1] ?? '';
}

const mail = (subject: string, ...rest: readonly string[]) =>
  ['From: scanner@contoso.com', 'To: a@fabrikam.example', `Subject: ${subject}`, ...rest].join('\r\n');

async function withWaiting(source: Record<string, unknown> = {}) {
  const nextHop = await startNextHop({
    refuse: (to) => (to.startsWith('later') ? { code: 451, text: '4.7.0 not now' } : undefined),
  });
  const policy = loopbackPolicy(nextHop.port, { connector: { retry: { initial: '1h', maximum: '1h' } } });
  const sources = (policy['sources'] as Record<string, unknown>[]).map((one) => ({ ...one, ...source }));
  return { nextHop, policy: { ...policy, sources } };
}

test('a lost scan is found, and its story told beside the verbatim reply', async () => {
  const { nextHop, policy } = await withWaiting();
  await using _ = nextHop;
  await using relay = await startTestRelay({ policy });
  const id = await send(
    relay,
    ['a@fabrikam.example'],
    mail('=cmd|calc', 'Date: Mon, 23 Nov 2026 08:00:00 +0000', '', 'x', ''),
  );
  const waiting = await send(
    relay,
    ['later@fabrikam.example', 'b@fabrikam.example'],
    mail('Scan 7', '', 'x', ''),
  );
  await relay.event('settled', (event) => event.id === id);
  await relay.event('attempted', (event) => event.id === waiting);

  const found = async (query: Record<string, string>) => {
    const { body } = await ask(relay, `messages?${new URLSearchParams(query).toString()}`);
    return body.items.map((item: { id: string }) => item.id);
  };
  expect(await found({ text: 'scan 7' })).toEqual([waiting]);
  expect(await found({ text: `nobody@x.example\n${id}` })).toEqual([id]);
  expect(await found({ recipient: 'b@*' })).toEqual([waiting]);
  expect(await found({ result: 'relayed' })).toEqual([id]);
  expect(await found({ client: '127.0.0.1', order: 'oldest' })).toEqual([id, waiting]);

  const { body } = await ask(relay, `messages/${waiting}`);
  const attempt = body.story.filter((sentence: { kind: string }) => sentence.kind === 'attempt');
  expect(attempt.map((sentence: { reply: string }) => sentence.reply)).toContain('451 4.7.0 not now');
  expect(body.story.map((sentence: { at: string }) => sentence.at)).toEqual(
    body.story.map((sentence: { at: string }) => sentence.at).toSorted(),
  );
  // The next hop is not Microsoft's, and its replies mean what it likes.
  expect(JSON.stringify(body)).not.toContain('"explanation"');

  const csv = await ask(relay, 'messages/export?format=csv&order=oldest');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="messages.csv"');
  const [head, first] = csv.text.split('\r\n');
  expect(head).toContain('id,accepted,state');
  expect(first).toContain(`"'=cmd|calc"`);
  const lines = (await ask(relay, 'messages/export?format=ndjson')).text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([waiting, id]);
});

test('headers before and after our changes, content only while it is kept', async () => {
  const { nextHop, policy } = await withWaiting({ repair: ['missing-date', 'missing-message-id'] });
  await using _ = nextHop;
  await using relay = await startTestRelay({ policy });
  const given = mail(
    'Grüße',
    'Date:   ',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>Hello</p><script>alert(1)</script>',
    '--b',
    'Content-Type: application/pdf; name="scan.pdf"',
    'Content-Disposition: attachment; filename="../../scan.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'JVBERg==',
    '--b--',
    '',
  );
  const id = await send(relay, ['later@fabrikam.example'], given);
  await relay.event('attempted', (event) => event.id === id);
  const headers = await ask(relay, `messages/${id}/headers`);
  expect(headers.body.before).toBe(given.slice(0, given.indexOf('\r\n\r\n') + 2));
  expect(headers.body.after).toContain('Received: from');
  expect(headers.body.after).toMatch(/^Message-ID: </im);
  expect(headers.body.changes.map(({ by }: { by: string }) => by)).toContain('missing-date');

  const content = await ask(relay, `messages/${id}/content`);
  expect(content.body).toMatchObject({ hasHtml: true, isCut: false, attachmentCount: 1 });
  expect(content.body.attachments[0]).toMatchObject({ type: 'application/pdf', bytes: 4, inline: false });
  const html = await ask(relay, `messages/${id}/content/html`);
  expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policyOfFrame = html.headers.get('content-security-policy') ?? '';
  expect(policyOfFrame).toMatch(/^sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'/);
  // A word after "sandbox" would allow something.
  expect(policyOfFrame.split(';')[0]).toBe('sandbox');
  expect(policyOfFrame).not.toContain('script-src');
  expect(html.headers.get('x-content-type-options')).toBe('nosniff');

  await ask(relay, `messages/${id}/delete`, { notice: false });
  expect((await ask(relay, `messages/${id}/content`)).status).toBe(409);
  const late = await ask(relay, `messages/${id}/headers`);
  expect(late.body.after).toBeUndefined();
  expect(late.body.note).toContain('not kept');
});

test('sent again to others, given up for one, held and let go together', async () => {
  const { nextHop, policy } = await withWaiting({ recipients: ['*@fabrikam.example'] });
  await using _ = nextHop;
  await using relay = await startTestRelay({ policy });
  const id = await send(
    relay,
    ['later1@fabrikam.example', 'later2@fabrikam.example'],
    mail('one', '', 'x', ''),
  );
  await relay.event('attempted', (event) => event.id === id);

  const outside = await ask(relay, `messages/${id}/resend`, { recipients: ['x@elsewhere.example'] });
  expect(outside.status).toBe(409);
  expect(outside.body.detail).toContain('may write to *@fabrikam.example');
  const again = await ask(relay, `messages/${id}/resend`, { recipients: ['now@fabrikam.example'] });
  expect(again.status).toBe(200);
  const [arrived] = await nextHop.arrived(1);
  expect(arrived?.to).toEqual(['now@fabrikam.example']);
  expect((await ask(relay, `messages/${again.body.id}`)).body).toMatchObject({ resentFrom: id });
  expect((await ask(relay, `messages/${id}`)).body).toMatchObject({ resentAs: [again.body.id] });

  const cancelled = await ask(relay, `messages/${id}/cancel-recipient`, {
    recipient: 'LATER1@fabrikam.example',
    notice: false,
  });
  expect(cancelled.status, cancelled.text).toBe(200);
  const states = (await ask(relay, `messages/${id}`)).body.recipients.map(
    ({ state }: { state: string }) => state,
  );
  expect(states).toEqual(['failed', 'pending']);
  expect(
    (await ask(relay, `messages/${id}/cancel-recipient`, { recipient: 'later1@fabrikam.example' })).status,
  ).toBe(409);

  const second = await send(relay, ['later3@fabrikam.example'], mail('two', '', 'x', ''));
  await relay.event('attempted', (event) => event.id === second);
  const groups = await ask(relay, 'queue');
  expect(groups.body).toMatchObject({ active: 2, held: 0 });
  expect(groups.body.groups).toHaveLength(1);
  expect(groups.body.groups[0]).toMatchObject({
    domain: 'fabrikam.example',
    connector: 'next-hop',
    messages: 2,
  });
  const filter = { waitingFor: groups.body.groups[0].code, recipient: '*@fabrikam.example' };
  const trial = await ask(relay, 'messages/actions', { action: 'hold', filter, dryRun: true });
  expect(trial.body).toMatchObject({ dryRun: true, count: 2, refusedCount: 0, more: false });
  expect((await ask(relay, 'queue')).body.held).toBe(0);
  const held = await ask(relay, 'messages/actions', { action: 'hold', filter });
  expect(held.body).toMatchObject({ count: 2, undo: { action: 'release' } });
  expect((await ask(relay, 'queue')).body.held).toBe(2);
  const { action, ids } = held.body.undo;
  // A dry run says what the act says, in the same words.
  const twice = { action: 'hold', ids };
  const refused = ids.map((message: string) => ({ id: message, reason: 'the message is held already' }));
  expect((await ask(relay, 'messages/actions', { ...twice, dryRun: true })).body.refused).toEqual(refused);
  expect((await ask(relay, 'messages/actions', twice)).body.refused).toEqual(refused);
  expect((await ask(relay, 'messages/actions', { action, ids })).body.count).toBe(2);
  expect((await ask(relay, 'messages/actions', { action: 'delete', ids, dryRun: true })).body).toMatchObject({
    count: 2,
    sendersTold: 2,
  });
  expect((await ask(relay, 'messages/actions', { action: 'hold' })).status).toBe(400);
});

test('counts and sightings outlive a restart', async () => {
  const { nextHop, policy } = await withWaiting();
  await using _ = nextHop;
  await using workspace = await makeWorkspace({ policy });
  {
    await using relay = await startTestRelay({ workspace });
    const id = await send(relay, ['a@fabrikam.example'], mail('one', '', 'x', ''));
    await relay.event('settled', (event) => event.id === id);
    const statistics = await ask(relay, 'statistics?range=hour&by=source');
    expect(statistics.body.series[0].sum).toMatchObject({ accepted: 1, relayed: 1, failed: 0 });
    expect((await ask(relay, 'statistics?by=connector')).body.series[0]).toMatchObject({ name: 'next-hop' });
  }
  await using relay = await startTestRelay({ workspace });
  const { body } = await ask(relay, 'statistics?range=month');
  expect(body.times).toHaveLength(720);
  expect(body.series[0].sum).toMatchObject({ accepted: 1, relayed: 1 });
  const sightings = await ask(relay, 'sightings');
  expect(sightings.body.items[0]).toMatchObject({ day: { messages: 1 }, plainSessions: 1, clearLogins: 0 });
  const overview = await ask(relay, 'security/overview');
  expect(overview.body.tls.weeks.at(-1)).toMatchObject({ plainSessions: 1, tlsSessions: 0 });
  expect((await ask(relay, 'security/lock-outs/bm9ib2R5', undefined, 'DELETE')).status).toBe(404);
});

test('unknown senders are listed with what they tried, also after a restart', async () => {
  const { nextHop, policy } = await withWaiting({ networks: ['192.0.2.1'] });
  await using _ = nextHop;
  await using workspace = await makeWorkspace({ policy });
  {
    await using relay = await startTestRelay({ workspace });
    await using talk = await SmtpTalk.open(relay.port);
    await talk.say('EHLO printer-7');
    await talk.say('MAIL FROM:<other@nowhere.example>');
    expect((await talk.say('RCPT TO:<a@fabrikam.example>')).code).toBe(550);
  }
  await using relay = await startTestRelay({ workspace });
  const { body } = await ask(relay, 'strangers?text=printer');
  expect(body.items).toHaveLength(1);
  expect(body.items[0]).toMatchObject({
    address: '127.0.0.1',
    count: 1,
    helos: ['printer-7'],
    senders: ['other@nowhere.example'],
    recipients: ['a@fabrikam.example'],
    decision: 'none',
  });
  expect((await ask(relay, 'strangers?decision=blocked')).body.items).toEqual([]);
});

test('live: events come as they happen, and only while somebody looks', async () => {
  const { nextHop, policy } = await withWaiting();
  await using _ = nextHop;
  await using relay = await startTestRelay({ policy });
  const stop = new AbortController();
  const response = await fetch(`${relay.relay.consoleUrl}/api/v1/live`, {
    headers: { authorization: `Bearer ${await relay.token()}` },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (word: string) => {
    while (!text.includes(word)) {
      const part = await reader?.read();
      if (part === undefined || part.done) throw new Error(`the stream ended without ${word}`);
      text += part.value;
    }
  };
  await until('"connectors"');
  const id = await send(relay, ['a@fabrikam.example'], mail('one', '', 'x', ''));
  await until(id);
  expect(text).toContain('"name":"next-hop"');
  stop.abort();
});
