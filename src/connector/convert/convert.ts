/** Conversion of 8-bit content for a next hop without 8BITMIME (RFC 6152 3). */

export type Conversion =
  | { readonly kind: 'converted'; readonly open: () => AsyncIterable<Uint8Array> }
  | { readonly kind: 'impossible'; readonly reason: string };

export function convertTo7Bit(_open: () => AsyncIterable<Uint8Array>): Promise<Conversion> {
  return Promise.resolve({ kind: 'impossible', reason: 'this relay does not convert content' });
}
