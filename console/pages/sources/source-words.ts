/** State of a source in words. Pure. */
import type { AgeState, SourceView } from '../../../contract/schemas/sources.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import { tlsVersion } from '../../parts/words.ts';

export interface SourceState {
  readonly tone: Tone;
  readonly title: string;
}

const ages: Readonly<Record<AgeState, SourceState | undefined>> = {
  ended: { tone: 'bad', title: 'Ended' },
  quarantine: { tone: 'paused', title: 'Mail is held' },
  grace: { tone: 'warning', title: 'Ended, in grace' },
  remind: { tone: 'warning', title: 'Ends soon' },
  valid: undefined,
  lasting: undefined,
};

/** What it means for its mail. */
export const ageWords: Readonly<Record<AgeState, string>> = {
  lasting: 'Has no end.',
  valid: 'Is valid.',
  remind: 'Ends within the reminder time.',
  grace: 'Has ended, and still works until its grace is over.',
  quarantine: 'Has ended: its mail is accepted and held.',
  ended: 'Has ended: its mail is refused.',
};

/** Everything that needs a look, the worst first; never empty. */
export function statesOf(source: SourceView): readonly SourceState[] {
  const ends = [source, ...source.networks].flatMap(({ age }) => ages[age] ?? []);
  const worst = Object.values(ages).find((state) => state && ends.includes(state));
  const found: readonly (SourceState | undefined)[] = [
    worst,
    source.reviewDue ? { tone: 'warning', title: 'Review due' } : undefined,
    source.firmwareDue ? { tone: 'warning', title: 'Firmware review due' } : undefined,
    source.seen.unencrypted === true ? { tone: 'warning', title: 'Unencrypted' } : undefined,
    source.silent
      ? { tone: 'plain', title: source.seen.lastSeenAt === undefined ? 'Never seen' : 'Silent' }
      : undefined,
  ];
  const states = found.filter((state) => state !== undefined);
  return states.length > 0 ? states : [{ tone: 'good', title: 'In use' }];
}

/** `TLS 1.2, TLS 1.3`, and whether it came without. */
export function tlsWords({ seen }: SourceView): string {
  const versions = (seen.tlsVersions ?? []).map((version) => tlsVersion(version));
  const words = seen.unencrypted === true ? ['None', ...versions] : versions;
  return words.join(', ');
}

/** The end of the source or of the network that ends first. */
export function firstEnd(source: SourceView): string | undefined {
  const ends = [source, ...source.networks].flatMap(({ endsAt }) => endsAt ?? []);
  return ends.toSorted()[0];
}
