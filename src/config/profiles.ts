/** `profiles` of `policy.yaml`: named sets of switches for families of devices. Descriptions feed the generated reference. */
import { z } from 'zod';
import { name } from './policy-names.ts';
import type { QuirkName, RepairName } from './source-schema.ts';
import { quirkNames, repairNames } from './source-schema.ts';

/** One entry of `profiles`. */
export const profile = z.strictObject({
  name: name.describe('Name in `profile` of sources, such as that of a family of devices.'),
  quirks: z.array(z.enum(quirkNames)).default([]).describe('Added to the quirks of each such source.'),
  repair: z.array(z.enum(repairNames)).default([]).describe('Added to the repairs of each such source.'),
  note: z.string().max(500).optional().describe('For people.'),
});

interface Switched {
  readonly profile?: string | undefined;
  readonly quirks: QuirkName[];
  readonly repair: RepairName[];
}

interface WithProfiles<S extends Switched> {
  readonly profiles?: z.output<typeof profile>[] | undefined;
  readonly sources: S[];
}

/** Faults that concern profiles alone: a name that is not there, and one that is there twice. */
export function checkProfiles(
  { profiles = [], sources }: WithProfiles<Switched>,
  context: { addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string }): void },
): void {
  const names = profiles.map((one) => one.name);
  for (const [index, one] of names.entries()) {
    if (names.indexOf(one) === index) continue;
    context.addIssue({
      code: 'custom',
      path: ['profiles', index, 'name'],
      message: `there is a profile ${one} already`,
    });
  }
  for (const [index, source] of sources.entries()) {
    if (source.profile === undefined || names.includes(source.profile)) continue;
    const known = names.length === 0 ? 'there are no profiles' : `there are ${names.join(', ')}`;
    context.addIssue({
      code: 'custom',
      path: ['sources', index, 'profile'],
      message: `there is no profile ${source.profile}; ${known}`,
    });
  }
}

/** Each source has the switches of its profile beside its own. */
export function withProfiles<S extends Switched, D extends WithProfiles<S>>(document: D): D {
  const byName = new Map((document.profiles ?? []).map((one) => [one.name, one]));
  if (byName.size === 0) return document;
  const sources = document.sources.map((source) => {
    const found = source.profile === undefined ? undefined : byName.get(source.profile);
    if (!found) return source;
    return {
      ...source,
      quirks: [...new Set([...source.quirks, ...found.quirks])],
      repair: [...new Set([...source.repair, ...found.repair])],
    };
  });
  return { ...document, sources };
}
