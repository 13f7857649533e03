/**
 * From an inventory to a policy with the least rights: each client that was seen to send gets a source of its own with the
 * senders it used; without logs the ranges of the old relay are taken over, but for those that are too wide.
 */
import { parseAddress, rangeContains } from '../config/network-range.ts';
import type { Inventory, Note, Permission } from './inventory.ts';
import { nameOf } from './names.ts';
import { isTooWide } from './ranges.ts';
import type { SeenClient } from './seen.ts';
import { proposeConnectors } from './propose-connectors.ts';
import type { ProposedConnector } from './propose-connectors.ts';

export interface ProposedSource {
  readonly name: string;
  readonly from: string;
  readonly networks: readonly { readonly range: string; readonly from: string }[];
  readonly senders: readonly string[];
  /** Why these senders. */
  readonly sendersFrom: string;
  readonly nullSender: boolean;
  readonly requireTls: boolean;
  readonly messageBytes?: number;
}

export interface Proposal {
  readonly domains: readonly { readonly domain: string; readonly from: string }[];
  readonly sources: readonly ProposedSource[];
  readonly connectors: readonly ProposedConnector[];
  readonly notes: readonly Note[];
  readonly dangers: readonly Note[];
}

export interface Wishes {
  /** Domains of the tenant, as the administrator named them. */
  readonly domains: readonly string[];
  /** Takes the ranges over although logs say who really sends. */
  readonly keepRanges: boolean;
}

/** Beyond so many addresses of one domain a device is given the whole domain. */
const sendersOfDomainMax = 20;

export function propose(inventory: Inventory, wishes: Wishes): Proposal {
  const named = wishes.domains.map((domain) => ({ domain: domain.toLowerCase(), from: '--domain' }));
  const domains = unique([...named, ...inventory.domains], ({ domain }) => domain);
  const notes: Note[] = [...inventory.notTaken];
  const dangers: Note[] = [...inventory.dangers];
  const clients = inventory.seen.flatMap((client) => ofClient(client, inventory, notes));
  const takesRanges = clients.length === 0 || wishes.keepRanges;
  const taken = new Set(clients.flatMap(({ networks }) => networks.map(({ range }) => range)));
  const ranges = inventory.permissions.flatMap((permission) =>
    ofPermission(permission, {
      domains: domains.map(({ domain }) => domain),
      takesRanges,
      taken,
      notes,
      dangers,
    }),
  );
  const { connectors, notes: more } = proposeConnectors(inventory.waysOut, domains.length > 0);
  return {
    domains,
    sources: withOwnNames([...clients, ...ranges]),
    connectors,
    notes: [...notes, ...more],
    dangers,
  };
}

function ofClient(client: SeenClient, { permissions }: Inventory, notes: Note[]): ProposedSource[] {
  const from = `the log, ${client.address}`;
  const address = parseAddress(client.address);
  const permission = permissions.find(({ ranges }) =>
    ranges.some(({ range }) => address.ok && rangeContains(range, address.value)),
  );
  if (permission === undefined) {
    const how =
      client.logins.length > 0
        ? `as ${client.logins.join(', ')} by a login: give it a source with "login"`
        : 'to the old relay, which does not let it relay by address: not proposed';
    notes.push({ from, text: `sent ${client.messages} messages ${how}` });
    return [];
  }
  const senders = narrowed(client.senders);
  if (client.moreSenders)
    notes.push({
      from,
      text: 'used more senders than are counted, or such that are no address: look at its log',
    });
  const networks = [
    { range: client.address, from: `${client.messages} messages in the log; ${permission.name} permits it` },
  ];
  const sendersFrom =
    senders.length === client.senders.length
      ? 'as seen in the log'
      : `${client.senders.length} addresses in the log`;
  return [
    {
      ...limitsOf(permission),
      name: `client-${client.address.replaceAll(/[.:]+/g, '-')}`,
      from,
      networks,
      senders,
      sendersFrom,
      nullSender: client.nullSender,
    },
  ];
}

function narrowed(senders: readonly string[]): string[] {
  const byDomain = Map.groupBy(senders, (sender) => sender.slice(sender.lastIndexOf('@') + 1));
  return [...byDomain].flatMap(([domain, list]) =>
    list.length > sendersOfDomainMax ? [`*@${domain}`] : list,
  );
}

interface Taking {
  readonly domains: readonly string[];
  readonly takesRanges: boolean;
  readonly taken: Set<string>;
  readonly notes: Note[];
  readonly dangers: Note[];
}

function ofPermission(
  permission: Permission,
  { domains, takesRanges, taken, notes, dangers }: Taking,
): ProposedSource[] {
  const networks: { range: string; from: string }[] = [];
  for (const { range, from } of permission.ranges) {
    if (isLoopbackRange(range.text)) {
      add('127.0.0.1', `${from} (${range.text})`);
    } else if (isTooWide(range)) {
      dangers.push({
        from,
        text: `${range.text} is too wide and not taken over: name the addresses that really send (logs show them)`,
      });
    } else if (takesRanges) {
      if (range.bits < (range.family === 4 ? 24 : 64))
        notes.push({
          from,
          text: `${range.text} is wide: name the addresses that really send (logs show them)`,
        });
      add(range.text, from);
    } else
      notes.push({
        from,
        text: `${range.text} is not taken over: the addresses of it that the log has seen take its place (--keep-ranges takes it over)`,
      });
  }
  if (networks.length === 0) return [];
  const senders = domains.map((domain) => `*@${domain}`);
  const sendersFrom =
    senders.length > 0
      ? 'the domains of the tenant: narrow it to what each device uses'
      : 'not known, so it may send nothing: --domain names the domains';
  return [
    {
      ...limitsOf(permission),
      name: nameOf(permission.name),
      from: permission.from,
      networks,
      senders,
      sendersFrom,
      nullSender: false,
    },
  ];

  function add(range: string, from: string): void {
    if (taken.has(range)) notes.push({ from, text: `${range} belongs to a source above already` });
    else networks.push({ range, from });
    taken.add(range);
  }
}

function limitsOf({
  requireTls,
  messageBytes,
}: Permission): Pick<ProposedSource, 'requireTls' | 'messageBytes'> {
  return { requireTls, ...(messageBytes !== undefined && { messageBytes }) };
}

function isLoopbackRange(text: string): boolean {
  return text.startsWith('127.');
}

function withOwnNames(sources: readonly ProposedSource[]): ProposedSource[] {
  const used = new Map<string, number>();
  return sources.map((source) => {
    const count = (used.get(source.name) ?? 0) + 1;
    used.set(source.name, count);
    return count === 1 ? source : { ...source, name: `${source.name}-${count}` };
  });
}

function unique<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(list.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}
