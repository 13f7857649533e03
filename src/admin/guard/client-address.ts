/**
 * Whose request it is, where reverse proxies stand before the console: lock-outs and audit count this address.
 *
 * Only what a listed proxy says is believed, and of that only what it added itself: from the right end of the field to the
 * first address that is no listed proxy. Everything further left was sent by the client and may be anything.
 */
import { formatAddress, parseAddress, parseRange, rangeContains } from '../../config/network-range.ts';
import type { IpAddress, NetworkRange } from '../../config/network-range.ts';
import type { ForwardedField } from '../../protocol/forwarded.ts';
import { forwardedNodes } from '../../protocol/forwarded.ts';

export interface TrustedProxies {
  /** Addresses and networks, checked with the configuration. */
  readonly networks: readonly string[];
  /** The one field that these proxies write. Another one may come from the client untouched. */
  readonly field: ForwardedField;
}

export class ClientAddresses {
  readonly #ranges: readonly NetworkRange[];
  readonly #field: ForwardedField;

  constructor({ networks, field }: TrustedProxies) {
    this.#field = field;
    this.#ranges = networks.flatMap((text) => {
      const range = parseRange(text);
      return range.ok ? [range.value] : [];
    });
  }

  isProxy(address: string): boolean {
    const parsed = parseAddress(address);
    return parsed.ok && this.#isListed(parsed.value);
  }

  /** `peer`: the other end of the connection. Where a proxy names nobody, it is the proxy. */
  of(peer: string, headers: Readonly<Record<string, string | readonly string[] | undefined>>): string {
    let client = parseAddress(peer);
    if (!client.ok) return peer;
    const written = headers[this.#field];
    if (written === undefined || !this.#isListed(client.value)) return formatAddress(client.value);
    for (const node of forwardedNodes(this.#field, [written].flat().join(', '))) {
      const named = node === undefined ? undefined : parseAddress(node);
      if (!named?.ok) break;
      client = named;
      if (!this.#isListed(client.value)) break;
    }
    return formatAddress(client.value);
  }

  #isListed(address: IpAddress): boolean {
    return this.#ranges.some((range) => rangeContains(range, address));
  }
}
