/** From the ways out of an old relay to connectors. One that needs a login begins suspended: its mail waits for the password. */
import type { Note, WayOut } from './inventory.ts';
import { nameOf } from './names.ts';

export interface ProposedConnector {
  readonly name: string;
  readonly from: string;
  readonly pattern: string;
  readonly cost: number;
  readonly senders?: readonly string[];
  readonly route:
    | { readonly type: 'mx' }
    | { readonly type: 'smart-host'; readonly hosts: readonly string[] }
    | { readonly type: 'exchange-online'; readonly host: string };
  readonly tls: 'required' | 'opportunistic';
  readonly implicitTls: boolean;
  /** Why it waits for a person. */
  readonly suspended?: string;
}

const tenantHost = /\.mail\.protection\.[\w.-]+$/i;
const submissionHost = /^(?:smtp\.office365\.|smtp-hve\.office365\.|smtp\.azurecomm\.)/i;

/** `hasTenant`: a domain of the tenant is known, without which no route leads into Microsoft 365. */
export function proposeConnectors(
  ways: readonly WayOut[],
  hasTenant: boolean,
): { readonly connectors: readonly ProposedConnector[]; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  const used = new Map<string, number>();
  const connectors = ways.map((way) => {
    const name = nameOf(way.name);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return connectorOf({ ...way, name: count === 1 ? name : `${name}-${count}` }, hasTenant, notes);
  });
  return { connectors, notes };
}

function connectorOf(way: WayOut, hasTenant: boolean, notes: Note[]): ProposedConnector {
  const { name, from, pattern, senders, hosts, implicitTls = false } = way;
  const host = hosts[0]?.replace(/:\d+$/, '') ?? '';
  const toTenant = tenantHost.test(host);
  const toSubmission = submissionHost.test(host);
  if (toTenant && !hasTenant)
    notes.push({
      from,
      text: `${host} is the MX host of a tenant: --domain names its domain, and the connector ${name} becomes one of Microsoft 365`,
    });
  if (toTenant && hosts.length > 1)
    notes.push({ from, text: `of ${hosts.join(', ')} only ${host} is taken over` });
  if (way.login) {
    const who = way.login.username === undefined ? '' : ` as ${way.login.username}`;
    notes.push({
      from: way.login.from,
      text: `the old relay logs in at ${host}${who}; the password is not read. Put it into a file that only the relay can read, add it to connector ${name} as "login: { username, password: { file: PATH } }" of its route, and remove "suspended"`,
    });
  }
  if (toSubmission)
    notes.push({
      from,
      text: `${host} is a service of Microsoft that wants a login: make connector ${name} one with "route.type: smtp-submission" and a credential (docs/routes.md)`,
    });
  const suspended = way.login
    ? 'the login is not taken over'
    : toSubmission
      ? 'a credential is needed'
      : undefined;
  return {
    name,
    from,
    pattern,
    cost: senders === undefined ? 10 : 5,
    ...(senders && { senders }),
    route:
      hosts.length === 0
        ? { type: 'mx' }
        : toTenant && hasTenant
          ? { type: 'exchange-online', host }
          : { type: 'smart-host', hosts },
    tls: toTenant || toSubmission ? 'required' : way.tls,
    implicitTls,
    ...(suspended !== undefined && { suspended }),
  };
}
