import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { syslogLine } from './syslog-line.ts';

const origin = { facility: 2, hostname: 'relay.contoso.com', pid: 4242, bytesMax: 2_048 };
// A number of the tests; a real one comes from the configuration.
const numbered = { ...origin, enterprise: 64_999 };
const lineOf = (fields: object): string =>
  `${JSON.stringify({ level: 'warn', time: '2026-11-23T08:00:00.123Z', event: 'refused', ...fields })}\n`;

// RFC 5424 6: HEADER SP STRUCTURED-DATA [SP MSG], with SD-PARAM values in which `"`, `\` and `]` are escaped.
const grammar =
  /^<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) (-|\[[^ =\]"]{1,32}(?: [^ =\]"]{1,32}="(?:[^"\\\]]|\\["\\\]])*")+\])(?: \uFEFF([^]*)| @cee: (\{[ -~]*\}))?$/u;

function parse(bytes: Buffer): RegExpExecArray {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const match = grammar.exec(text);
  if (!match) throw new Error(`no syslog message: ${JSON.stringify(text)}`);
  return match;
}

describe('a line of the log as a syslog message', () => {
  test('has priority, time, host, program, process, event, fields and sentence', () => {
    const bytes = syslogLine(
      lineOf({ msg: 'refused a stranger', address: '192.0.2.7', ref: 'R1' }),
      numbered,
    );
    expect(bytes.toString('utf8')).toBe(
      '<20>1 2026-11-23T08:00:00.123Z relay.contoso.com relay365 4242 refused ' +
        '[relay365@64999 address="192.0.2.7" ref="R1"] \uFEFFrefused a stranger',
    );
  });

  test.each([
    ['debug', 23],
    ['info', 22],
    ['warn', 20],
    ['error', 19],
    ['fatal', 18],
  ])(
    'of level %s has priority %i (RFC 5424 6.2.1: facility 2 times 8 and the severity)',
    (level, priority) => {
      expect(parse(syslogLine(lineOf({ level, msg: 'x' }), origin))[1]).toBe(String(priority));
    },
  );

  test('is one message of at most so many octets whatever a peer says', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4_000 }),
      fc.constantFrom(
        'a"b',
        'a\\',
        ']',
        '\n<34>1 - evil su - - - forged',
        '\u0000\u0007',
        'é'.repeat(3_000),
        '\ud800',
      ),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 480, max: 3_000 }),
        fc.constantFrom(origin, numbered),
        text,
        text,
        text,
        (bytesMax, place, msg, helo, sender) => {
          const bytes = syslogLine(lineOf({ msg, helo, sender, list: [{ a: helo }] }), {
            ...place,
            bytesMax,
          });
          expect(bytes.length).toBeLessThanOrEqual(bytesMax);
          const [all, , , , , , , , , json] = parse(bytes);
          if (place === origin) expect(JSON.parse(json ?? '')).toHaveProperty('msg');
          // oxlint-disable-next-line no-control-regex -- none may be left (RFC 6587 3.4.2: a line feed ends a record for some)
          expect(all).not.toMatch(/[\u0000-\u001F\u007F]/);
        },
      ),
    );
  });

  test('loses text before fields, and the longest field first', () => {
    const line = lineOf({ msg: 'm'.repeat(900), ref: 'R1', explanation: 'e'.repeat(900) });
    const [, , , , , , , data, text] = parse(syslogLine(line, { ...numbered, bytesMax: 600 }));
    expect(data).toContain('ref="R1"');
    expect(data).not.toContain('explanation');
    expect(text?.length).toBe(64);
  });
});
