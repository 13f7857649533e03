/** Runs every conversation whole, octet by octet, and split in two at each octet: the replies must be the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { record } from '../harness/witness-record.ts';
import { type Conversation, fits, readConversation, type Step } from './conversation.ts';
import { MemorySession } from './memory-session.ts';
import { testSurroundings } from './surroundings.ts';

type Cut = (octets: Buffer) => readonly Buffer[];

async function run(conversation: Conversation, cut: Cut): Promise<void> {
  const around = testSurroundings(conversation.config);
  const session = new MemorySession(around, conversation);
  let said = session.greet();
  for (const step of conversation.steps) {
    if (step.kind === 'send') {
      expect(said, 'replies that no S: line expects').toBe('');
      for (const piece of cut(step.octets)) said += await session.send(piece);
    } else if (step.kind === 'replies') {
      expectReplies(said, step.patterns);
      said = '';
    } else {
      check(session, step);
    }
  }
  expect(said, 'replies that no S: line expects').toBe('');
}

function expectReplies(said: string, patterns: readonly string[]): void {
  expect(said.endsWith('\r\n')).toBe(true);
  const lines = said.slice(0, -2).split('\r\n');
  const judged = lines.map((line, index) => (fits(patterns[index] ?? '', line) ? patterns[index] : line));
  expect(judged).toEqual(patterns);
  for (const line of lines) {
    expect(line, 'RFC 5321 4.5.3.1.5, and nothing but printable ASCII').toMatch(/^[\x20-\x7e]{4,510}$/);
  }
}

function check(session: MemorySession, step: Exclude<Step, { kind: 'send' } | { kind: 'replies' }>): void {
  const { acceptance, events } = session.around;
  const last = acceptance.stored.at(-1);
  switch (step.kind) {
    case 'ended':
      expect(session.ended).toBe(step.how);
      return;
    case 'tls':
      session.startTls();
      return;
    case 'messages':
      expect(acceptance.stored.length).toBe(step.count);
      return;
    case 'content':
      expect(last?.content.toString('latin1')).toBe(step.octets.toString('latin1'));
      return;
    case 'envelope': {
      const { reversePath, recipients } = last!.transaction.envelope;
      const text = [reversePath?.text ?? '', ...recipients.map(({ address }) => address.text)]
        .map((address) => `<${address}>`)
        .join(' ');
      expect(fits(step.pattern, text) ? step.pattern : text).toBe(step.pattern);
      return;
    }
    case 'rule': {
      const refused = events.list.filter(
        (event) => event.kind === 'refused' || event.kind === 'session-refused',
      );
      expect(refused.at(-1)?.rule).toBe(step.rule);
      return;
    }
    default:
      step satisfies never;
  }
}

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.smtp'));
const whole: Cut = (octets) => [octets];
const octetByOctet: Cut = (octets) => Array.from(octets, (octet) => Buffer.from([octet]));
const inTwo =
  (at: number): Cut =>
  (octets) =>
    [octets.subarray(0, at), octets.subarray(at)].filter((piece) => piece.length > 0);

describe.each(files)('%s', (name) => {
  const conversation = readConversation(readFileSync(new URL(name, folder), 'utf8'));

  it(`${conversation.title} (whole)`, () => run(conversation, whole));

  // What follows STARTTLS in the same chunk cannot be told from what follows it later, so that file is not cut.
  it.skipIf(name.startsWith('whole-'))(`${conversation.title} (octet by octet)`, () =>
    run(conversation, octetByOctet),
  );

  it.skipIf(name.startsWith('whole-'))(`${conversation.title} (in two, anywhere)`, async () => {
    const longest = Math.max(
      ...conversation.steps.map((step) => (step.kind === 'send' ? step.octets.length : 0)),
    );
    // Every octet of what is short; long content is cut at its ends and at some places between them.
    const places = new Set([...Array(Math.min(longest, 400)).keys()].map((place) => place + 1));
    for (let place = 400; place < longest; place += Math.ceil(longest / 100)) places.add(place);
    for (let place = Math.max(1, longest - 20); place < longest; place += 1) places.add(place);
    for (const place of places) await run(conversation, inTwo(place));
  });
});

it('finds conversations to run', () => {
  expect(files.length).toBeGreaterThan(10);
});

// test/harness/witness.ts fails a test in which the simulator judges otherwise.
it('asked the simulator for each decision of all of them', () => {
  for (const decision of ['MAIL', 'RCPT', 'content', 'words'] as const) {
    expect(record.compared.get(decision), decision).toBeGreaterThan(50);
  }
});
