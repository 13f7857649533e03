/** What one client can choose its address from. Pure. */
import { formatAddress, parseAddress } from '../config/network-range.ts';

/** The address; of IPv6 the /64, because one client chooses among all addresses of its own. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const parsed = parseAddress(address);
  if (!parsed.ok || parsed.value.family === 4) return address;
  return `${formatAddress({ family: 6, value: (parsed.value.value >> 64n) << 64n })}/64`;
}
