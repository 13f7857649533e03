/**
 * The name that the reverse zone of an address gives. Whoever runs that zone chooses it freely, so it proves nothing and
 * may hold anything: what is not in the form of a host name is left out.
 */
import { Resolver } from 'node:dns/promises';

/** RFC 1035 2.3.4: 255 octets on the wire are 253 characters of text. RFC 2181 11: letters, digits, hyphen in practice. */
const hostName = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

/** `undefined`: there is none, none came in time, or it is no host name. Asks once and waits `timeoutMs` at most. */
export function createReverseName(timeoutMs: number): (address: string) => Promise<string | undefined> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  return async (address) => {
    try {
      return hostNameOf((await resolver.reverse(address))[0]);
    } catch {
      // No name and no answer are the same to whoever looks: the name is a help and nothing stands on it.
      return undefined;
    }
  };
}

/** In lower case, without the dot at its end. */
export function hostNameOf(given: string | undefined): string | undefined {
  const name = given?.toLowerCase().replace(/\.$/, '');
  return name !== undefined && hostName.test(name) ? name : undefined;
}
