/**
 * The forms by which relays were made to send to others since the nineties. Each asks for a recipient outside, or hides one
 * in a recipient that looks like ours; a closed relay refuses all of them from a client that it does not know. Pure.
 */

export interface Probe {
  readonly id: string;
  readonly title: string;
  /** What it tries, and why a relay might fall for it. */
  readonly why: string;
  /** Reverse-path and forward-path with their brackets, as they go over the wire. */
  readonly sender: string;
  readonly recipient: string;
}

// RFC 2606 3: these names exist nowhere. RFC 5737: neither does the address.
const victim = { local: 'self-test', domain: 'outside.example' };
const stranger = '<self-test@stranger.example>';
const outside = `<${victim.local}@${victim.domain}>`;

/** `domain`: one of ours; `address`: on which the listener is reached. */
export function probesFor(domain: string, address: string): readonly Probe[] {
  const literal = address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
  const probe = (id: string, title: string, why: string, recipient: string, sender = stranger): Probe => ({
    id,
    title,
    why,
    sender,
    recipient,
  });
  return [
    probe(
      'foreign-to-foreign',
      'Foreign sender to foreign recipient',
      'The plain case: a relay that takes it sends for anybody.',
      outside,
    ),
    probe(
      'null-sender',
      'Null sender to the outside',
      'Notices have no sender (RFC 5321 4.5.5), and some relays let all of them through.',
      outside,
      '<>',
    ),
    probe(
      'own-sender',
      `Sender of ${domain} from an address that may not send`,
      'A name is no proof: anybody can write it.',
      outside,
      `<postmaster@${domain}>`,
    ),
    probe(
      'percent-hack',
      'Percent hack',
      'Old gateways read the last % as @ once they had taken their own domain away.',
      `<${victim.local}%${victim.domain}@${domain}>`,
    ),
    probe(
      'bang-path',
      'Bang path',
      'The way of UUCP: what stands before the ! is the next host.',
      `<${victim.domain}!${victim.local}@${domain}>`,
    ),
    probe(
      'bare-bang-path',
      'Bang path without a domain',
      'Without @ some relays read the route alone.',
      `<${victim.domain}!${victim.local}>`,
    ),
    probe(
      'quoted-local-part',
      'Address in a quoted local part',
      'A relay that takes the quotes away before it looks finds an address outside (RFC 5321 4.1.2).',
      `<"${victim.local}@${victim.domain}"@${domain}>`,
    ),
    probe(
      'quoted-address',
      'Quoted address without a domain',
      'The same without a domain behind it.',
      `<"${victim.local}@${victim.domain}">`,
    ),
    probe(
      'source-route',
      'Source route through us',
      'RFC 5321 appendix C: a route names the hosts on the way, and is to be ignored.',
      `<@${domain}:${victim.local}@${victim.domain}>`,
    ),
    probe(
      'double-domain',
      'Two domains behind each other',
      'Which @ counts is read differently by different programs.',
      `<${victim.local}@${victim.domain}@${domain}>`,
    ),
    probe(
      'own-literal',
      'Percent hack at our address literal',
      'Our own address in brackets is easily forgotten among our domains.',
      `<${victim.local}%${victim.domain}@${literal}>`,
    ),
    probe(
      'foreign-literal',
      'Recipient at a foreign address literal',
      'Not a domain at all, and so in no list of domains.',
      `<${victim.local}@[192.0.2.25]>`,
    ),
    probe(
      'literal-sender',
      'Sender at our address literal',
      'Looks as if the mail came from the relay itself.',
      outside,
      `<postmaster@${literal}>`,
    ),
    probe(
      'localhost-sender',
      'Sender at localhost',
      'Looks as if the mail came from this machine.',
      outside,
      '<root@localhost>',
    ),
  ];
}
