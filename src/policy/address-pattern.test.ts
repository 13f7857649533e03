import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mailbox } from '../protocol/address.ts';
import {
  compileAddressPatterns,
  DomainTable,
  parseAddressPattern,
  parseDomainPattern,
} from './address-pattern.ts';

function matched(patterns: readonly string[], address: string): string | undefined {
  const { matcher, faults } = compileAddressPatterns(patterns);
  expect(faults).toEqual([]);
  return matcher.match(mailbox(address));
}

describe('which pattern holds an address', () => {
  test.each<[string[], string, string | undefined, string]>([
    [['scanner@contoso.com'], 'scanner@contoso.com', 'scanner@contoso.com', 'the same'],
    [['Scanner@Contoso.COM'], 'sCANNER@contoso.com', 'Scanner@Contoso.COM', 'case does not count'],
    [['scanner@contoso.com'], 'scanner2@contoso.com', undefined, 'another local part'],
    [['*@contoso.com'], 'x@contoso.com', '*@contoso.com', 'the domain'],
    [['*@contoso.com'], 'x@print.contoso.com', undefined, 'a domain does not hold its subdomains'],
    [['*@contoso.com'], 'x@evilcontoso.com', undefined, 'nor a domain that ends alike'],
    [['*@*.contoso.com'], 'x@print.contoso.com', '*@*.contoso.com', 'a subdomain'],
    [['*@*.contoso.com'], 'x@a.b.contoso.com', '*@*.contoso.com', 'a deeper subdomain'],
    [['*@*.contoso.com'], 'x@contoso.com', undefined, 'subdomains do not hold the domain itself'],
    [['*@*.contoso.com'], 'x@evilcontoso.com', undefined, 'a label, not a text, must end there'],
    [['*'], 'x@y.example', '*', 'everybody'],
    [
      ['*', '*@*.contoso.com', '*@a.contoso.com', 'x@a.contoso.com'],
      'x@a.contoso.com',
      'x@a.contoso.com',
      'the address beats all',
    ],
    [
      ['*', '*@*.contoso.com', '*@a.contoso.com'],
      'x@a.contoso.com',
      '*@a.contoso.com',
      'the domain beats its parent',
    ],
    [['*', '*@*.com', '*@*.contoso.com'], 'x@a.contoso.com', '*@*.contoso.com', 'the longer suffix wins'],
    [
      ['*@münchen.example'],
      'x@xn--mnchen-3ya.example',
      '*@münchen.example',
      'A-labels and U-labels are one domain',
    ],
    [['*@xn--mnchen-3ya.example'], 'x@MÜNCHEN.example', '*@xn--mnchen-3ya.example', 'the other way round'],
    [['*@[192.0.2.1]'], 'x@[192.0.2.1]', '*@[192.0.2.1]', 'an address literal'],
    [['"a b"@contoso.com'], '"A B"@contoso.com', '"a b"@contoso.com', 'a quoted local part'],
    [
      ['a.b@contoso.com'],
      '"a.b"@contoso.com',
      'a.b@contoso.com',
      'quoting that is not needed does not count',
    ],
    // V8: what stands before the last @ is the local part, also in quotes.
    [['*@contoso.com'], '"x@contoso.com"@evil.example', undefined, 'a quoted @ begins no domain'],
    [['*@evil.example'], '"x@contoso.com"@evil.example', '*@evil.example', 'the domain is the last one'],
    // V9: names of object members are addresses like any other.
    [['__proto__@contoso.com'], '__proto__@contoso.com', '__proto__@contoso.com', 'a member name as pattern'],
    [['a@contoso.com'], 'constructor@contoso.com', undefined, 'a member name as address'],
    [['*@contoso.com'], 'x@constructor', undefined, 'a member name as domain'],
    [[], 'x@contoso.com', undefined, 'D17: no rule permits nobody'],
  ])('%j, %s: %s', (patterns, address, pattern, _reason) => {
    expect(matched(patterns, address)).toBe(pattern);
  });
});

describe('patterns that are refused', () => {
  test.each([
    ['contoso.com', 'a bare domain'],
    ['scan*@contoso.com', 'a star within the local part'],
    ['user@*', 'a star for the domain'],
    ['*@*', 'two stars'],
    ['*@print.*', 'a star at the end'],
    ['*@*contoso.com', 'a star without its dot'],
    ['**', 'two stars and nothing else'],
    ['*@', 'no domain'],
    ['@contoso.com', 'no local part'],
    ['a@b@c.example', 'two @ outside quotes'],
    ['a@contoso.com,b@contoso.com', 'two in one'],
    ['Scanner <a@contoso.com>', 'a display name'],
    ['*@*.[192.0.2.1]', 'a literal has no subdomains'],
    ['a\r\nb@contoso.com', 'a line end'],
    ['<>', 'the null sender is no pattern'],
  ])('%j: %s', (pattern, _reason) => {
    const parsed = parseAddressPattern(pattern);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.reason).toContain('write user@domain, *@domain, *@*.domain or *');
    // eslint-disable-next-line no-control-regex
    expect(parsed.ok ? '' : parsed.reason).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('domain patterns', () => {
  test.each([
    ['contoso.com', true],
    ['*.contoso.com', true],
    ['*', true],
    ['[192.0.2.1]', true],
    ['@contoso.com', false],
    ['*contoso.com', false],
    ['a@contoso.com', false],
    ['', false],
    ['*.', false],
  ])('%j', (pattern, ok) => {
    expect(parseDomainPattern(pattern).ok).toBe(ok);
  });

  test('all matches come, the most specific first, equal ones in their order', () => {
    const table = new DomainTable<string>();
    for (const pattern of ['*', '*.com', '*.contoso.com', 'a.contoso.com', '*', 'a.contoso.com']) {
      const parsed = parseDomainPattern(pattern);
      if (parsed.ok) table.add(parsed.value, pattern);
    }
    const names = table.matches('a.contoso.com').map(({ value }) => value);
    expect(names).toEqual(['a.contoso.com', 'a.contoso.com', '*.contoso.com', '*.com', '*', '*']);
  });
});

// A quadratic reader takes minutes for each, which is more than a test may take.
test('V8: a megabyte of brackets and commas is refused', () => {
  for (const text of ['('.repeat(1_000_000), `${'a,'.repeat(500_000)}@x`, `*@${'a.'.repeat(500_000)}`]) {
    expect(parseAddressPattern(text).ok).toBe(false);
  }
});

test('no pattern crashes it, and what it takes matches something', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (text) => {
      expect(() => compileAddressPatterns([text])).not.toThrow();
    }),
  );
});
