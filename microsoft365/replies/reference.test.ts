import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { sideInWords, verdictInWords } from './in-words.ts';
import { renderReplyCatalogue } from './reference.ts';
import { configuration, pause, permanent, retryOverIpv4, sender, throttle, transient } from './verdict.ts';

describe('renderReplyCatalogue', () => {
  const page = renderReplyCatalogue();

  it('has a heading for every entry, in order', () => {
    const headings = Array.from(page.matchAll(/^### `(.+)`$/gm), (match) => match[1]);
    expect(headings).toEqual(catalogue.map(({ id }) => id));
  });

  it('ends in one line break and leaves nothing undefined', () => {
    expect(page).toMatch(/[^\n]\n$/);
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe('verdictInWords', () => {
  it.each([
    [
      transient('message', pause('1m', '30m')),
      'Try again after 1 minute to 30 minutes; it concerns this message.',
    ],
    [
      throttle('connector', pause('30m', '4h'), { fewerConnections: true }),
      'Keep it whatever the code: everything that goes this way waits 30 minutes to 4 hours, with fewer connections. It clears by itself.',
    ],
    [
      throttle('destination', pause('1h', '24h'), { exhausted: 'external', alarm: true }),
      'Keep it whatever the code: external mail of this mailbox or tenant waits 1 hour to 24 hours. It clears by itself. Tell the administrator at once.',
    ],
    [
      throttle('destination', pause('5s', '5m'), { fewerConnections: true, exhausted: 'messages' }),
      'Keep it whatever the code: this mailbox or tenant waits 5 seconds to 5 minutes, with fewer connections, and the minute of the mailbox counts as used up. It clears by itself.',
    ],
    [permanent('recipient'), 'Return it to the sender; it concerns this recipient.'],
    [
      configuration('connector', { freshToken: true }),
      'Try once with a new access token. Then everything that goes this way waits, and nothing is returned, until the set-up is put right. Tell the administrator at once.',
    ],
    [
      sender('message'),
      'Stop this sender and keep its mail until its rights are put right; others go on. Tell the administrator at once.',
    ],
    [retryOverIpv4(pause('0s', '1m')), 'Try again over IPv4 at once.'],
    [retryOverIpv4(pause('1h', '1h')), 'Try again over IPv4 after 1 hour.'],
  ])('%j', (verdict, words) => {
    expect(verdictInWords(verdict)).toBe(words);
  });

  it('has words for every entry', () => {
    for (const { verdict, side } of catalogue) {
      expect(verdictInWords(verdict)).toMatch(/\.$/);
      expect(sideInWords(side)).not.toBe('');
    }
  });
});
