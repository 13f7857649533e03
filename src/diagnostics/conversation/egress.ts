/**
 * Where a conversation may go. Link-local addresses and metadata services are never asked; loopback and private networks
 * are for administrators, so that nobody else maps them from here. What is judged is the address that is connected to,
 * never a name, which may lead elsewhere at the next question.
 */
import { zoneOf } from '../../platform/egress.ts';

export type Egress =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'never' | 'administrator'; readonly reason: string };

export function judgeEgress(address: string): Egress {
  switch (zoneOf(address)) {
    case 'never':
      return {
        kind: 'never',
        reason: `${address} is link-local, a metadata service or no address of a host: it is never asked`,
      };
    case 'loopback':
    case 'private':
      return {
        kind: 'administrator',
        reason: `${address} is inside: only an administrator may have it asked`,
      };
    case 'internet':
      return { kind: 'allowed' };
  }
}
