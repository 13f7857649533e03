import { describe, expect, it } from 'vitest';
import { mailbox } from '../../address.ts';
import type { Capabilities } from './capabilities.ts';
import { noCapabilities } from './capabilities.ts';
import type { OutboundContent, OutboundEnvelope, Plan } from './plan.ts';
import { planTransaction } from './plan.ts';

interface Case {
  readonly offers?: Partial<Capabilities>;
  readonly envelope?: Partial<OutboundEnvelope>;
  readonly content?: Partial<OutboundContent>;
  readonly tlsVerified?: boolean;
}

const ascii = mailbox('b@example.net');
const local = mailbox('jürgen@example.net');
const domain = mailbox('b@bücher.example');

function plan({ offers, envelope, content, tlsVerified = false }: Case): Plan {
  return planTransaction({
    capabilities: { ...noCapabilities, ...offers },
    envelope: {
      reversePath: mailbox('a@example.com'),
      recipients: [{ address: ascii }],
      body: '7bit',
      requireTls: false,
      ...envelope,
    },
    content: { bytes: 100, eightBit: false, utf8Header: false, binary: false, ...content },
    tlsVerified,
  });
}

describe('MAIL', () => {
  const table: readonly [why: string, given: Case, mail: string][] = [
    [
      'nothing offered, nothing given',
      { envelope: { envid: 'x', ret: 'full' } },
      'MAIL FROM:<a@example.com>',
    ],
    ['RFC 5321 4.5.5', { envelope: { reversePath: null } }, 'MAIL FROM:<>'],
    ['RFC 1870', { offers: { size: true } }, 'MAIL FROM:<a@example.com> SIZE=100'],
    ['RFC 6152: only for 8-bit content', { offers: { eightBitMime: true } }, 'MAIL FROM:<a@example.com>'],
    [
      'RFC 6152',
      { offers: { eightBitMime: true }, content: { eightBit: true } },
      'MAIL FROM:<a@example.com> BODY=8BITMIME',
    ],
    [
      'RFC 3030',
      { offers: { binaryMime: true, chunking: true }, content: { binary: true, eightBit: true } },
      'MAIL FROM:<a@example.com> BODY=BINARYMIME',
    ],
    ['RFC 6531: only where it is needed', { offers: { smtpUtf8: true } }, 'MAIL FROM:<a@example.com>'],
    [
      'RFC 6531: for the header section',
      { offers: { smtpUtf8: true, eightBitMime: true }, content: { utf8Header: true, eightBit: true } },
      'MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8',
    ],
    [
      'RFC 3461 4.3, 4.4',
      { offers: { dsn: true }, envelope: { envid: 'Q+2B', ret: 'hdrs' } },
      'MAIL FROM:<a@example.com> RET=HDRS ENVID=Q+2B',
    ],
    [
      'RFC 8689',
      { offers: { requireTls: true }, envelope: { requireTls: true }, tlsVerified: true },
      'MAIL FROM:<a@example.com> REQUIRETLS',
    ],
  ];
  it.each(table)('%s', (_why, given, mail) => {
    expect(plan(given)).toMatchObject({ kind: 'send', mail: `${mail}\r\n` });
  });
});

describe('RCPT', () => {
  const table: readonly [why: string, given: Case, line: string, notifyPassedOn: boolean][] = [
    ['plain', {}, 'RCPT TO:<b@example.net>', false],
    [
      'RFC 3461 4.1, 4.2',
      {
        offers: { dsn: true },
        envelope: { recipients: [{ address: ascii, notify: ['success', 'failure'], orcpt: 'rfc822;x@y.z' }] },
      },
      'RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x@y.z',
      true,
    ],
    [
      'DSN is not offered',
      { envelope: { recipients: [{ address: ascii, notify: ['never'] }] } },
      'RCPT TO:<b@example.net>',
      false,
    ],
    [
      'RFC 6533 3: UTF-8 in ORCPT as ASCII',
      { offers: { dsn: true }, envelope: { recipients: [{ address: ascii, orcpt: 'utf-8;jürgen@y.z' }] } },
      'RCPT TO:<b@example.net> ORCPT=utf-8;j\\x{FC}rgen@y.z',
      false,
    ],
    [
      'RFC 6531',
      { offers: { smtpUtf8: true }, envelope: { recipients: [{ address: local }] } },
      'RCPT TO:<jürgen@example.net>',
      false,
    ],
    [
      'a U-label goes as A-label without SMTPUTF8',
      { envelope: { recipients: [{ address: domain }] } },
      'RCPT TO:<b@xn--bcher-kva.example>',
      false,
    ],
  ];
  it.each(table)('%s', (_why, given, line, notifyPassedOn) => {
    expect(plan(given)).toMatchObject({
      recipients: [{ kind: 'rcpt', line: `${line}\r\n`, notifyPassedOn }],
    });
  });
});

