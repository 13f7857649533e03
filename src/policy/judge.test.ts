import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import { judgeHeaderFrom } from './header-from.ts';
import { sourceOf } from './policy-for-tests.ts';
import { judgeRecipient } from './recipient.ts';
import { judgeSender } from './sender.ts';

const source = (more = ''): ReturnType<typeof sourceOf> =>
  sourceOf(`
sources:
  - name: printer
    networks: [10.20.0.15]
    senders: ["scanner@contoso.com", "*@print.contoso.com"]
    recipients: ["*@contoso.com"]
${more}`);

describe('envelope sender', () => {
  test('the pattern that holds it is named', () => {
    expect(judgeSender(source(), mailbox('Scanner@Contoso.com'))).toMatchObject({
      kind: 'accept',
      explanation: 'printer may send as scanner@contoso.com, which holds Scanner@Contoso.com',
    });
  });
  test('another address is refused, and it is said what would make it pass', () => {
    expect(judgeSender(source(), mailbox('boss@contoso.com'))).toEqual({
      kind: 'refuse',
      code: 550,
      enhanced: '5.7.1',
      text: 'Sender boss@contoso.com not permitted',
      rule: 'sender-not-permitted',
      explanation:
        'printer may send as scanner@contoso.com, *@print.contoso.com, not as boss@contoso.com; to let it pass, add "boss@contoso.com" to the senders of printer',
    });
  });
  test('V8: a quoted @ does not lend a domain', () => {
    expect(judgeSender(source(), mailbox('"x@print.contoso.com"@evil.example')).kind).toBe('refuse');
  });
  test('a reply holds ASCII only', () => {
    const verdict = judgeSender(source(), mailbox('büro@münchen.example'));
    expect(verdict).toMatchObject({ kind: 'refuse', text: 'Sender not permitted' });
  });
  test('the null sender by rule only: RFC 5321 4.5.5', () => {
    expect(judgeSender(source(), null)).toMatchObject({ kind: 'refuse', rule: 'null-sender-not-permitted' });
    expect(judgeSender(source('    nullSender: true\n'), null).kind).toBe('accept');
  });
  test('D17: a source without senders may send nothing', () => {
    const silent = sourceOf('sources: [{ name: a, networks: [10.0.0.1] }]');
    expect(judgeSender(silent, mailbox('a@contoso.com')).kind).toBe('refuse');
    expect(judgeSender(silent, null).kind).toBe('refuse');
  });
});

describe('recipient', () => {
  test.each([
    ['it@contoso.com', 'accept'],
    ['it@sub.contoso.com', 'refuse'],
    ['it@contoso.com.evil.example', 'refuse'],
    ['"it@contoso.com"@evil.example', 'refuse'],
  ])('%s: %s', (address, kind) => {
    expect(judgeRecipient(source(), mailbox(address)).kind).toBe(kind);
  });
  test('an empty list permits nobody', () => {
    const verdict = judgeRecipient(
      sourceOf('sources: [{ name: a, networks: [10.0.0.1], recipients: [] }]'),
      mailbox('a@x.example'),
    );
    expect(verdict).toMatchObject({
      kind: 'refuse',
      explanation:
        'a may write to nobody, not to a@x.example; to let it pass, add "a@x.example" to the recipients of a',
    });
  });
  test('absent means everybody, as the reference says', () => {
    expect(
      judgeRecipient(sourceOf('sources: [{ name: a, networks: [10.0.0.1] }]'), mailbox('a@x.example')).kind,
    ).toBe('accept');
  });
});

describe('header From', () => {
  const of = (...addresses: string[]): ReturnType<typeof mailbox>[] => addresses.map(mailbox);
  test.each<[string, string[], { fields: number; fault?: string } | undefined, string, string]>([
    ['', ['scanner@contoso.com'], undefined, 'header-from-permitted', 'what it may send as'],
    ['', ['boss@contoso.com'], { fields: 1 }, 'header-from-not-permitted', 'what it may not send as'],
    [
      '',
      ['scanner@contoso.com', 'boss@contoso.com'],
      { fields: 1 },
      'header-from-not-permitted',
      'V17: every address counts',
    ],
    ['', ['scanner@contoso.com'], { fields: 2 }, 'header-from-several', 'V17: two fields'],
    [
      '    headerFrom: any\n',
      ['scanner@contoso.com'],
      { fields: 2 },
      'header-from-several',
      'V17: two fields are refused whatever else is permitted',
    ],
    [
      '    rewrite: { from: a@contoso.com }\n',
      ['scanner@contoso.com'],
      { fields: 2 },
      'header-from-several',
      'V17: and also before a rewrite',
    ],
    ['', [], { fields: 0 }, 'header-from-missing', 'none claims nobody’s name'],
    [
      '',
      [],
      { fields: 1, fault: 'group without members' },
      'header-from-malformed',
      'V17: what cannot be read is not passed',
    ],
    ['    repair: [missing-from]\n', [], { fields: 0 }, 'header-from-repaired', 'none, but it is repaired'],
    [
      '    repair: [missing-from]\n',
      [],
      { fields: 1, fault: 'no address' },
      'header-from-malformed',
      'a repair of what is missing is none of what is malformed',
    ],
    ['    headerFrom: any\n', ['boss@evil.example'], { fields: 1 }, 'header-from-any', 'any, by rule'],
    [
      '    rewrite: { from: a@contoso.com }\n',
      ['root@localhost'],
      { fields: 1 },
      'header-from-rewritten',
      'what leaves is what the rule wrote',
    ],
  ])('%s %j %j: %s (%s)', (more, from, form, rule, _reason) => {
    const verdict = judgeHeaderFrom(source(more), of(...from), form);
    expect(verdict.rule).toBe(rule);
    expect(verdict.kind).toBe(
      /permitted$|any|repaired|rewritten|missing/.test(rule) && !rule.includes('not') ? 'accept' : 'refuse',
    );
  });
});
