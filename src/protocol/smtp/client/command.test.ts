import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMailbox } from '../../address.ts';
import { noCapabilities } from './capabilities.ts';
import { UnwritableCommand, commandBytesMax, commandLine, pathCommand } from './command.ts';
import { planTransaction } from './plan.ts';

/** What a server would see: the lines that the octets hold. */
function linesOf(wire: string): readonly string[] {
  expect(wire.endsWith('\r\n')).toBe(true);
  // eslint-disable-next-line no-control-regex
  return wire.slice(0, -2).split(/[\r\n\u0000\u0085\u2028\u2029]/);
}

describe('commandLine', () => {
  const refused: readonly [why: string, text: string][] = [
    ['CR LF begins a second command', 'NOOP\r\nMAIL FROM:<>'],
    ['a bare LF does for some servers', 'NOOP\nQUIT'],
    ['so does a bare CR', 'NOOP\rQUIT'],
    ['NUL', 'NOOP\0'],
    ['DEL', 'NOOP\x7f'],
    ['a C1 control', 'NOOP\u0085'],
    ['half a surrogate pair cannot be written as UTF-8', 'NOOP \ud800'],
    ['longer than RFC 4954 4 allows', 'x'.repeat(commandBytesMax)],
    ['longer in octets than in characters', 'ä'.repeat(commandBytesMax / 2)],
  ];
  it.each(refused)('refuses: %s', (_why, text) => {
    expect(() => commandLine(text)).toThrow(UnwritableCommand);
  });

  it('writes everything else as one line', () => {
    expect(commandLine('EHLO relay.example.com')).toBe('EHLO relay.example.com\r\n');
  });
});

describe('pathCommand', () => {
  it('writes parameters', () => {
    const parameters = [{ keyword: 'SIZE', value: 12 }, { keyword: 'SMTPUTF8' }];
    expect(pathCommand('MAIL FROM', 'a@b.c', parameters)).toBe('MAIL FROM:<a@b.c> SIZE=12 SMTPUTF8\r\n');
  });

  it.each(['a b', 'a=b', '', 'a\tb', '\u0085'])(
    'refuses the value %j, which RFC 5321 4.1.2 does not allow',
    (value) => {
      expect(() => pathCommand('MAIL FROM', '', [{ keyword: 'ENVID', value }])).toThrow(UnwritableCommand);
    },
  );
});

describe('arbitrary text in every field of the envelope (V7)', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom('a\r\nRCPT TO:<x@y.z>', 'a b', 'a\u2028b'),
  );

  it('is one line with as many parameters as were given, or is refused', () => {
    const keyword = fc.oneof(
      fc.constantFrom('SIZE', 'ENVID', 'ORCPT', 'AUTH', 'MT-PRIORITY', 'HOLDFOR'),
      anything,
    );
    fc.assert(
      fc.property(
        anything,
        fc.array(fc.record({ keyword, value: anything }), { maxLength: 4 }),
        (path, parameters) => {
          let wire: string;
          try {
            wire = pathCommand('MAIL FROM', path, parameters);
          } catch (error) {
            expect(error).toBeInstanceOf(UnwritableCommand);
            return;
          }
          expect(linesOf(wire)).toHaveLength(1);
          expect(wire.slice(`MAIL FROM:<${path}>`.length, -2).split(' ').slice(1)).toHaveLength(
            parameters.length,
          );
        },
      ),
    );
  });

  it('never gets from a plan to the wire as a second line', () => {
    const capabilities = { ...noCapabilities, dsn: true, size: true, smtpUtf8: true };
    fc.assert(
      fc.property(anything, anything, anything, (local, envid, orcpt) => {
        const parsed = parseMailbox(`${local}@example.com`);
        if (!parsed.ok) return;
        const envelope = {
          reversePath: parsed.value,
          recipients: [{ address: parsed.value, orcpt }],
          body: '7bit',
          requireTls: false,
          envid,
        } as const;
        const content = { bytes: 1, eightBit: false, utf8Header: false, binary: false };
        try {
          const plan = planTransaction({ capabilities, envelope, content, tlsVerified: false });
          if (plan.kind !== 'send') throw new Error(`expected a plan, got ${plan.kind}`);
          expect(linesOf(plan.mail)).toHaveLength(1);
          for (const recipient of plan.recipients)
            if (recipient.kind === 'rcpt') expect(linesOf(recipient.line)).toHaveLength(1);
        } catch (error) {
          expect(error).toBeInstanceOf(UnwritableCommand);
        }
      }),
    );
  });
});
