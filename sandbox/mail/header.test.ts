import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressesIn, headerAddresses, headerFields, withoutFields } from './header.ts';

describe('addresses of a field (RFC 5322 3.4)', () => {
  it.each([
    ['a bare address', 'a@b.example', ['a@b.example']],
    ['a display name', 'Some Body <a@b.example>', ['a@b.example']],
    ['a comma in a quoted name', '"Body, Some" <a@b.example>, c@d.example', ['a@b.example', 'c@d.example']],
    ['an angle bracket in a quoted name', '"x <no@b.example>" <a@b.example>', ['a@b.example']],
    ['an escaped quote', '"x\\", <no@b.example>" <a@b.example>', ['a@b.example']],
    ['a comment with an address', 'a@b.example (not c@d.example, (nor e@f.example))', ['a@b.example']],
    [
      'a group',
      'Team: a@b.example, C <c@d.example>;, e@f.example',
      ['a@b.example', 'c@d.example', 'e@f.example'],
    ],
    ['an empty group', 'undisclosed-recipients:;', []],
    ['a quoted local part', '"a, b"@c.example', ['"a, b"@c.example']],
    ['nothing', '', []],
  ])('%s', (_why, value, addresses) => {
    expect(addressesIn(value)).toEqual(addresses);
  });

  it('never fails', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => Array.isArray(addressesIn(text))));
  });
});

describe('fields', () => {
  const content = Buffer.from(
    'To: a@b.example,\r\n c@d.example\r\nBCC : x@y.example\r\nS: 1\r\n\r\nBcc: body\r\n',
  );

  it('are unfolded, and end at the empty line', () => {
    expect(headerFields(content).map(({ name }) => name)).toEqual(['to', 'bcc', 's']);
    expect(headerAddresses(content, 'to')).toEqual(['a@b.example', 'c@d.example']);
  });

  it('are taken out whole, and nothing else', () => {
    expect(withoutFields(content, ['bcc']).toString()).toBe(
      'To: a@b.example,\r\n c@d.example\r\nS: 1\r\n\r\nBcc: body\r\n',
    );
  });

  it('keep every octet where none is taken out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
        expect(withoutFields(Buffer.from(octets), []).equals(Buffer.from(octets))).toBe(true);
      }),
    );
  });
});
