/** Addresses that a text names, for filling in. Pure. */
import { parseMailbox } from '../../protocol/address.ts';

const addressesMax = 20;
// Linear: the local part ends at the one @, and both sides are bounded (RFC 5321 4.5.3.1).
const addressPattern = /[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}/g;

/** Lower case, each once; what is no address by RFC 5321 is left out. */
export function addressesIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [candidate] of text.slice(0, 64 * 1024).matchAll(addressPattern)) {
    const address = candidate
      .replace(/^[=']+/, '')
      .replace(/[.-]+$/, '')
      .toLowerCase();
    if (parseMailbox(address).ok) found.add(address);
    if (found.size >= addressesMax) break;
  }
  return [...found];
}
