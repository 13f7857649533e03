import { describe, expect, it } from 'vitest';
import { policySchema } from './policy-schema.ts';

const source = { name: 'printer', networks: ['192.0.2.1'], senders: ['*@contoso.com'] };
const profiles = [
  { name: 'old-mfp', quirks: ['missing-angle-brackets'], repair: ['bare-line-feeds', 'missing-date'] },
];

describe('profiles', () => {
  it('add their switches to those of the source', () => {
    const { sources } = policySchema.parse({
      profiles,
      sources: [
        {
          ...source,
          profile: 'old-mfp',
          quirks: ['space-after-colon', 'missing-angle-brackets'],
          repair: ['missing-date'],
        },
        { ...source, name: 'other' },
      ],
    });
    expect(sources[0]).toMatchObject({
      quirks: ['space-after-colon', 'missing-angle-brackets'],
      repair: ['missing-date', 'bare-line-feeds'],
    });
    expect(sources[1]).toMatchObject({ quirks: [], repair: [] });
  });

  it.each([
    [
      'a name that is not there',
      { profiles, sources: [{ ...source, profile: 'new-mfp' }] },
      'there are old-mfp',
    ],
    ['a name without any', { sources: [{ ...source, profile: '__proto__' }] }, 'there are no profiles'],
    [
      'a name twice',
      { profiles: [...profiles, ...profiles], sources: [] },
      'there is a profile old-mfp already',
    ],
    ['a switch that is none', { profiles: [{ name: 'x', quirks: ['no-such'] }], sources: [] }, 'quirks'],
  ])('%s is a fault', (_what, document, words) => {
    const read = policySchema.safeParse(document);
    expect(read.success).toBe(false);
    expect(JSON.stringify(read.error?.issues)).toContain(words);
  });
});