describe('the transfer', () => {
  it.each([
    ['CHUNKING', { offers: { chunking: true } }, 'bdat'],
    ['no CHUNKING', {}, 'data'],
    [
      'RFC 3030: BDAT needs the length',
      { offers: { chunking: true }, content: { bytes: undefined } },
      'data',
    ],
  ] as readonly [string, Case, string][])('%s', (_why, given, transfer) => {
    expect(plan(given)).toMatchObject({ kind: 'send', transfer });
  });

  it('keeps content that is declared binary but is not, as 8-bit, where BINARYMIME is missing', () => {
    const given = {
      offers: { eightBitMime: true },
      envelope: { body: 'binarymime' },
      content: { eightBit: true },
    } as const;
    expect(plan(given)).toMatchObject({ kind: 'send', mail: 'MAIL FROM:<a@example.com> BODY=8BITMIME\r\n' });
  });
});

describe('a header section beyond ASCII whose client never said SMTPUTF8', () => {
  const content = { utf8Header: true, eightBit: true };

  it('passes as it came where the next hop lacks SMTPUTF8: a device cannot help its raw subject', () => {
    expect(plan({ offers: { eightBitMime: true }, envelope: { smtpUtf8: false }, content })).toMatchObject({
      kind: 'send',
      mail: 'MAIL FROM:<a@example.com> BODY=8BITMIME\r\n',
    });
  });

  it('is declared where the next hop knows the word (RFC 6531 3.4)', () => {
    const offers = { eightBitMime: true, smtpUtf8: true };
    expect(plan({ offers, envelope: { smtpUtf8: false }, content })).toMatchObject({
      mail: 'MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8\r\n',
    });
  });
});

describe('honest failures before a word is said', () => {
  const table: readonly [why: string, given: Case, code: string, status: string][] = [
    ['RFC 1870: too large', { offers: { size: true, sizeMax: 99 } }, 'message-too-large', '5.3.4'],
    ['RFC 6531: sender', { envelope: { reversePath: local } }, 'smtputf8-missing', '5.6.7'],
    [
      'RFC 6531: the only recipient',
      { envelope: { recipients: [{ address: local }] } },
      'smtputf8-missing',
      '5.6.7',
    ],
    [
      'RFC 6531: header section',
      {
        offers: { eightBitMime: true },
        envelope: { smtpUtf8: true },
        content: { utf8Header: true, eightBit: true },
      },
      'smtputf8-missing',
      '5.6.7',
    ],
    [
      'RFC 8689: not offered',
      { envelope: { requireTls: true }, tlsVerified: true },
      'requiretls-missing',
      '5.7.30',
    ],
    [
      'RFC 8689: no verified TLS',
      { offers: { requireTls: true }, envelope: { requireTls: true } },
      'requiretls-unverified',
      '5.7.30',
    ],
    [
      'RFC 3030: BINARYMIME missing',
      { offers: { chunking: true, eightBitMime: true }, content: { binary: true } },
      'binarymime-missing',
      '5.6.3',
    ],
  ];
  it.each(table)('%s', (_why, given, code, status) => {
    expect(plan(given)).toMatchObject({ kind: 'fail', fault: { code, status } });
  });

  it('RFC 6152 3: 8-bit content without 8BITMIME asks for conversion', () => {
    expect(plan({ content: { eightBit: true } })).toEqual({ kind: 'convert' });
  });

  it('one recipient that cannot be written does not stop the others', () => {
    const recipients = [{ address: local }, { address: ascii }];
    expect(plan({ envelope: { recipients } })).toMatchObject({
      kind: 'send',
      recipients: [{ kind: 'fail', fault: { status: '5.6.7' } }, { kind: 'rcpt' }],
    });
  });
});
