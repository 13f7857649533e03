/** What becomes of the draft where one of its steps fails, against a server on loopback that answers as told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../platform/clock.ts';
import { chooseAttachments } from './attachments.ts';
import { chunkBytes, sendAsDraft } from './draft.ts';
import { judgeDraft } from './judge-draft.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Step = 'create' | 'attach' | 'session' | 'chunk' | 'send' | 'delete';
interface Told {
  readonly status: number;
  readonly body?: Record<string, unknown>;
}
/** `cut`: the whole request is read, and the connection is closed instead of an answer. */
type Answers = Partial<Record<Step, Told | 'cut'>>;

const addressed = (...addresses: string[]) => ({
  id: 'draft 1/=',
  toRecipients: addresses.map((address) => ({ emailAddress: { address } })),
  ccRecipients: [],
  bccRecipients: [],
});

async function fakeGraph(answers: Answers, seen: (step: Step) => void) {
  const steps: Step[] = [];
  const chunks: { readonly range: string; readonly authorised: boolean }[] = [];
  const server = createServer((request, response) => {
    const { method, url = '' } = request;
    const step = stepOf(method ?? '', url);
    steps.push(step);
    seen(step);
    if (step === 'chunk') {
      const { 'content-range': range = '', authorization } = request.headers;
      chunks.push({ range, authorised: authorization !== undefined });
    }
    const usual: Record<Step, Told> = {
      create: { status: 201, body: addressed('ann@fabrikam.com') },
      attach: { status: 201 },
      session: { status: 201, body: { uploadUrl: `http://127.0.0.1:${port}/upload/1?authtoken=x` } },
      chunk: { status: chunks.at(-1)?.range.endsWith('-3999999/4000000') === true ? 201 : 200 },
      send: { status: 202 },
      delete: { status: 204 },
    };
    const told = answers[step] ?? usual[step];
    request.resume().on('end', () => {
      if (told === 'cut') request.socket.destroy();
      else {
        response.statusCode = told.status;
        response.end(told.body && JSON.stringify(told.body));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dispatcher = new Agent();
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  stops.push(() => dispatcher.destroy());
  return { url: `http://127.0.0.1:${port}/v1.0/users/relay/messages`, steps, chunks, dispatcher };
}

function stepOf(method: string, url: string): Step {
  if (method === 'DELETE') return 'delete';
  if (method === 'PUT') return 'chunk';
  if (url.endsWith('/send')) return 'send';
  if (url.endsWith('/createUploadSession')) return 'session';
  return url.endsWith('/attachments') ? 'attach' : 'create';
}

const part = (name: string, bytes: number): string =>
  `--b\r\nContent-Type: application/pdf; name=${name}\r\n\r\n${'x'.repeat(bytes)}\r\n`;
const content = Buffer.from(
  `Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('large', 4_000_000)}${part('small', 1000)}--b--\r\n`,
);

async function outcomeOf(
  answers: Answers,
  signal = AbortSignal.timeout(60_000),
  seen: (step: Step) => void = () => undefined,
) {
  const graph = await fakeGraph(answers, seen);
  const extraction = await chooseAttachments(content, 200);
  if (extraction.kind !== 'taken') throw new Error(extraction.reason);
  const { attachments } = extraction;
  const result = await sendAsDraft({
    ...graph,
    skeleton: Buffer.from('To: ann@fabrikam.com\r\n\r\n'),
    content,
    attachments,
    recipients: new Set(['ann@fabrikam.com']),
    bearer: 'test-value',
    clock: systemClock,
    signal,
  });
  const place = { host: 'graph.example:443', now: systemClock.now(), aborted: signal.aborted };
  return { ...graph, outcome: judgeDraft(result, attachments.length, place) };
}

test('the steps of a draft that is sent', async () => {
  const { steps, chunks, outcome } = await outcomeOf({});
  expect(steps).toEqual(['create', 'session', 'chunk', 'chunk', 'attach', 'send']);
  expect(outcome.kind).toBe('relayed');
  // Multiples of 320 KiB, and no Authorization: the URL is one.
  expect(chunkBytes % (320 * 1024)).toBe(0);
  expect(chunks).toEqual([
    { range: `bytes 0-${chunkBytes - 1}/4000000`, authorised: false },
    { range: `bytes ${chunkBytes}-3999999/4000000`, authorised: false },
  ]);
});

test.each<readonly [string, Answers, Record<string, unknown>]>([
  ['an attachment is refused', { attach: { status: 503 } }, { permanence: 'transient', scope: 'connector' }],
  ['a session is refused', { session: { status: 429 } }, { permanence: 'transient' }],
  ['a session without URL', { session: { status: 201, body: {} } }, { permanence: 'transient' }],
  [
    'a session elsewhere without TLS',
    { session: { status: 201, body: { uploadUrl: 'http://attacker.example/upload' } } },
    { permanence: 'transient' },
  ],
  ['a session that is gone', { chunk: { status: 404 } }, { code: 'graph-draft-gone', scope: 'message' }],
  ['a chunk that breaks off', { chunk: 'cut' }, { permanence: 'transient' }],
  ['an attachment that breaks off', { attach: 'cut' }, { permanence: 'transient' }],
  ['a gateway gives up on an attachment', { attach: { status: 504 } }, { permanence: 'transient' }],
  ['the sending is refused', { send: { status: 403 } }, { permanence: 'transient' }],
  ['the sending is throttled', { send: { status: 429 } }, { permanence: 'transient' }],
  [
    'Graph names others than the envelope',
    { create: { status: 201, body: addressed('ann@fabrikam.com', 'list@fabrikam.com') } },
    { code: 'graph-envelope', otherRoute: true },
  ],
  [
    'Graph has lost a blind recipient',
    { create: { status: 201, body: addressed() } },
    { code: 'graph-envelope', otherRoute: true },
  ],
  [
    'Graph does not say to whom',
    { create: { status: 201, body: { id: 'x' } } },
    { code: 'graph-envelope', otherRoute: true },
  ],
])('%s: the draft is deleted, and nothing is in doubt', async (_, answers, expected) => {
  const { steps, outcome } = await outcomeOf(answers);
  expect(outcome).toMatchObject({ kind: 'failed', failure: expected });
  expect(steps.at(-1)).toBe('delete');
  expect(steps.includes('send')).toBe(answers.send !== undefined);
});

test.each<readonly [string, Answers]>([
  ['no answer', { send: 'cut' }],
  ['200', { send: { status: 200 } }],
  ['502', { send: { status: 502 } }],
  ['504', { send: { status: 504 } }],
])('%s to the sending is in doubt, and the draft stays', async (_, answers) => {
  const { steps, outcome } = await outcomeOf(answers);
  expect(outcome.kind).toBe('in-doubt');
  expect(steps).not.toContain('delete');
});

test.each<readonly [string, Answers]>([
  ['refused', { create: { status: 403 } }],
  ['broken off', { create: 'cut' }],
  ['202, which is no draft', { create: { status: 202 } }],
  ['201 without an id', { create: { status: 201, body: {} } }],
])('a creation that is %s fails, and nothing is in doubt', async (_, answers) => {
  const { steps, outcome } = await outcomeOf(answers);
  expect(outcome.kind).toBe('failed');
  expect(steps).toEqual(['create']);
});

test('a draft that cannot be deleted is told', async () => {
  const { outcome } = await outcomeOf({ attach: { status: 400 }, delete: { status: 500 } });
  expect(outcome.kind === 'failed' && outcome.failure.text).toContain('may still lie in the mailbox');
});

test('our own stop: the draft is deleted, and the attempt does not count', async () => {
  const stop = new AbortController();
  const { steps, outcome } = await outcomeOf({}, stop.signal, (step) => {
    if (step === 'session') stop.abort();
  });
  expect(outcome.kind).toBe('not-tried');
  expect(steps).toEqual(['create', 'session', 'delete']);
});
