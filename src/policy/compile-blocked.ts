/** `blocked` of the policy: read, checked against the sources, and made a list to look addresses up in. */
import type { NetworkRange } from '../config/network-range.ts';
import { parseAddress, parseRange, rangeContains } from '../config/network-range.ts';
import type { PolicyDocument } from '../config/policy-schema.ts';
import { endOfValidity } from '../config/units.ts';
import type { Findings } from './findings.ts';
import type { BlockList, BlockRule, Source } from './policy.ts';
import { ended } from './validity.ts';

interface Entry {
  readonly rule: BlockRule;
  readonly range: NetworkRange;
}

export function compileBlocked(
  document: PolicyDocument,
  sources: ReadonlyMap<string, Source>,
  findings: Findings,
): BlockList {
  const entries: Entry[] = [];
  for (const [index, written] of (document.blocked ?? []).entries()) {
    const entry = typeof written === 'string' ? { range: written } : written;
    const path = ['blocked', index, ...(typeof written === 'string' ? [] : ['range'])];
    const parsed = parseRange(entry.range);
    if (!parsed.ok) {
      findings.error(path, parsed.reason, '');
      continue;
    }
    const range = parsed.value;
    if (range.bits === 0) {
      findings.error(
        path,
        `${range.text} is every address there is, so nobody could send`,
        'name narrower ranges',
      );
      continue;
    }
    const shut = sourcesWithin(range, sources);
    if (shut.length > 0) {
      findings.warning(
        path,
        `${range.text} is blocked, and so are ${shut.slice(0, 5).join(', ')}${shut.length > 5 ? ` and ${shut.length - 5} more` : ''}, whose addresses it holds`,
        'nothing to do if that is meant',
      );
    }
    const { note, expires } = entry;
    const rule: BlockRule = {
      written: entry.range,
      range: range.text,
      ...(note !== undefined && { note }),
      ...(expires !== undefined && { expiresAt: endOfValidity(expires) }),
    };
    entries.push({ rule, range });
  }
  return blockList(entries.toSorted((a, b) => b.range.bits - a.range.bits));
}

function blockList(entries: readonly Entry[]): BlockList {
  return {
    size: entries.length,
    rules: entries.map(({ rule }) => rule),
    find(address, at) {
      // Asked for each connection; without entries nothing is read.
      if (entries.length === 0) return undefined;
      const parsed = parseAddress(address);
      if (!parsed.ok) return undefined;
      return entries.find(
        ({ rule, range }) => rangeContains(range, parsed.value) && !ended(rule.expiresAt, at),
      )?.rule;
    },
  };
}

function sourcesWithin(range: NetworkRange, sources: ReadonlyMap<string, Source>): string[] {
  const inside = (text: string): boolean => {
    const other = parseRange(text);
    return (
      other.ok &&
      other.value.family === range.family &&
      other.value.first <= range.last &&
      other.value.last >= range.first
    );
  };
  return Array.from(sources.values()).flatMap(({ name, config }) =>
    config.networks.some((entry) => inside(typeof entry === 'string' ? entry : entry.range)) ? [name] : [],
  );
}
