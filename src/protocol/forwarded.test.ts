import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ForwardedField } from './forwarded.ts';
import { forwardedNodes } from './forwarded.ts';

const rows: readonly (readonly [
  why: string,
  field: ForwardedField,
  value: string,
  nodes: readonly (string | undefined)[],
])[] = [
  ['one address', 'x-forwarded-for', '192.0.2.60', ['192.0.2.60']],
  [
    'the nearest is the last',
    'x-forwarded-for',
    '192.0.2.60, 198.51.100.17,10.0.0.1',
    ['10.0.0.1', '198.51.100.17', '192.0.2.60'],
  ],
  [
    'an application gateway writes the port',
    'x-forwarded-for',
    '192.0.2.60:4711, [2001:db8::17]:443',
    ['2001:db8::17', '192.0.2.60'],
  ],
  [
    'IPv6 with and without brackets',
    'x-forwarded-for',
    '2001:db8::17, [2001:db8::18]',
    ['2001:db8::18', '2001:db8::17'],
  ],
  ['empty elements do not count (RFC 9110 5.6.1.2)', 'x-forwarded-for', ', ,192.0.2.60, ,', ['192.0.2.60']],
  ['words are no address', 'x-forwarded-for', 'unknown, localhost', [undefined, undefined]],
  ['nor is markup', 'x-forwarded-for', '<script>, 192.0.2.60 evil', [undefined, undefined]],
  ['RFC 7239 4, first example', 'forwarded', 'for="_gazonk"', [undefined]],
  ['RFC 7239 4, second', 'forwarded', 'For="[2001:db8:cafe::17]:4711"', ['2001:db8:cafe::17']],
  ['RFC 7239 4, third', 'forwarded', 'for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
  ['RFC 7239 4, fourth', 'forwarded', 'for=192.0.2.43, for=198.51.100.17', ['198.51.100.17', '192.0.2.43']],
  ['RFC 7239 6.3', 'forwarded', 'for=_hidden, for=_SEVKISEK', [undefined, undefined]],
  ['RFC 7239 6.2', 'forwarded', 'for=unknown', [undefined]],
  [
    'by alone names no client',
    'forwarded',
    'by=203.0.113.43;proto=https, for=192.0.2.1',
    ['192.0.2.1', undefined],
  ],
  ['twice in one element', 'forwarded', 'for=192.0.2.1;for=192.0.2.2', [undefined]],
  [
    'a quote that a client left open hides nothing of the proxy',
    'forwarded',
    'for="192.0.2.1, for=198.51.100.17',
    ['198.51.100.17', undefined],
  ],
  ['nor does an escape', 'forwarded', String.raw`for="\", for=198.51.100.17`, ['198.51.100.17', undefined]],
  ['a comma within quotes', 'forwarded', 'for="a, b", for=198.51.100.17', ['198.51.100.17', undefined]],
];

test.each(rows)('%s', (_, field, value, nodes) => {
  expect([...forwardedNodes(field, value)]).toEqual(nodes);
});

test('whatever a client writes, what the proxy adds is read first', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('"', ',', ';', 'for=', '\\', '192.0.2.1', ' ', '['), { maxLength: 12 })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, (given) => {
      expect(forwardedNodes('x-forwarded-for', `${given}, 198.51.100.17`).next().value).toBe('198.51.100.17');
      expect(forwardedNodes('forwarded', `${given}, for=198.51.100.17;proto=https`).next().value).toBe(
        '198.51.100.17',
      );
    }),
  );
});
