import { describe, expect, it } from 'vitest';
import { isHelloName, isMailbox, parseCommand, parsePath } from './command-line.ts';

describe('paths (RFC 5321 4.1.2)', () => {
  it.each([
    ['the plain form', 'FROM:<a@b.example>', { address: 'a@b.example', parameters: [] }],
    ['the null reverse-path', 'FROM:<>', { address: '', parameters: [] }],
    ['parameters', 'FROM:<a@b> SIZE=10 SMTPUTF8', { address: 'a@b', parameters: ['SIZE=10', 'SMTPUTF8'] }],
    ['lower case and a blank', 'from: <a@b>', { address: 'a@b', parameters: [] }],
    ['a source route is dropped', 'FROM:<@x,@y:a@b>', { address: 'a@b', parameters: [] }],
    ['a bracket inside quotes', 'FROM:<"a>b"@c>', { address: '"a>b"@c', parameters: [] }],
    ['no brackets', 'FROM:a@b', undefined],
    ['no end', 'FROM:<a@b', undefined],
    ['no blank before a parameter', 'FROM:<a@b>SIZE=1', undefined],
    ['another keyword', 'TO:<a@b>', undefined],
    ['a parameter without a name', 'FROM:<a@b> =1', undefined],
  ])('%s', (_why, text, expected) => {
    expect(parsePath('FROM', text)).toEqual(expected);
  });

  it.each([
    ['a@b.example', true],
    ['a.b+c@b.example', true],
    ['"a b"@b.example', true],
    ['a@[192.0.2.1]', true],
    ['a@[IPv6:2001:db8::1]', true],
    ['jürgen@größe.example', true],
    ['a', false],
    ['@b', false],
    ['a..b@c', false],
    ['.a@c', false],
    ['a b@c', false],
    ['a@b_c', false],
    ['a@-b', false],
    ['a@b.', false],
    [`${'a'.repeat(65)}@b`, false],
  ])('%s: %s', (address, expected) => {
    expect(isMailbox(address)).toBe(expected);
  });
});

describe('lines', () => {
  it.each([
    ['a NUL', 'NOOP \0'],
    ['a bare CR', 'MAIL FROM:<a@b>\rRCPT TO:<c@d>'],
    ['a bare LF', 'MAIL FROM:<a@b>\nRCPT TO:<c@d>'],
  ])('%s is no command', (_why, line) => {
    expect(parseCommand(Buffer.from(line))).toBeUndefined();
  });

  it('takes no bytes that are not UTF-8', () => {
    expect(parseCommand(Buffer.from([0x4e, 0xff]))).toBeUndefined();
  });

  it.each([
    ['relay.contoso.com', true],
    ['[192.0.2.1]', true],
    ['[IPv6:::1]', true],
    ['printer', true],
    // Recorded: smtp.office365.com says 501 5.5.4 to it (sabuhish/fastapi-mail, issue 205).
    ['laptop.', false],
    ['.laptop', false],
    ['-laptop', false],
    ['', false],
    ['a b.c', false],
    ['under_score.example', false],
  ])('EHLO %s: %s', (name, expected) => {
    expect(isHelloName(name)).toBe(expected);
  });
});
