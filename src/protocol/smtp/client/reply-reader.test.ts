import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadReplies, SmtpReply } from './reply-reader.ts';
import { ReplyReader, replyBytesMax, replyLineBytesMax, replyLinesMax } from './reply-reader.ts';

function read(text: string | Buffer): ReadReplies {
  return new ReplyReader().read(Buffer.isBuffer(text) ? text : Buffer.from(text, 'utf8'));
}

describe('replies that can be read', () => {
  const table: readonly [why: string, wire: string, replies: readonly SmtpReply[]][] = [
    ['RFC 5321 4.2: one line', '250 ok\r\n', [{ code: 250, lines: ['ok'] }]],
    ['RFC 5321 4.2: a code without text', '250\r\n', [{ code: 250, lines: [''] }]],
    ['a code and a space', '354 \r\n', [{ code: 354, lines: [''] }]],
    ['RFC 5321 4.2.1: several lines', '250-a\r\n250-\r\n250 c\r\n', [{ code: 250, lines: ['a', '', 'c'] }]],
    [
      'RFC 2034: an enhanced status code',
      '550 5.1.1 no\r\n',
      [{ code: 550, enhanced: '5.1.1', lines: ['no'] }],
    ],
    [
      'RFC 2034 4: on every line',
      '550-5.7.1 a\r\n550 5.7.1 b\r\n',
      [{ code: 550, enhanced: '5.7.1', lines: ['a', 'b'] }],
    ],
    ['an enhanced status code alone', '250 2.0.0\r\n', [{ code: 250, enhanced: '2.0.0', lines: [''] }]],
    ['V5: two parts are no enhanced status code', '550 5.7\r\n', [{ code: 550, lines: ['5.7'] }]],
    ['V5: an empty part', '550 5..1 x\r\n', [{ code: 550, lines: ['5..1 x'] }]],
    [
      'RFC 2034 4: the class must agree with the code',
      '550 2.1.5 x\r\n',
      [{ code: 550, lines: ['2.1.5 x'] }],
    ],
    ['RFC 3463 2: four digits are too many', '550 5.1.1000 x\r\n', [{ code: 550, lines: ['5.1.1000 x'] }]],
    [
      'a version number is no enhanced status code',
      '220 4.99.3 Exim\r\n',
      [{ code: 220, lines: ['4.99.3 Exim'] }],
    ],
    ['a bare LF ends a line too', '250-a\n250 b\n', [{ code: 250, lines: ['a', 'b'] }]],
    [
      'V5: NUL and escape sequences do no harm',
      '550 a\0b\x1b[2J\r\n',
      [{ code: 550, lines: ['a\ufffdb\ufffd[2J'] }],
    ],
    ['V14: marks that reorder text', '550 a\u202eb\r\n', [{ code: 550, lines: ['a\ufffdb'] }]],
    ['a bare CR within the text', '250 a\rb\r\n', [{ code: 250, lines: ['a\ufffdb'] }]],
    ['UTF-8 is kept', '550 Empfänger\r\n', [{ code: 550, lines: ['Empfänger'] }]],
    [
      'two replies in one chunk',
      '250 a\r\n354 b\r\n',
      [
        { code: 250, lines: ['a'] },
        { code: 354, lines: ['b'] },
      ],
    ],
  ];
  it.each(table)('%s', (_why, wire, replies) => {
    expect(read(wire)).toEqual({ replies });
  });

  it('makes octets that are no UTF-8 readable', () => {
    const wire = Buffer.concat([Buffer.from('550 Empf'), Buffer.from([0xe4]), Buffer.from('nger\r\n')]);
    expect(read(wire)).toEqual({ replies: [{ code: 550, lines: ['Empf\ufffdnger'] }] });
  });
});

