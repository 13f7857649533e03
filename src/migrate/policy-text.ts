/** Writes a proposal as policy.yaml: every entry says where it comes from, and what was not taken over stands at the top. */
import { Document, isMap, isSeq } from 'yaml';
import { printable } from '../observe/printable.ts';
import type { OldSystem } from './inventory.ts';
import type { Proposal, ProposedSource } from './proposal.ts';
import type { ProposedConnector } from './propose-connectors.ts';

/** Words of somebody else must not end the comment they stand in. */
const inComment = (text: string): string => ` ${printable(text).slice(0, 500)}`;

export function policyText(proposal: Proposal, system: OldSystem): string {
  const [first] = proposal.domains;
  const document = new Document({
    ...(first && {
      tenant: { domain: first.domain, acceptedDomains: proposal.domains.map(({ domain }) => domain) },
    }),
    sources: proposal.sources.map(sourceEntry),
    connectors: proposal.connectors.map(connectorEntry),
  });
  document.commentBefore = heading(proposal, system).map(inComment).join('\n');
  comment(document, ['tenant', 'domain'], first?.from);
  for (const [index, { from }] of proposal.domains.entries())
    comment(document, ['tenant', 'acceptedDomains', index], from);
  for (const [index, source] of proposal.sources.entries()) {
    before(document, ['sources', index], source.from);
    for (const [at, { from }] of source.networks.entries())
      comment(document, ['sources', index, 'networks', at], from);
    if (source.senders.length === 0) comment(document, ['sources', index, 'senders'], source.sendersFrom);
    else comment(document, ['sources', index, 'senders', 0], source.sendersFrom);
  }
  for (const [index, connector] of proposal.connectors.entries()) {
    before(document, ['connectors', index], connector.from);
    comment(document, ['connectors', index, 'suspended'], connector.suspended);
  }
  return document.toString({ lineWidth: 0 });
}

function heading({ notes, dangers }: Proposal, system: OldSystem): string[] {
  return [
    `Proposed by "relay365 import ${system}". Look at each entry before it is used.`,
    ...(dangers.length > 0 ? ['DANGEROUS on the old relay:'] : []),
    ...dangers.map(({ from, text }) => `- ${from}: ${text}`),
    ...(notes.length > 0 ? ['Not taken over, or not as it was:'] : []),
    ...notes.map(({ from, text }) => `- ${from}: ${text}`),
  ];
}

function sourceEntry(source: ProposedSource): object {
  return {
    name: source.name,
    networks: source.networks.map(({ range }) => range),
    senders: source.senders,
    ...(source.nullSender && { nullSender: true }),
    ...(source.requireTls && { requireTls: true }),
    ...(source.messageBytes !== undefined && { limits: { messageBytes: source.messageBytes } }),
  };
}

function connectorEntry({
  name,
  pattern,
  cost,
  senders,
  route,
  tls,
  implicitTls,
  suspended,
}: ProposedConnector): object {
  return {
    name,
    addressSpaces: [{ pattern, cost }],
    ...(senders && { senders }),
    route,
    tls,
    ...(implicitTls && { implicitTls }),
    ...(suspended !== undefined && { suspended: true }),
  };
}

function comment(document: Document, path: readonly (string | number)[], text: string | undefined): void {
  if (text === undefined) return;
  const node = document.getIn(path, true);
  if (typeof node === 'object' && node !== null) (node as { comment?: string }).comment = inComment(text);
}

function before(document: Document, path: readonly (string | number)[], text: string): void {
  const node = document.getIn(path, true);
  if (isMap(node) || isSeq(node)) node.commentBefore = inComment(text);
}
