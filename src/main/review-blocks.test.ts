import { expect, test } from 'vitest';
import { sentMail } from './review-blocks.ts';

/** A store that was searched for part of an address, as stores do; one message a page. */
function storeWith(...clients: readonly string[]) {
  return {
    async list({ client = '', cursor = '0' }) {
      const at = Number(cursor);
      const found = clients.filter((address) => address.includes(client));
      const items = found.slice(at, at + 1).map((address) => ({ accepted: { client: { address } } }));
      return { items, ...(at + 1 < found.length && { cursor: String(at + 1) }) };
    },
  } as unknown as Parameters<typeof sentMail>[0];
}

test.each([
  ['the same address', '192.0.2.1', '192.0.2.1', true],
  ['an address that begins like it', '192.0.2.1', '192.0.2.10', false],
  ['an address that ends like it', '92.0.2.1', '192.0.2.1', false],
  ['any address of the /64', '2001:db8:0:7::/64', '2001:db8:0:7:a:b:c:d', true],
  // RFC 5952 4.2.2 and 4.2.3: the longest run of zeros is left out, and it may be another one than in the name of the /64.
  ['an address that is shortened elsewhere', '2001:0:0:1::/64', '2001::1:a:b:c:d', true],
  ['an address of another /64', '2001:db8:0:7::/64', '2001:db8:0:8::7', false],
])('sentMail: %s', async (_reason, range, client, found) => {
  expect(await sentMail(storeWith('198.51.100.1', client), range)).toBe(found);
});

test('sentMail: where there is too much to read, it is taken for granted', async () => {
  const others = Array.from({ length: 150 }, (_, index) => `10.192.0.2.1${index}`);
  expect(await sentMail(storeWith(...others), '192.0.2.1')).toBe(true);
});
