/** Next hops as Postfix writes them in relayhost and transport(5): `[host]:port`, `host:port`, `smtp:[host]`. */

export interface NextHop {
  /** `host` or `host:port`, as a policy names it. */
  readonly host: string;
  /** Without brackets Postfix sends to the MX hosts of the name. */
  readonly byMx: boolean;
}

/** The value of a row of transport(5); `undefined`: another transport than SMTP, or no host of its own. */
export function readTransport(text: string): NextHop | undefined {
  const host = /^(?:smtp|relay)?:(.+)$/.exec(text)?.[1];
  return host === undefined ? undefined : readNextHop(host);
}

/** `undefined`: it cannot be read. */
export function readNextHop(text: string): NextHop | undefined {
  const match = /^(?:\[([\w.:-]+)\]|([\w.-]+))(?::(\w+))?$/.exec(text);
  if (!match) return undefined;
  const [, bracketed, bare = '', service] = match;
  const port = portOf(service);
  if (port === undefined) return undefined;
  const name = (bracketed ?? bare).replace(/^ipv6:/i, '');
  const written = name.includes(':') ? `[${name}]` : name;
  return { host: port === 25 ? written : `${written}:${port}`, byMx: bracketed === undefined };
}

function portOf(service: string | undefined): number | undefined {
  const named = new Map([
    ['smtp', 25],
    ['submission', 587],
    ['smtps', 465],
    ['submissions', 465],
  ]);
  const port = service === undefined ? 25 : (named.get(service) ?? Number(service));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}
