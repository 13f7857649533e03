/** Networks of all sources: read, checked for width and for overlaps, indexed. */
import type { NetworkRange } from '../config/network-range.ts';
import { parseRange } from '../config/network-range.ts';
import type { PolicyDocument, SourceConfig } from '../config/policy-schema.ts';
import type { AgeingConfig } from '../config/ageing-schema.ts';
import { endOf } from './ageing.ts';
import type { DocumentPath } from '../config/finding.ts';
import type { NetworkIndex, NetworkRule, Source } from './policy.ts';
import type { Findings } from './findings.ts';
import type { IndexedRule } from './network-index.ts';
import { createNetworkIndex } from './network-index.ts';

/** Ranges wider than these prefixes need the word `dangerous`: 65,536 IPv4 addresses, one IPv6 provider. */
const widestBits = { 4: 16, 6: 32 } as const;

interface Entry extends IndexedRule {
  readonly path: DocumentPath;
}

export function compileNetworks(
  document: PolicyDocument,
  sources: ReadonlyMap<string, Source>,
  findings: Findings,
): NetworkIndex {
  const entries: Entry[] = [];
  for (const [index, config] of document.sources.entries()) {
    const source = sources.get(config.name);
    if (source?.config === config)
      entries.push(...sourceEntries(source, ['sources', index], findings, document.ageing));
  }
  // Among equal ranges the source that needs nothing but the address comes first: the other ones are found by their
  // stronger evidence before addresses are asked.
  const ordered = entries.toSorted((a, b) => Number(needsMore(a)) - Number(needsMore(b)));
  const index = createNetworkIndex(ordered);
  reportOverlaps(entries, index, findings);
  return index;
}

function sourceEntries(
  source: Source,
  path: DocumentPath,
  findings: Findings,
  ageing: AgeingConfig | undefined,
): Entry[] {
  const entries: Entry[] = [];
  for (const [index, written] of source.config.networks.entries()) {
    const entry = typeof written === 'string' ? { range: written } : written;
    const here = [...path, 'networks', index, ...(typeof written === 'string' ? [] : ['range'])];
    const parsed = parseRange(entry.range);
    if (!parsed.ok) {
      findings.error(here, parsed.reason, '');
      continue;
    }
    if (!checkWidth(source.config, entry, parsed.value, here, findings)) continue;
    const rule: NetworkRule = {
      source,
      range: parsed.value.text,
      prefixBits: parsed.value.bits,
      ...endOf(entry.expires, ageing),
      ...(entry.note === undefined ? {} : { note: entry.note }),
    };
    entries.push({ rule, range: parsed.value, path: here });
  }
  return entries;
}

function checkWidth(
  config: SourceConfig,
  entry: { readonly dangerous?: true | undefined },
  range: NetworkRange,
  path: DocumentPath,
  findings: Findings,
): boolean {
  const widest = widestBits[range.family];
  if (range.bits >= widest) return true;
  const holds =
    range.bits === 0
      ? `${range.text} is every IPv${range.family} address there is`
      : `${range.text} is wider than /${widest}`;
  if (entry.dangerous || config.dangerous) {
    findings.danger(
      path,
      range.bits === 0
        ? `${config.name}: ${holds}: whoever reaches a listener is this source`
        : `${config.name}: ${holds}: any machine in it is this source`,
    );
    return true;
  }
  findings.error(
    path,
    `${holds}, so any machine in it would be ${config.name}`,
    'name narrower ranges, or add "dangerous: true" to the entry',
  );
  return false;
}

/** One finding for each range that lies in a range of another source, and for each range that is written twice. */
function reportOverlaps(entries: readonly Entry[], index: NetworkIndex, findings: Findings): void {
  const seen = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${entry.range.family} ${entry.range.text}`;
    const equals = seen.get(key) ?? [];
    const twin = equals.find((other) => !distinguished(other.rule.source, entry.rule.source));
    equals.push(entry);
    seen.set(key, equals);
    if (twin) reportTwin(entry, twin, findings);
    else reportEnclosing(entry, index, findings);
  }
}

function reportTwin(entry: Entry, twin: Entry, findings: Findings): void {
  const { source, range } = entry.rule;
  if (twin.rule.source === source) {
    findings.warning(entry.path, `${range} stands in ${source.name} twice`, 'remove one of the two');
  } else {
    findings.error(
      entry.path,
      `${range} belongs to ${twin.rule.source.name} as well, and nothing says whose mail it is`,
      'give it to one of them, or tell them apart by "listeners" or "require"',
    );
  }
}

function reportEnclosing(entry: Entry, index: NetworkIndex, findings: Findings): void {
  const { source, range, prefixBits } = entry.rule;
  const host = range.split('/')[0] ?? range;
  const own = index.lookup(host).find((rule) => rule.source === source && rule.prefixBits < prefixBits);
  // An entry that ends sooner than the one around it, or that somebody noted something about, may be meant.
  if (own && entry.rule.note === undefined && own.expiresAt === entry.rule.expiresAt) {
    findings.warning(
      entry.path,
      `${range} of ${source.name} lies in ${own.range} of the same source, and adds nothing to it`,
      'remove one of the two',
    );
  }
  const around = index
    .lookup(host)
    .find(
      (rule) => rule.prefixBits < prefixBits && rule.source !== source && shareListener(rule.source, source),
    );
  if (!around) return;
  findings.warning(
    entry.path,
    `${range} of ${source.name} lies in ${around.range} of ${around.source.name}: ${source.name} wins there`,
    'nothing to do if that is meant',
  );
}

/** Two sources of the same range are told apart by where they are known or by what more they must show. */
function distinguished(a: Source, b: Source): boolean {
  if (a === b) return false;
  return !shareListener(a, b) || requirement(a) !== requirement(b);
}

function shareListener(a: Source, b: Source): boolean {
  const [here, there] = [a.config.listeners, b.config.listeners];
  return !here || !there || here.some((name) => there.includes(name));
}

function requirement(source: Source): string {
  return [...(source.config.require ?? ['network'])].sort().join(' ');
}

function needsMore(entry: Entry): boolean {
  return requirement(entry.rule.source) !== 'network';
}
