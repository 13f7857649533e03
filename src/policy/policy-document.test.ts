/** Runs the examples of docs/policy.md: each row of a table is asked of the policy before it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import type { ReversePath } from '../protocol/address.ts';
import { judgeHeaderFrom } from './header-from.ts';
import { facts, policyOf } from './policy-for-tests.ts';
import { judgeRecipient } from './recipient.ts';
import { recognise } from './recognise.ts';
import { routeFor } from './route.ts';
import { judgeSender } from './sender.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');

/** The policy called `name`, and the rows of the first table after it. */
function example(name: string): { yaml: string; rows: string[][] } {
  const [, yaml = '', after = ''] =
    new RegExp(`\`\`\`yaml policy=${name}\n(.*?)\`\`\`\n(.*)`, 's').exec(page) ?? [];
  const [table = ''] = /^\|.*\|\n(?:\|.*\|\n)+/m.exec(after) ?? [];
  const rows = table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  return { yaml, rows };
}

function reversePath(text: string): ReversePath {
  return text === '<>' ? null : mailbox(text);
}

describe('recognition', () => {
  const { yaml, rows } = example('recognition');
  const policy = policyOf(yaml);
  test('has rows', () => expect(rows.length).toBeGreaterThan(8));
  test.each(rows)('%s login %s TLS %s: %s', (address, username, tls, result, part) => {
    const login = username ? { login: { username, source: username } } : {};
    const found = recognise(policy, facts({ address: address ?? '', tls: tls === 'yes', ...login }));
    const [shown, explanation] =
      found.kind === 'source'
        ? [found.source.name, found.explanation]
        : [`${found.refusal.code} ${found.refusal.enhanced}`, found.refusal.explanation];
    expect(shown).toBe(result);
    expect(explanation).toContain(part);
  });
});

describe('addresses', () => {
  const { yaml, rows } = example('addresses');
  const [source] = policyOf(yaml).sources.values();
  if (!source) throw new Error('no source');
  test('has rows', () => expect(rows.length).toBeGreaterThan(8));
  test.each(rows)('%s %s: %s', (what = '', address = '', result = '') => {
    const judged = new Map([
      ['sender', () => judgeSender(source, reversePath(address))],
      ['from', () => judgeHeaderFrom(source, address.split(', ').map(mailbox))],
      ['recipient', () => judgeRecipient(source, mailbox(address))],
    ]).get(what)?.();
    expect(judged?.kind).toBe(result === 'refused' ? 'refuse' : 'accept');
    if (result !== 'refused') expect(judged?.explanation).toContain(` ${result}, `);
  });
});

describe.each(['routing', 'tenants'])('%s', (name) => {
  const { yaml, rows } = example(name);
  const policy = policyOf(yaml);
  test('has rows', () => expect(rows.length).toBeGreaterThan(3));
  test.each(rows)('%s as %s to %s: %s', (source, sender = '', recipient = '', result = '') => {
    const decision = routeFor(policy, {
      source: source === '' ? undefined : source,
      sender: reversePath(sender),
      recipient: mailbox(recipient),
    });
    expect(decision.kind === 'connectors' ? decision.names.join(', ') : 'none').toBe(result);
  });
});
