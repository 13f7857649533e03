import { expect, it } from 'vitest';
import { organisationalDomain } from './organisational-domain.ts';

// publicsuffix.org/list: one label below the longest suffix that fits.
it.each([
  ['contoso.com', 'contoso.com'],
  ['print.emea.contoso.com', 'contoso.com'],
  ['contoso.co.uk', 'contoso.co.uk'],
  ['Scan.Contoso.Co.Uk.', 'contoso.co.uk'],
  ['co.uk', 'co.uk'],
  ['a.b.contoso.com.au', 'contoso.com.au'],
  ['contoso.github.io', 'contoso.github.io'],
  // A wildcard of the list, and its exception.
  ['a.b.contoso.kawasaki.jp', 'b.contoso.kawasaki.jp'],
  ['x.city.kawasaki.jp', 'city.kawasaki.jp'],
  ['_x.contoso.com', 'contoso.com'],
  ['printer.local', 'printer.local'],
  ['localhost', 'localhost'],
  ['', ''],
])('of %s is %s', (name, expected) => {
  expect(organisationalDomain(name)).toBe(expected);
});
