import { expect, it } from 'vitest';
import { noCapabilities, parseCapabilities } from './capabilities.ts';

function parse(...lines: string[]): ReturnType<typeof parseCapabilities> {
  return parseCapabilities({ code: 250, lines: ['mx.example.com', ...lines] });
}

it('reads what Exchange Online offers', () => {
  expect(
    parse(
      'SIZE 157286400',
      'PIPELINING',
      'DSN',
      'ENHANCEDSTATUSCODES',
      'STARTTLS',
      '8BITMIME',
      'BINARYMIME',
      'CHUNKING',
      'SMTPUTF8',
    ),
  ).toEqual({
    pipelining: true,
    size: true,
    sizeMax: 157_286_400,
    eightBitMime: true,
    chunking: true,
    binaryMime: true,
    smtpUtf8: true,
    dsn: true,
    startTls: true,
    requireTls: false,
    enhancedStatusCodes: true,
    auth: new Set(),
  });
});

const table: readonly [why: string, lines: readonly string[], part: Record<string, unknown>][] = [
  ['RFC 5321 4.1.1.1: keywords in any case', ['pipelining'], { pipelining: true }],
  ['RFC 1870 4: zero is no fixed maximum', ['SIZE 0'], { size: true, sizeMax: undefined }],
  ['SIZE without a number', ['SIZE'], { size: true, sizeMax: undefined }],
  ['SIZE with nonsense', ['SIZE -5'], { size: true, sizeMax: undefined }],
  ['SIZE beyond what a number holds exactly', ['SIZE 99999999999999999999'], { sizeMax: undefined }],
  ['RFC 4954 3: mechanisms', ['AUTH plain LOGIN'], { auth: new Set(['PLAIN', 'LOGIN']) }],
  ['the old form with "="', ['AUTH=LOGIN PLAIN'], { auth: new Set(['LOGIN', 'PLAIN']) }],
  ['both forms', ['AUTH PLAIN', 'AUTH=LOGIN'], { auth: new Set(['PLAIN', 'LOGIN']) }],
  ['RFC 9422 4', ['LIMITS MAILMAX=3 RCPTMAX=100 X=y'], { messagesMax: 3, recipientsMax: 100 }],
  [
    'LIMITS without sense',
    ['LIMITS RCPTMAX=0 MAILMAX=x'],
    { messagesMax: undefined, recipientsMax: undefined },
  ],
  ['RFC 3030: BINARYMIME needs CHUNKING', ['BINARYMIME'], { binaryMime: false }],
  ['RFC 8689', ['REQUIRETLS'], { requireTls: true }],
  [
    'malformed lines are ignored',
    ['', '!', '-PIPELINING', '__proto__', '8BITMIME'],
    { eightBitMime: true, pipelining: false },
  ],
];
it.each(table)('%s', (_why, lines, part) => {
  expect(parse(...lines)).toMatchObject(
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)),
  );
  for (const [key, value] of Object.entries(part))
    if (value === undefined) expect(parse(...lines)).not.toHaveProperty(key);
});

it('takes the first line as the name of the server', () => {
  expect(parseCapabilities({ code: 250, lines: ['PIPELINING'] })).toEqual(noCapabilities);
});