describe('what cannot be read is a fault', () => {
  const table: readonly [why: string, wire: string, fault: string][] = [
    ['no code', 'hello\r\n', 'malformed-line'],
    ['an empty line', '\r\n', 'malformed-line'],
    ['two digits', '25 ok\r\n', 'malformed-line'],
    ['four digits', '2500 ok\r\n', 'malformed-line'],
    ['RFC 5321 4.2.1: no reply begins with 1', '100 ok\r\n', 'malformed-line'],
    ['nor with 6', '600 ok\r\n', 'malformed-line'],
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n', 'malformed-line'],
    ['V5: mixed codes', '250-a\r\n550 b\r\n', 'mixed-codes'],
    ['V5: 10 kB in one line', `250 ${'x'.repeat(10_000)}\r\n`, 'line-too-long'],
    ['10 kB that never end', `250 ${'x'.repeat(10_000)}`, 'line-too-long'],
    ['V5: 10 000 continuation lines', `${'250-\r\n'.repeat(10_000)}250 end\r\n`, 'too-many-lines'],
    ['many long lines', `250-${'x'.repeat(4_000)}\r\n`.repeat(20), 'reply-too-long'],
  ];
  it.each(table)('%s', (_why, wire, fault) => {
    expect(read(wire).fault).toBe(fault);
  });

  it('stays a fault and reads no further', () => {
    const reader = new ReplyReader();
    expect(reader.read(Buffer.from('250 a\r\nwhat?\r\n250 b\r\n'))).toEqual({
      replies: [{ code: 250, lines: ['a'] }],
      fault: 'malformed-line',
    });
    expect(reader.read(Buffer.from('250 c\r\n'))).toEqual({ replies: [], fault: 'malformed-line' });
    expect(reader.isEmpty).toBe(false);
  });
});

describe('what has arrived of a further reply', () => {
  const table: readonly [wire: string, isEmpty: boolean][] = [
    ['', true],
    ['220 go\r\n', true],
    ['220 go\r\n2', false],
    ['220 go\r\n250-injected\r\n', false],
  ];
  it.each(table)('%j: empty is %s', (wire, isEmpty) => {
    const reader = new ReplyReader();
    reader.read(Buffer.from(wire));
    expect(reader.isEmpty).toBe(isEmpty);
  });
});

const hostileLine = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom(' ', '-', ''), fc.string())
    .map((parts) => parts.join('')),
  fc.constantFrom('550 5.7', '550 5..1', '250', '250-', '5.7.1', ''),
);
const hostile = fc
  .array(fc.tuple(hostileLine, fc.constantFrom('\r\n', '\n', '\r', '')), { maxLength: 40 })
  .map((lines) => Buffer.from(lines.flat().join(''), 'latin1'));

describe('for any octets (V5)', () => {
  it('the result does not depend on how they are split, and nothing throws', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.integer({ min: 1, max: 50 })), (octets, sizes) => {
        const whole = new ReplyReader().read(octets);
        const reader = new ReplyReader();
        const replies: SmtpReply[] = [];
        let fault: string | undefined;
        let at = 0;
        for (const size of [...sizes, octets.length]) {
          const part = reader.read(octets.subarray(at, at + size));
          replies.push(...part.replies);
          fault = part.fault;
          at += size;
        }
        expect({ replies, fault }).toEqual({ replies: whole.replies, fault: whole.fault });
      }),
    );
  });

  it('every reply is bounded and printable', () => {
    fc.assert(
      fc.property(hostile, (octets) => {
        for (const reply of new ReplyReader().read(octets).replies) {
          expect(reply.code).toBeGreaterThanOrEqual(200);
          expect(reply.code).toBeLessThan(600);
          expect(reply.lines.length).toBeLessThanOrEqual(replyLinesMax);
          expect(reply.lines.join('').length).toBeLessThanOrEqual(replyBytesMax);
          for (const line of reply.lines) {
            expect(line.length).toBeLessThanOrEqual(replyLineBytesMax);
            // eslint-disable-next-line no-control-regex
            expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          }
        }
      }),
    );
  });
});
