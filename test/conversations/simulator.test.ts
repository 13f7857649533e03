/**
 * The simulator against the live session: each transaction of the conversations of this folder, and many made of their
 * parts, is judged alike by both, to the rule and the reply.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate } from '../../src/diagnostics/simulate.ts';
import type { Simulation } from '../../src/diagnostics/simulation.ts';
import { RateBook } from '../../src/policy/rates.ts';
import { parseMailbox } from '../../src/protocol/address.ts';
import { readConversation } from './conversation.ts';
import { MemorySession } from './memory-session.ts';
import { testPassword, testSurroundings } from './surroundings.ts';

interface Asked {
  readonly address: string;
  readonly tls: boolean;
  readonly login: boolean;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly size?: number;
}

const config = { authWithoutTls: true, limits: { messageBytes: 100_000 } };

function simulated(asked: Asked): Simulation | undefined {
  const { options } = testSurroundings(config);
  const sender = asked.sender === '' ? null : mailboxOf(asked.sender);
  const recipients = asked.recipients.map(mailboxOf);
  if (sender === undefined || recipients.includes(undefined)) return undefined;
  const { name, tls, limits } = options.config;
  const rates = new RateBook(options.clock);
  return simulate(
    {
      facts: {
        at: options.clock.now(),
        address: asked.address,
        listener: name,
        tls: asked.tls,
        ...(asked.login && { login: { username: 'erp', source: 'erp' } }),
      },
      reversePath: sender,
      recipients: recipients as NonNullable<(typeof recipients)[number]>[],
      ...(asked.size !== undefined && { bytes: asked.size }),
    },
    {
      policy: options.policy.current,
      listener: { name, tls, messageBytes: limits.messageBytes, recipients: limits.recipients },
      cutOver: undefined,
      admission: () => undefined,
      connection: (source) => rates.wouldOpen(source.name, source.config.limits.connections),
      rate: (source) => rates.wouldAdmit(source),
      room: () => undefined,
      content: () => {
        throw new Error('no content is given');
      },
      rewrite: (_source, envelope) => ({
        reversePath: envelope.reversePath,
        recipients: envelope.recipients.map(({ address }) => address),
        changes: [],
      }),
    },
  );
}

function mailboxOf(text: string) {
  const parsed = parseMailbox(text);
  return parsed.ok ? parsed.value : undefined;
}

/** Replies to MAIL and to each RCPT, without references, and the rules of the refusals. */
async function live(asked: Asked): Promise<{ replies: string[]; rules: string[] }> {
  const around = testSurroundings(config);
  const session = new MemorySession(around, asked);
  const say = async (line: string): Promise<string> => {
    const said = await session.send(Buffer.from(`${line}\r\n`));
    return said.trimEnd().replace(/ \(ref \w+\)$/, '');
  };
  session.greet();
  await say('EHLO client.example');
  if (asked.login) await say(`AUTH PLAIN ${Buffer.from(`\0erp\0${testPassword}`).toString('base64')}`);
  const size = asked.size === undefined ? '' : ` SIZE=${asked.size}`;
  const mail = await say(`MAIL FROM:<${asked.sender}>${size}`);
  const replies = [mail];
  if (mail.startsWith('250')) for (const to of asked.recipients) replies.push(await say(`RCPT TO:<${to}>`));
  const rules = around.events.list.flatMap((event) => (event.kind === 'refused' ? [event.rule] : []));
  return { replies, rules };
}

async function expectAlike(asked: Asked): Promise<void> {
  const result = simulated(asked);
  if (!result) return;
  const { replies, rules } = await live(asked);
  const refused = result.stages.filter(({ verdict }) => verdict === 'refuse' || verdict === 'defer');
  const accepted = replies.length > 1 && replies.slice(1).some((reply) => reply.startsWith('250'));
  expect({ asked, accepted: result.verdict === 'accept' }).toEqual({ asked, accepted });
  // A stranger is refused at each RCPT with the same words; the simulator says them once.
  expect({ asked, rules: [...new Set(refused.map(({ rule }) => rule))] }).toEqual({
    asked,
    rules: [...new Set(rules)],
  });
  const said = replies.filter((reply) => !reply.startsWith('250'));
  expect([...new Set(refused.map(({ reply }) => reply))]).toEqual([...new Set(said)]);
}

const folder = new URL('.', import.meta.url);

test('every transaction of the conversations is judged as the live session judges it', async () => {
  let transactions = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.smtp'))) {
    const { address, tls, steps } = readConversation(readFileSync(new URL(file, folder), 'utf8'));
    const lines = steps.flatMap((step) =>
      step.kind === 'send' ? step.octets.toString('latin1').split('\r\n') : [],
    );
    let sender: string | undefined;
    for (const line of lines) {
      const mail = /^MAIL FROM:<([^>]*)>(?:.* SIZE=(\d{1,6}))?/.exec(line);
      const rcpt = /^RCPT TO:<([^>]+)>/.exec(line);
      if (mail) sender = mail[1];
      if (!rcpt?.[1] || sender === undefined) continue;
      transactions += 1;
      for (const login of [false, true])
        await expectAlike({ address, tls, login, sender, recipients: [rcpt[1]] });
    }
  }
  expect(transactions).toBeGreaterThan(50);
});

test('and so is what is made of their parts', async () => {
  const asked = fc.record({
    address: fc.constantFrom(
      '192.0.2.7',
      '192.0.2.8',
      '192.0.2.9',
      '192.0.2.10',
      '192.0.2.11',
      '203.0.113.9',
      '127.0.0.1',
    ),
    tls: fc.boolean(),
    login: fc.boolean(),
    sender: fc.constantFrom('', 'a@contoso.com', 'A@CONTOSO.COM', 'a@fabrikam.example', '"a b"@contoso.com'),
    recipients: fc.array(
      fc.constantFrom('b@contoso.com', 'c@contoso.com', 'd@fabrikam.example', 'e@contoso.com'),
      {
        minLength: 1,
        maxLength: 5,
      },
    ),
    size: fc.constantFrom(undefined, 900, 1001, 100_000, 100_001),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ size, ...rest }) =>
      expectAlike({ ...rest, ...(size !== undefined && { size }) }),
    ),
    { numRuns: 400 },
  );
});
