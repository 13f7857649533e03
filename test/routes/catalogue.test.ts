/**
 * The reply catalogue against a whole relay: the stand-in gives the reply of each entry, and what the relay then does with
 * the mail is what the verdict of the entry says. Every entry has a connector of its own, so that one which closes its way
 * stops no other, and a mailbox of its own, so that none counts for another.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from '../../microsoft365/replies/catalogue.ts';
import type { ReplyEntry } from '../../microsoft365/replies/entry.ts';
import { findReply } from '../../microsoft365/replies/find-in-text.ts';
import { recordedHttpLine, recordedLines } from '../../sandbox/recorded-lines.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant } from '../../sandbox/tenant/defaults.ts';
import type { TestRelay } from '../harness/relay.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';
import { makeWorkspace, sampleContent } from '../harness/workspace.ts';

type Way = 'mx' | 'submission' | 'graph' | 'identity';

interface Case {
  /** Local part of the recipient, and name of the connector. */
  readonly name: string;
  readonly way: Way;
  /** What the stand-in says, up to what it fills in. */
  readonly line: string;
  readonly entry: ReplyEntry;
}

const linesByName = new Map(recordedLines.map((line) => [line.name, line]));

const cases: readonly Case[] = catalogue.flatMap((entry): readonly Case[] => {
  if (entry.where.includes('identity')) {
    const [line = ''] = /AADSTS\d+/.exec(entry.code) ?? [];
    return [{ name: entry.id, way: 'identity', line, entry }];
  }
  const http = recordedHttpLine(entry.id);
  if (http) return [{ name: entry.id, way: 'graph', line: `${http.status} ${http.code}`, entry }];
  const line = linesByName.get(entry.id);
  if (!line || line.at === 'ndr') return [];
  // Words for High Volume Email are judged like those of the other submission host.
  const way = entry.where.includes('mx') ? 'mx' : 'submission';
  return [{ name: entry.id, way, line: line.reply.split(/[[{]/)[0] ?? '', entry }];
});

const reports = recordedLines.filter(({ at }) => at === 'ndr');
const doubts = (['mx', 'submission', 'graph'] as const).map((way) => ({ name: 'drop-after-dot', way }));

/** A message to `name@domainOf(it)` by this way. */
interface Sending {
  readonly name: string;
  readonly way: Way;
}

const sendings: readonly Sending[] = [
  ...cases,
  ...doubts,
  ...reports.map(({ name }) => ({ name, way: 'mx' as const })),
];

const connectorOf = ({ name, way }: Sending): string => `${name}-by-${way}`;
const senderOf = (sending: Sending): string => `from-${connectorOf(sending)}@contoso.com`;
const recipientOf = (sending: Sending): string => `${sending.name}@${connectorOf(sending)}.example`;

/** Each application has a number of its own; `0…0` is nobody's. */
const clientIdOf = (sending: Sending): string =>
  `00000000-0000-4000-8000-${String(sendings.indexOf(sending)).padStart(12, '0')}`;

/** As the admin API gives it. */
interface Detail {
  readonly at: string;
  readonly state: string;
  readonly inDoubt: number;
  readonly recipients: readonly {
    readonly state: string;
    readonly reason?: string;
    readonly reply?: string;
    readonly nextAttemptAt?: string;
  }[];
}

let sandbox: Sandbox;
let relay: TestRelay;
const ids = new Map<string, string>();

beforeAll(async () => {
  const tenant = defaultTenant([]);
  const mailboxes = sendings.map((sending) => ({ address: senderOf(sending) }));
  sandbox = await startSandbox({
    tenants: [{ ...tenant, mailboxes: [...(tenant.mailboxes ?? []), ...mailboxes] }],
    connectionsMax: 1_000,
  });
  const identityCases = cases.filter(({ way }) => way === 'identity');
  sandbox.switches.set({
    tokenFaults: identityCases.map((one) => `${clientIdOf(one)} ${one.line.replace('AADSTS', '')}`),
  });
  const workspace = await makeWorkspace({ policy: await policy() });
  await workspace.write('ca.pem', sandbox.caPem);
  await workspace.write('client-secret', sandbox.identity.secret);
  const { chainPem, keyPem } = await sandbox.issueClientCertificate({
    names: ['relay.contoso.com'],
    purposes: ['client'],
  });
  await workspace.write('chain.pem', chainPem);
  await workspace.write('key.pem', keyPem);
  relay = await startTestRelay({ workspace });
  const lanes = 8;
  await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      sendAll(sendings.filter((_sending, index) => index % lanes === lane)),
    ),
  );
});

