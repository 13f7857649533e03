/** relayhost, transport(5) and sender-dependent relay hosts as ways out. Passwords of tables are read by nobody. */
import type { WayOut } from '../inventory.ts';
import { logicalLines, wordsOf } from './main-cf.ts';
import type { MainCf, Setting } from './main-cf.ts';
import { readNextHop, readTransport } from './next-hop.ts';
import type { NextHop } from './next-hop.ts';
import type { Reading } from './read-postfix.ts';

export function readRoutes(config: MainCf, reading: Reading): void {
  const logins = readLogins(config, reading);
  const common = {
    tls: tlsOf(config),
    implicitTls: config.settings.get('smtp_tls_wrappermode')?.value === 'yes',
  };
  const way = (
    given: Pick<WayOut, 'name' | 'from' | 'pattern' | 'senders'>,
    hops: readonly NextHop[],
  ): void => {
    const hosts = hops.map(({ host }) => host);
    const login = logins.get(hosts[0] ?? '');
    reading.draft.waysOut.push({ ...given, ...common, hosts, ...(login && { login }) });
    for (const { host } of hops.filter(({ byMx }) => byMx))
      reading.draft.notTaken.push({
        from: given.from,
        text: `Postfix asks for the MX records of ${host}; the connector ${given.name} connects to the host of that name`,
      });
  };
  readRelayHost(config, reading, way);
  for (const { key, value, place } of rowsOf(config.settings.get('transport_maps'), reading)) {
    const hop = readTransport(value);
    const pattern = /^\.?[\w-]+(?:\.[\w-]+)+$/.test(key) ? key.replace(/^\./, '*.') : undefined;
    if (hop && pattern) way({ name: `to-${pattern.replace('*.', 'below-')}`, from: place, pattern }, [hop]);
    else
      reading.draft.notTaken.push({
        from: place,
        text: `the transport "${value}" of "${key}" is none to another server by domain`,
      });
  }
  for (const { key, value, place } of rowsOf(
    config.settings.get('sender_dependent_relayhost_maps'),
    reading,
  )) {
    const hop = readNextHop(value);
    const sender = key.startsWith('@') ? `*${key}` : key;
    if (hop && sender.includes('@'))
      way({ name: `from-${key.replace('@', '')}`, from: place, pattern: '*', senders: [sender] }, [hop]);
    else
      reading.draft.notTaken.push({
        from: place,
        text: `the relay host "${value}" of "${key}" cannot be read`,
      });
  }
}

type Way = (given: Pick<WayOut, 'name' | 'from' | 'pattern' | 'senders'>, hops: readonly NextHop[]) => void;

function readRelayHost({ settings }: MainCf, { draft, from }: Reading, way: Way): void {
  const setting = settings.get('relayhost');
  const fallback = settings.get('smtp_fallback_relay') ?? settings.get('fallback_relay');
  const named = [setting, fallback].flatMap((one) =>
    one === undefined ? [] : wordsOf(one.value).map((text) => ({ text, place: from(one) })),
  );
  const hops = named.flatMap(({ text, place }) => {
    const hop = readNextHop(text);
    if (hop === undefined)
      draft.notTaken.push({ from: place, text: `the next hop "${text}" cannot be read` });
    return hop ?? [];
  });
  const isDirect = setting === undefined || setting.value === '';
  if (isDirect && fallback && fallback.value !== '')
    draft.notTaken.push({
      from: from(fallback),
      text: 'Postfix tries the MX of the recipient first; here all mail takes this host',
    });
  if (hops.length === 0 && !isDirect) return;
  way({ name: 'default', from: setting ? from(setting) : 'relayhost is not set', pattern: '*' }, hops);
}

/** Next hops for which a login is kept. The password is cut off at once. */
function readLogins({ settings }: MainCf, reading: Reading): Map<string, NonNullable<WayOut['login']>> {
  const rows = rowsOf(settings.get('smtp_sasl_password_maps'), reading);
  return new Map(
    rows.flatMap(({ key, value, place }) => {
      const host = readNextHop(key)?.host;
      const username = value.split(':', 1)[0] ?? '';
      return host === undefined
        ? []
        : [[host, { ...(username !== '' && { username }), from: place }] as const];
    }),
  );
}

interface Row {
  readonly key: string;
  readonly value: string;
  readonly place: string;
}

/** Rows of tables that are text files (postmap(1)); others are named as not read. */
function rowsOf(setting: Setting | undefined, { draft, from, tables }: Reading): readonly Row[] {
  if (setting === undefined) return [];
  return wordsOf(setting.value).flatMap((word) => {
    const path = /^(?:hash|lmdb|btree|cdb|texthash|dbm):(\/.*)$/.exec(word)?.[1];
    const text = path === undefined ? undefined : tables(path);
    if (path === undefined || text === undefined) {
      const why = path === undefined ? 'is no text table' : 'is not beside main.cf';
      draft.notTaken.push({ from: from(setting), text: `${word} ${why}, so what it says is not known` });
      return [];
    }
    return logicalLines(text).map(({ line, text: row }) => {
      const [key = ''] = row.split(/\s/, 1);
      return { key, value: row.slice(key.length).trim(), place: `${path}:${line}` };
    });
  });
}

/** `may` and nothing at all send in clear where no TLS is offered (postconf(5), smtp_tls_security_level). */
function tlsOf({ settings }: MainCf): WayOut['tls'] {
  const level = settings.get('smtp_tls_security_level')?.value ?? '';
  const isForced = /^(?:encrypt|dane-only|fingerprint|verify|secure)$/.test(level);
  return isForced || settings.get('smtp_enforce_tls')?.value === 'yes' ? 'required' : 'opportunistic';
}
