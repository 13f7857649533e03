/** Which domains stand in the envelope and in the From of each source's mail, after its rewrites. Pure. */
import type { Policy } from '../../policy/policy.ts';

/** Pairs that are looked at in one run. */
const pairsMax = 40;

export interface SenderPair {
  readonly source: string;
  /** Domain of the envelope sender; `<>` for the null sender. */
  readonly envelope: string;
  /** Domain of the header From. */
  readonly from: string;
}

/** A source whose policy leaves open what stands in the From. */
export interface OpenFrom {
  readonly source: string;
  /** The setting that leaves it open. */
  readonly because: string;
}

/**
 * Without a rewrite a device writes the same address into both, or may pair any of its `senders`: then each domain of a From
 * is judged with itself alone, because nothing else is known to happen. A rewrite of one of the two is what parts them.
 */
export function senderPairs(policy: Policy): readonly SenderPair[] {
  const pairs: SenderPair[] = [];
  for (const { name, config } of policy.sources.values()) {
    const domains = [...new Set(config.senders.flatMap(domainOf))];
    const sender = config.rewrite?.sender;
    const from = config.rewrite?.from;
    const [envelope] = sender === undefined ? [] : domainOf(sender);
    const [written] = from === undefined ? [] : domainOf(from);
    if (envelope !== undefined && written !== undefined)
      pairs.push({ source: name, envelope, from: written });
    else if (envelope !== undefined)
      pairs.push(...domains.map((domain) => ({ source: name, envelope, from: domain })));
    else if (written !== undefined)
      pairs.push(...domains.map((domain) => ({ source: name, envelope: domain, from: written })));
    else if (config.nullSender)
      pairs.push(...domains.map((domain) => ({ source: name, envelope: '<>', from: domain })));
    else pairs.push(...domains.map((domain) => ({ source: name, envelope: domain, from: domain })));
  }
  return pairs.slice(0, pairsMax);
}

/** `headerFrom: any`, or a pattern for every domain: no domain can be held against DNS. A rewrite of the From decides it. */
export function openFroms(policy: Policy): readonly OpenFrom[] {
  const open: OpenFrom[] = [];
  for (const { name, config } of policy.sources.values()) {
    if (config.rewrite?.from !== undefined) continue;
    const wide = config.senders.find((pattern) => domainOf(pattern).length === 0);
    if (config.headerFrom === 'any') open.push({ source: name, because: 'headerFrom: any' });
    else if (wide !== undefined) open.push({ source: name, because: `"${wide}" in its senders` });
  }
  return open.slice(0, pairsMax);
}

function domainOf(address: string): string[] {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return address.includes('@') && domain.includes('.') && !domain.startsWith('*') ? [domain] : [];
}