afterAll(async () => {
  await relay[Symbol.asyncDispose]();
  await relay.workspace[Symbol.asyncDispose]();
  await sandbox.stop();
});

async function policy(): Promise<Record<string, unknown>> {
  const { host, port, name: serverName } = sandbox.mx;
  return {
    tenant: {
      domain: 'contoso.com',
      // All recipients are the tenant's own: what it may not send outside must not stop the other entries.
      acceptedDomains: ['contoso.com', ...sendings.map((sending) => `${connectorOf(sending)}.example`)],
    },
    sources: [{ name: 'scanner', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
    connectors: [
      ...sendings.map((sending) => ({
        name: connectorOf(sending),
        addressSpaces: [{ pattern: `${connectorOf(sending)}.example` }],
        ca: './ca.pem',
        retry: { initial: '1m', maximum: '1h' },
        ...route(sending),
      })),
      {
        // Notices have the null sender, which a tenant takes by certificate only.
        name: 'notices',
        route: { type: 'exchange-online', host, port, certificate: './chain.pem', key: './key.pem' },
        serverName,
        ca: './ca.pem',
      },
    ],
  };
}

function route(sending: Sending): Record<string, unknown> {
  const { mx, submission, graph, identity } = sandbox;
  const { tenantId, clientId, url: authority } = identity;
  const secret = { file: './client-secret' };
  const own = sending.way === 'identity' ? clientIdOf(sending) : clientId;
  const credential = { type: 'oauth', tenantId, clientId: own, secret, authority };
  const mailbox = senderOf(sending);
  if (sending.way === 'graph') return { route: { type: 'graph', mailbox, endpoint: graph.url, credential } };
  const { host, port, name: serverName } = sending.way === 'mx' ? mx : submission;
  if (sending.way === 'mx') return { route: { type: 'exchange-online', host, port }, serverName };
  return { route: { type: 'smtp-submission', host, port, mailbox, credential }, serverName };
}

async function sendAll(some: readonly Sending[]): Promise<void> {
  await using talk = await SmtpTalk.open(relay.port);
  await talk.say('EHLO scanner.contoso.com');
  for (const sending of some) {
    const [from, to] = [senderOf(sending), recipientOf(sending)];
    const content = sampleContent(connectorOf(sending), to).replace('scanner@contoso.com', from);
    const { text } = await talk.send({ from, to: [to], content });
    const [id] = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(text) ?? [];
    expect(id, `${to}: ${text}`).toBeDefined();
    ids.set(connectorOf(sending), id ?? '');
  }
}

/** The message after its first attempt. */
async function afterAttempt(sending: Sending): Promise<Detail & { readonly id: string }> {
  const id = ids.get(connectorOf(sending)) ?? '';
  await relay.event('attempted', (event) => event.id === id);
  const headers = { Authorization: `Bearer ${await relay.token()}` };
  const ask = async (): Promise<Detail> => {
    const answer = await fetch(`${relay.relay.consoleUrl}/api/v1/messages/${id}`, { headers });
    return (await answer.json()) as Detail;
  };
  // The attempt is told before its result is on disk.
  await expect
    .poll(async () => (await ask()).recipients[0], { timeout: 10_000 })
    .not.toMatchObject({
      state: 'pending',
      reason: undefined,
    });
  return { ...(await ask()), id };
}

const isBounced = ({ entry: { verdict }, line, way }: Case): boolean =>
  // RFC 5321 4.2.1: a 4yz never returns mail.
  verdict.kind === 'permanent' && (way === 'graph' || line.startsWith('5'));
const bounced = cases.filter((one) => isBounced(one));
const kept = cases.filter((one) => !isBounced(one));
const ofKind = (kind: ReplyEntry['verdict']['kind']): readonly Case[] =>
  kept.filter(({ entry }) => entry.verdict.kind === kind);

const setUp = ofKind('configuration');
const isOfMessage = ({ entry }: Case): boolean => entry.verdict.scope === 'message';

async function expectKept(one: Case): Promise<{ readonly id: string; readonly waitMs: number }> {
  const { id, at, state, recipients } = await afterAttempt(one);
  const [recipient] = recipients;
  expect({ state, ...recipient }).toMatchObject({ state: 'pending' });
  // The words of the token endpoint are no reply to this message.
  expect(one.way === 'identity' ? recipient?.reason : recipient?.reply).toContain(one.line.trimEnd());
  expect(recipient?.reason).toContain(one.entry.meaning);
  const waitMs = Date.parse(recipient?.nextAttemptAt ?? '') - Date.parse(at);
  expect(waitMs).toBeGreaterThan(0);
  expect(relay.events.list.filter((event) => event.kind === 'notice' && event.about === id)).toEqual([]);
  return { id, waitMs };
}

const tried = new Set([...cases.map(({ name }) => name), ...reports.map(({ name }) => name)]);

test(`each entry of the catalogue is tried: ${tried.size} of ${catalogue.length}`, () => {
  expect(catalogue.map(({ id }) => id).filter((id) => !tried.has(id))).toEqual([]);
});

describe('for good: returned to the sender', () => {
  test.each(bounced)('$name by $way: $line', async (one) => {
    const { id, recipients } = await afterAttempt(one);
    expect(recipients).toMatchObject([
      { state: 'failed', reason: expect.stringContaining(one.entry.meaning) },
    ]);
    expect(recipients[0]?.reply).toContain(one.line.trimEnd());
    await relay.event('settled', (event) => event.id === id && event.result === 'failed');
    const isNotice = ({
      from,
      recipients: [to],
    }: {
      from: string;
      recipients: readonly { address: string }[];
    }) => from === '' && to?.address === senderOf(one);
    const notice = await sandbox.waitFor(isNotice, AbortSignal.timeout(60_000));
    expect(notice.content.toString()).toContain('Action: failed');
  });
});

describe('passing: tried again', () => {
  test.each([...ofKind('transient'), ...ofKind('permanent'), ...ofKind('retry-over-ipv4')])(
    '$name by $way: $line',
    async (one) => {
      await expectKept(one);
    },
  );
});

describe('a throttle: kept whatever the code, and not tried before its pause', () => {
  test.each(ofKind('throttle'))('$name by $way: $line', async (one) => {
    const { waitMs } = await expectKept(one);
    const { verdict } = one.entry;
    const ownMs = 'backOff' in verdict ? verdict.backOff.minMs : Infinity;
    // Graph names the pause itself.
    const askedMs = sandbox.switches.current.graphRetryAfterSeconds * 1000;
    expect(waitMs).toBeGreaterThanOrEqual(one.way === 'graph' ? askedMs : ownMs);
  });
});

describe('a fault of set-up of the way: kept, and the administrator is told at once', () => {
  test.each(setUp.filter((one) => !isOfMessage(one)))('$name by $way: $line', async (one) => {
    await expectKept(one);
    const trouble = await relay.event('connector-trouble', (event) => event.connector === connectorOf(one));
    expect(trouble).toMatchObject({ code: one.name, text: expect.stringContaining(one.entry.fix[0] ?? '') });
  });
});

describe('a fault of how this message was made: kept, and the way stays open', () => {
  test.each(setUp.filter(isOfMessage))('$name by $way: $line', async (one) => {
    await expectKept(one);
    expect(relay.events.list).not.toContainEqual(
      expect.objectContaining({ kind: 'connector-suspended', connector: connectorOf(one) }),
    );
  });
});

describe('a fault of the sender: kept', () => {
  test.each(ofKind('sender'))('$name by $way: $line', async (one) => {
    await expectKept(one);
  });
});

describe('said in a report after the message was taken: nothing is tried again', () => {
  test.each(reports)('$name: $reply', async ({ name, reply }) => {
    const sending = { name, way: 'mx' } as const;
    expect(await afterAttempt(sending)).toMatchObject({ recipients: [{ state: 'relayed' }] });
    const report = sandbox.returned().find(({ recipients: [to] }) => to?.address === senderOf(sending));
    expect(report?.content.toString()).toContain(`Diagnostic-Code: smtp;${reply}`);
    expect(findReply(report?.content.toString() ?? '')?.id).toBe(name);
  });
});

describe('in doubt: kept and marked', () => {
  test.each(doubts)('no answer after the whole message by $way', async (sending) => {
    const detail = await afterAttempt(sending);
    expect(detail).toMatchObject({ inDoubt: 1, recipients: [{ state: 'pending' }] });
  });
});
