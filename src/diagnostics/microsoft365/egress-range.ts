/**
 * Public addresses of this relay as an inbound connector takes them: single IPv4 addresses and ranges of /24 to /32.
 * learn.microsoft.com/powershell/module/exchange/new-inboundconnector (SenderIPAddresses). Pure.
 */
import { parseRange } from '../../config/network-range.ts';

const bitsMin = 24;

/** Why an inbound connector cannot hold it; `undefined`: it can. */
export function connectorFault(text: string): string | undefined {
  const range = parseRange(text);
  if (range.ok && range.value.family === 4) {
    return range.value.bits < bitsMin
      ? `inbound connectors hold single addresses and ranges of /${bitsMin} to /32`
      : undefined;
  }
  const needed = 'an IPv4 address is needed; inbound connectors know no other';
  return range.ok || !text.includes('/') ? needed : `${needed} (${range.reason})`;
}

/** As it is written in SenderIPAddresses. */
export function asRange(address: string): string {
  return address.includes('/') ? address : `${address}/32`;
}

/** As it is written in SPF (RFC 7208 5.6). */
export function asSpfTerm(address: string): string {
  return `${address.includes(':') ? 'ip6' : 'ip4'}:${address}`;
}

export interface SplitEgress {
  readonly usable: readonly string[];
  readonly leftOut: readonly { readonly address: string; readonly reason: string }[];
}

/** Those that go into an inbound connector, and those that cannot. */
export function splitEgress(addresses: readonly string[]): SplitEgress {
  const leftOut = addresses.flatMap((address) => {
    const reason = connectorFault(address);
    return reason === undefined ? [] : [{ address, reason }];
  });
  const faulty = new Set(leftOut.map(({ address }) => address));
  return { usable: addresses.filter((address) => !faulty.has(address)), leftOut };
}

/**
 * Whether every address of `inner` is in `range`; what is no IPv4 address or range holds nothing. Exchange Online gives a range
 * back as it was typed, host bits and all, so they are not looked at.
 */
export function holds(range: string, inner: string): boolean {
  const [own, other] = [looseRange(range), looseRange(inner)];
  if (!own || !other || other.bits < own.bits) return false;
  const size = 2 ** (32 - own.bits);
  return Math.floor(own.value / size) === Math.floor(other.value / size);
}

function looseRange(text: string): { readonly value: number; readonly bits: number } | undefined {
  const [network = '', bits = '32'] = text.split('/');
  const parts = network.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  if (!/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  return { value: parts.reduce((sum, part) => sum * 256 + Number(part), 0), bits: Number(bits) };
}
