/** Every permission to send with its age, what it overlaps, and how wide it is. Pure. */
import type { AllowList } from '../../../contract/schemas.ts';
import type { NetworkRange } from '../../config/network-range.ts';
import { parseRange } from '../../config/network-range.ts';
import type { Instant } from '../../platform/clock.ts';
import { formatInstant } from '../../platform/clock.ts';
import { ageState, endOf } from '../../policy/ageing.ts';
import { isWide, RangeNeighbours } from '../../policy/overlaps.ts';
import type { RangeOfSource } from '../../policy/overlaps.ts';
import type { Ends, Policy, Source } from '../../policy/policy.ts';
import { present } from '../views.ts';

type Item = AllowList['items'][number];
type Written = Source['config']['networks'][number];

interface Entry extends RangeOfSource {
  readonly written: Written;
  readonly path: string;
}

export function allowListItems(
  policy: Policy,
  now: Instant,
  lastSeenAt: (source: string) => Instant | undefined,
): Item[] {
  const sources = [...policy.sources.values()];
  const ranges = sources.flatMap((source, index) =>
    source.config.networks.flatMap((written, at): readonly Entry[] => {
      const parsed = parseRange(typeof written === 'string' ? written : written.range);
      return parsed.ok
        ? [{ source, written, range: parsed.value, path: `sources[${index}].networks[${at}]` }]
        : [];
    }),
  );
  const neighbours = new RangeNeighbours(ranges);
  const entries = ranges.map((entry) => {
    const about = typeof entry.written === 'object' ? entry.written : undefined;
    const covering = neighbours.coveredBy(entry);
    const { named, count } = neighbours.overlapsOf(entry);
    const owner = about?.owner ?? entry.source.config.owner;
    return {
      source: entry.source.name,
      range: entry.range.text,
      path: entry.path,
      ...present({ owner, note: about?.note }),
      ...ageOf(endOf(about?.expires, policy.ageing).ends, policy, now),
      addresses: countOf(entry.range),
      overlaps: named.map(({ other, kind }) => ({
        source: other.source.name,
        range: other.range.text,
        kind,
      })),
      overlapCount: count,
      ...(covering && { coveredBy: `${covering.range.text} of ${covering.source.name}` }),
      tooWide: isWide(entry.range),
      ...seenAt(lastSeenAt(entry.source.name)),
    };
  });
  const wholes = sources.map((source, index) => ({
    source: source.name,
    path: `sources[${index}]`,
    ...present({ owner: source.config.owner, note: source.config.purpose }),
    ...ageOf(source.ends, policy, now),
    overlaps: [],
    overlapCount: 0,
    tooWide: false,
    ...seenAt(lastSeenAt(source.name)),
  }));
  return [...wholes, ...entries];
}

function ageOf(ends: Ends | undefined, policy: Policy, now: Instant) {
  return {
    age: ageState(ends, policy.ageing, now),
    ...(ends && {
      endsAt: formatInstant(ends.at),
      heldFrom: formatInstant(ends.heldFrom),
      refusedAt: formatInstant(ends.refusedFrom),
    }),
  };
}

function seenAt(at: Instant | undefined): { readonly lastSeenAt?: string } {
  return at === undefined ? {} : { lastSeenAt: formatInstant(at) };
}

function countOf({ first, last }: NetworkRange): string {
  return String(last - first + 1n);
}
