/** The domain that somebody registered, below which all names are theirs (RFC 7489 3.2), by the public suffix list. Pure. */
import { getDomain } from 'tldts';

/** `contoso.co.uk` of `print.emea.contoso.co.uk`; a name that is a public suffix itself, or under no known one, stands for itself. */
export function organisationalDomain(name: string): string {
  const domain = name.toLowerCase().replace(/\.$/, '');
  // Domains like github.io, whose owners let others register below, are suffixes to receivers as well.
  return getDomain(domain, { allowPrivateDomains: true, validateHostname: false }) ?? domain;
}
