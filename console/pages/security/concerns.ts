/** What there is to look at about a permission to send, in words, the worst first. Pure. */
import type { AllowList } from '../../../contract/schemas/setup.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { countOf } from '../../parts/words.ts';

type Item = AllowList['items'][number];

export interface Concern {
  readonly tone: Extract<Tone, 'bad' | 'warning' | 'plain'>;
  readonly words: string;
}

/** A row that names more is not read to its end. */
const namedMax = 5;
const kinds = { same: 'is the same as', within: 'lies within', holds: 'holds' } as const;

export function concernsOf(item: Item): readonly Concern[] {
  const { age, endsAt, refusedAt, heldFrom, tooWide, addresses, coveredBy, overlaps, overlapCount } = item;
  const ages: Readonly<Record<Item['age'], readonly Concern[]>> = {
    lasting: [],
    valid: [],
    remind: [{ tone: 'warning', words: `Ends on ${day(endsAt)}` }],
    grace: [{ tone: 'warning', words: `Ended on ${day(endsAt)}; mail is held from ${day(heldFrom)}` }],
    quarantine: [{ tone: 'bad', words: `Its mail is held; refused from ${day(refusedAt)}` }],
    ended: [{ tone: 'bad', words: `Ended: its mail is refused since ${day(refusedAt)}` }],
  };
  return [
    ...ages[age],
    ...(tooWide ? [{ tone: 'warning', words: `Wide: ${addresses} addresses` } as const] : []),
    ...(coveredBy === undefined
      ? []
      : [{ tone: 'plain', words: `Needless: ${coveredBy} holds it` } as const]),
    ...overlaps
      .slice(0, namedMax)
      .map(
        ({ source, range, kind }) =>
          ({ tone: 'plain', words: `Overlap: ${kinds[kind]} ${range} of ${source}` }) as const,
      ),
    ...(overlapCount > namedMax
      ? [{ tone: 'plain', words: countOf(overlapCount - namedMax, 'more overlap') } as const]
      : []),
  ];
}

const day = (at: string | undefined): string => at?.slice(0, 10) ?? 'a day that is not known';
