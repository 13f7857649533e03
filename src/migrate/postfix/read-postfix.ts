/** From main.cf, and the tables beside it, to what the old relay permits and does. */
import type { Draft, FoundRange, Inventory } from '../inventory.ts';
import { emptyInventory } from '../inventory.ts';
import { readRanges } from '../ranges.ts';
import { readMainCf, wordsOf, logicalLines } from './main-cf.ts';
import type { MainCf, Setting } from './main-cf.ts';
import { readRoutes } from './routes.ts';
import { byHand, inNode, withoutCounterpart } from './settings.ts';

/** Text of a file that main.cf names, or `undefined` where it is not at hand. */
export type Tables = (path: string) => string | undefined;

const routing = new Set([
  'relayhost',
  'smtp_fallback_relay',
  'fallback_relay',
  'transport_maps',
  'sender_dependent_relayhost_maps',
  'smtp_sasl_password_maps',
  'smtp_tls_security_level',
  'smtp_use_tls',
  'smtp_enforce_tls',
  'smtp_tls_wrappermode',
  'smtp_sasl_auth_enable',
  'smtp_sasl_security_options',
  'smtp_sasl_tls_security_options',
]);
const own = new Set(['mydestination', 'relay_domains', 'virtual_alias_domains']);

/** `file`: as it is named to people. */
export function readPostfix(text: string, file: string, tables: Tables): Inventory {
  const draft = emptyInventory('postfix');
  const config = readMainCf(text);
  const from = ({ name, line }: Setting): string => `${file}:${line} ${name}`;
  for (const odd of config.odd) draft.notTaken.push({ from: `${file}:${odd.line}`, text: odd.text });
  readNetworks(config, { draft, from, tables });
  readRoutes(config, { draft, from, tables });
  for (const setting of config.settings.values()) {
    const { name, value } = setting;
    if (name === 'mynetworks' || routing.has(name) || withoutCounterpart.test(name)) continue;
    if (own.has(name))
      readDomains(setting, draft, {
        from: from(setting),
        hostname: config.settings.get('myhostname')?.value,
      });
    else if (inNode.has(name))
      draft.node.push({ from: from(setting), text: `${inNode.get(name)}: was "${value}"` });
    else if (value !== '')
      draft.notTaken.push({
        from: from(setting),
        text: byHand.get(name) ?? `"${value.slice(0, 200)}": has no counterpart that is known here`,
      });
    if (name.endsWith('_restrictions') && wordsOf(value)[0] === 'permit')
      draft.dangers.push({ from: from(setting), text: 'permits everybody: the old relay was open' });
  }
  const without = [...config.settings.keys()].filter((name) => withoutCounterpart.test(name));
  if (without.length > 0)
    draft.notTaken.push({ from: file, text: `needs nothing here: ${without.join(', ')}` });
  return draft;
}

export interface Reading {
  readonly draft: Draft;
  readonly from: (setting: Setting) => string;
  readonly tables: Tables;
}

function readNetworks(config: MainCf, { draft, from, tables }: Reading): void {
  const setting = config.settings.get('mynetworks');
  const style = config.settings.get('mynetworks_style');
  if (setting === undefined) {
    draft.notTaken.push({
      from: style ? from(style) : 'mynetworks',
      text: `mynetworks is not set, so Postfix trusts by mynetworks_style (${style?.value ?? 'host'}): name the networks yourself`,
    });
    return;
  }
  const ranges: FoundRange[] = [];
  for (const { word, place } of networkWords(setting, { draft, from, tables })) {
    if (word.startsWith('!')) {
      draft.dangers.push({
        from: place,
        text: `the exception ${word} cannot be taken over: narrow the range that holds it`,
      });
      continue;
    }
    const read = readRanges(word);
    if (read.ok) ranges.push(...read.value.map((range) => ({ range, from: place })));
    else draft.notTaken.push({ from: place, text: read.reason });
  }
  draft.permissions.push({
    name: 'mynetworks',
    from: from(setting),
    ranges,
    requireTls: requiresTls(config),
  });
}

/** A word that begins with `/` is a file of such words; `cidr:` and other tables hold one key a line. */
function networkWords(
  setting: Setting,
  { draft, from, tables }: Reading,
): { readonly word: string; readonly place: string }[] {
  return wordsOf(setting.value).flatMap((word) => {
    const place = from(setting);
    const path = /^(?:(?:cidr|hash|lmdb|btree|cdb|texthash):)?(\/.*)$/.exec(word)?.[1];
    if (path === undefined) return [{ word, place }];
    const text = tables(path);
    if (text === undefined) {
      draft.notTaken.push({
        from: place,
        text: `${word} is not beside main.cf, so its networks are not known`,
      });
      return [];
    }
    return logicalLines(text).flatMap(({ line, text: row }) => {
      const words = word.startsWith('/') ? wordsOf(row) : [wordsOf(row)[0] ?? ''];
      return words.map((one) => ({ word: one, place: `${path}:${line}` }));
    });
  });
}

function requiresTls({ settings }: MainCf): boolean {
  return (
    settings.get('smtpd_tls_security_level')?.value === 'encrypt' ||
    settings.get('smtpd_enforce_tls')?.value === 'yes'
  );
}

/** Of the domains only those that mail is sent as; names of the machine itself say nothing. */
function readDomains(
  { value }: Setting,
  draft: Draft,
  { from, hostname }: { readonly from: string; readonly hostname: string | undefined },
): void {
  for (const word of wordsOf(value)) {
    if (/^localhost(?:\.|$)/i.test(word) || word === hostname) continue;
    if (/^[\w-]+(?:\.[\w-]+)+$/.test(word)) draft.domains.push({ domain: word.toLowerCase(), from });
    else draft.notTaken.push({ from, text: `"${word}" is no domain that can be read here` });
  }
}
