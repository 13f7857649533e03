/** Arguments of MAIL, RCPT, BDAT and AUTH: a row for each rule. */
import { describe, expect, it } from 'vitest';
import { beginAuth } from './auth.ts';
import { parseBdat } from './bdat.ts';
import { noLeniency } from './leniency.ts';
import { parseMail } from './mail.ts';
import { parseRcpt } from './rcpt.ts';
import { decodesToPrintable, isXtext } from '../xtext.ts';

const underTls = { tls: true };

describe('MAIL', () => {
  it.each<[string, object, string]>([
    ['FROM:<>', {}, 'RFC 5321 4.5.5: null reverse-path'],
    ['from:<a@b.c>', {}, 'RFC 5321 2.4: keywords without regard to case'],
    ['FROM:<a@b.c> size=10', { size: 10 }, 'RFC 1870 3'],
    ['FROM:<a@b.c>  SIZE=0  BODY=7bit ', { size: 0, body: '7bit' }, 'more than one blank'],
    ['FROM:<a@b.c> BODY=BINARYMIME', { body: 'binarymime' }, 'RFC 3030 3'],
    ['FROM:<a@b.c> RET=FULL ENVID=QQ314159', { ret: 'full', envid: 'QQ314159' }, 'RFC 3461 4.3 and 4.4'],
    ['FROM:<a@b.c> ENVID=a+3Db+2Bc', { envid: 'a+3Db+2Bc' }, 'RFC 3461 4: xtext is kept encoded'],
    ['FROM:<a@b.c> AUTH=e+3Dmc2@example.com', {}, 'RFC 4954 5: accepted and ignored'],
    ['FROM:<a@b.c> REQUIRETLS', { requireTls: true }, 'RFC 8689 2'],
    ['FROM:<@x.y,@z:a@b.c>', {}, 'RFC 5321 appendix C: source route ignored'],
    ['FROM:<"a> SIZE=1"@b.c> SIZE=2', { size: 2 }, 'a bracket inside quotes does not end the path'],
  ])('takes %s (%s)', (argument, parameters) => {
    expect(parseMail(argument, noLeniency, underTls)).toMatchObject({ ok: true, value: { parameters } });
  });

  it.each([
    ['', 501, 'no FROM:'],
    ['TO:<a@b.c>', 501, 'the wrong keyword'],
    ['FROM:', 501, 'no path'],
    ['FROM:<<a@b.c>>', 501, 'brackets in brackets'],
    ['FROM:<a@b.c> SIZE', 501, 'RFC 1870 3: SIZE without a value'],
    ['FROM:<a@b.c> SIZE=', 501, 'RFC 5321 4.1.2: esmtp-value is not empty'],
    ['FROM:<a@b.c> SIZE=-1', 501, 'RFC 1870 3: digits only'],
    ['FROM:<a@b.c> SIZE=1e3', 501, 'RFC 1870 3: digits only'],
    ['FROM:<a@b.c> SIZE=123456789012345678901', 501, 'RFC 1870 3: at most 20 digits'],
    ['FROM:<a@b.c> BODY=8BIT', 501, 'RFC 6152 2'],
    ['FROM:<a@b.c> RET=ALL', 501, 'RFC 3461 4.3'],
    ['FROM:<a@b.c> ENVID=+0d+0a', 501, 'RFC 3461 4: hexadecimal digits are upper case'],
    ['FROM:<a@b.c> ENVID=+0D+0A', 501, 'RFC 3461 4.4: printable characters only, encoded or not'],
    [`FROM:<a@b.c> ENVID=${'x'.repeat(101)}`, 501, 'RFC 3461 4.4: at most 100 characters'],
    ['FROM:<a@b.c> AUTH=a+b', 501, 'RFC 4954 5: xtext'],
    ['FROM:<a@b.c> SMTPUTF8=1', 501, 'RFC 6531 3.4: no value'],
    ['FROM:<a@b.c> X-FOO=1', 555, 'RFC 5321 4.1.1.11'],
    ['FROM:<a@b.c> NOTIFY=NEVER', 555, 'a parameter of RCPT'],
    ['FROM:<a@b.c> =1', 501, 'RFC 5321 4.1.2: esmtp-keyword'],
    [`FROM:<a@b.c> ${Array.from({ length: 17 }, (_, index) => `X${index}`).join(' ')}`, 501, 'too many'],
    ['FROM:<@x.y:>', 501, 'a source route to nobody'],
    ['FROM:<@x y:a@b.c>', 501, 'a malformed source route'],
  ])('refuses %s with %i (%s)', (argument, code) => {
    expect(parseMail(argument, noLeniency, underTls)).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('RCPT', () => {
  const context = { smtpUtf8: false, hostname: 'relay.test' };

  it.each<[string, string, object, string]>([
    ['TO:<a@b.c>', 'a@b.c', {}, 'RFC 5321 4.1.1.3'],
    ['TO:<postMaster>', 'postMaster@relay.test', {}, 'RFC 5321 4.5.1'],
    ['TO:<a@b.c> NOTIFY=NEVER', 'a@b.c', { notify: ['never'] }, 'RFC 3461 4.1'],
    ['TO:<a@b.c> notify=success,DELAY', 'a@b.c', { notify: ['success', 'delay'] }, 'RFC 3461 4.1'],
    ['TO:<a@b.c> ORCPT=rfc822;a+2Bx@b.c', 'a@b.c', { orcpt: 'rfc822;a+2Bx@b.c' }, 'RFC 3461 4.2'],
    ['TO:<a@b.c> ORCPT=utf-8;j\\x{F6}rg@b.c', 'a@b.c', { orcpt: 'utf-8;j\\x{F6}rg@b.c' }, 'RFC 6533 3'],
  ])('takes %s', (argument, text, parameters) => {
    expect(parseRcpt(argument, noLeniency, context)).toMatchObject({
      ok: true,
      value: { recipient: { text }, parameters },
    });
  });

  it.each([
    ['TO:<>', 501, 'a recipient is not null'],
    ['TO:<a@b.c> NOTIFY=', 501, 'no word'],
    ['TO:<a@b.c> NOTIFY=NEVER,DELAY', 501, 'RFC 3461 4.1: NEVER alone'],
    ['TO:<a@b.c> NOTIFY=SUCCESS,,DELAY', 501, 'an empty word'],
    ['TO:<a@b.c> NOTIFY=ALWAYS', 501, 'an unknown word'],
    ['TO:<a@b.c> ORCPT=a@b.c', 501, 'RFC 3461 4.2: no address type'],
    ['TO:<a@b.c> ORCPT=rfc822;', 501, 'no address'],
    ['TO:<a@b.c> ORCPT=rfc822;a+0Db', 501, 'a control character'],
    ['TO:<a@b.c> ORCPT=rfc822;a=b', 501, 'RFC 3461 4: = is to be encoded'],
    [`TO:<a@b.c> ORCPT=rfc822;${'a'.repeat(500)}`, 501, 'RFC 3461 4.2: at most 500 characters'],
    ['TO:<a@b.c> SIZE=1', 555, 'a parameter of MAIL'],
    ['TO:<ü@b.c>', 553, 'RFC 6531 3.5'],
  ])('refuses %s with %i (%s)', (argument, code) => {
    expect(parseRcpt(argument, noLeniency, context)).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('BDAT', () => {
  it.each([
    ['0', { bytes: 0, last: false }],
    ['86 LAST', { bytes: 86, last: true }],
    ['86  last', { bytes: 86, last: true }],
  ])('takes %s', (argument, value) => {
    expect(parseBdat(argument)).toEqual({ ok: true, value });
  });

  it.each(['', 'LAST', '-1', '1.5', '0x10', '1 LAST LAST', '1LAST', '9'.repeat(16)])(
    'cannot go on after %j',
    (argument) => {
      expect(parseBdat(argument)).toMatchObject({ ok: false, fault: { code: 501, fatal: true } });
    },
  );
});

describe('AUTH PLAIN', () => {
  const begin = (message: string): unknown =>
    beginAuth('PLAIN', Buffer.from(message, 'latin1').toString('base64'), { plainPrompts: false });

  it.each<[string, object, string]>([
    ['\0user\0pass', { kind: 'login', username: 'user', password: 'pass' }, 'RFC 4616 2'],
    ['user\0user\0pass', { kind: 'login', username: 'user' }, 'the same identity twice'],
    ['\0user\0', { kind: 'login', password: '' }, 'an empty password is a wrong one, not a malformed one'],
    ['\0*)(\0pass', { kind: 'login', username: '*)(' }, 'V12: a name is a name'],
    ['other\0user\0pass', { kind: 'fault', fault: { code: 535 } }, 'another identity'],
    ['user\0pass', { kind: 'fault', fault: { code: 501 } }, 'one NUL'],
    ['\0user\0pass\0more', { kind: 'fault', fault: { code: 501 } }, 'three NULs'],
    ['\0\0pass', { kind: 'fault', fault: { code: 501 } }, 'no user name'],
    ['\0us\ner\0pass', { kind: 'fault', fault: { code: 501 } }, 'a control character'],
    [`\0${'u'.repeat(256)}\0pass`, { kind: 'fault', fault: { code: 501 } }, 'a name beyond 255 octets'],
    ['\0\xff\0pass', { kind: 'fault', fault: { code: 501 } }, 'RFC 4616 2: UTF-8'],
  ])('reads %j as %j (%s)', (message, step) => {
    expect(begin(message)).toMatchObject(step);
  });
});

describe('xtext', () => {
  it.each([
    ['', true, true],
    ['abc', true, true],
    ['a+2Bb', true, true],
    ['a+3Db', true, true],
    ['a+b', false, false],
    ['a=b', false, false],
    ['a b', false, false],
    ['+2b', false, false],
    ['+0A', true, false],
    ['+7F', true, false],
    ['+E4', true, false],
    ['ä', false, false],
  ])('%j: xtext %s, printable %s', (text, valid, printable) => {
    expect(isXtext(text)).toBe(valid);
    expect(decodesToPrintable(text)).toBe(printable);
  });
});
