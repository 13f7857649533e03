import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import { classifiedCharsMax, classify, entryById } from './classify.ts';
import { findReply, searchedCharsMax } from './find-in-text.ts';

describe('classify', () => {
  it.each([
    ['the numbers of an address are no status', '550 5.9.9 no [15.7.60.2]', undefined],
    ['nor those of a server version', '250 Microsoft ESMTP 15.5.7.64 Relay Access Denied', undefined],
    ['a longer status is another one', '550 5.7.680 no', undefined],
    ['a longer error of Entra is another one', 'AADSTS900023: not a tenant', undefined],
    ['the code may be glued on with a hyphen', '550-5.7.708 no', 'traffic-not-accepted-708'],
    ['case does not matter', 'sas: errorsendasdenied', 'graph-sendas-denied'],
    [
      '4.4.317 quotes a reply of the other host',
      '450 4.4.317 [Message=451 5.7.3 STARTTLS is required]',
      'outbound-starttls',
    ],
    ['5.2.252 is a punishment', '550 5.2.252 Sender throttled due to continuous x', 'continuous-error-52252'],
    ['5.2.252 is a refusal', '554 5.2.252 SendAsDenied; a not allowed to send as b', 'sendas-denied-52252'],
    ['ATTR5 is not ATTR55', '451 4.4.4 x ATTR55', undefined],
    ['known words go before the code alone', '550 5.7.64 TenantAttribution; x', 'attribution-relay-denied'],
    ['5.7.64 in other words', '550 5.7.64 Not allowed', 'attribution-other'],
    ['5.7.139 in other words', '535 5.7.139 Authentication unsuccessful, no', 'auth-refused-other'],
    ['432 in other words', '432 4.3.2 Slow down', 'concurrency-other'],
    ['a block of a mailbox in other words', '550 5.2.253 blocked', 'continuous-error-other'],
    ['5.2.252 alone is either', '550 5.2.252 blocked', undefined],
    ['4.7.5xx in other words', '451 4.7.511 Try later', 'rate-limited-other'],
    ['4.7.700 is the filter, not the rate', '451 4.7.700 busy', 'pfa-busy'],
    [
      'a full mailbox of the sender',
      '554 5.2.2 STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; x',
      'store-quota-sender',
    ],
    ['nothing', '', undefined],
    ['a success', '250 2.1.5 Recipient OK', undefined],
  ])('%s: %s', (_why, text, id) => {
    expect(classify(text)?.id).toBe(id);
  });

  it('looks for words of HTTP only where HTTP is spoken', () => {
    expect(classify('451 4.9.9 queued as 429', { where: 'mx' })).toBeUndefined();
    expect(classify('429 Too Many Requests', { where: 'graph' })?.id).toBe('graph-429');
    expect(classify('550 5.7.60 no', { where: 'graph' })).toBeUndefined();
  });

  it('knows a reply that is met at another place of the same protocol', () => {
    expect(classify('550 5.7.233 no', { where: 'mx' })?.id).toBe('terrl');
    expect(classify('535 5.7.3 Authentication unsuccessful', { where: 'hve' })?.id).toBe('auth-generic-573');
    expect(classify('AADSTS65001', { where: 'graph' })?.id).toBe('aad-no-consent');
  });

  it('looks at the front alone', () => {
    const padding = 'x '.repeat(classifiedCharsMax);
    expect(classify(`550 5.7.708 no ${padding}`)?.id).toBe('traffic-not-accepted-708');
    expect(classify(`${padding} 550 5.7.708 no`)).toBeUndefined();
  });

  it('finds an entry by its id', () => {
    expect(entryById('terrl')?.enhanced).toBe('5.7.233');
    expect(entryById('constructor')).toBeUndefined();
  });
});

describe('work on hostile text', () => {
  it('is bounded by every pattern itself: no repetition without an end, none of a group', () => {
    for (const { id, pattern } of catalogue) {
      expect(pattern.source, id).not.toMatch(/(?<!\\)[*+]|\{\d+,\}|\)(?:\?|\{)/);
      expect(pattern.flags, id).toBe('i');
    }
  });

  // Each part of each pattern, repeated, so that every start finds its beginning and never its end.
  const parts = new Set(
    catalogue.flatMap(({ pattern }) => pattern.source.split(/\.\{0,300\}|\||\(\?:|\)/).map(sampleOf)),
  );
  const pairs = catalogue.map(({ pattern }) =>
    pattern.source
      .split('.{0,300}')
      .slice(0, -1)
      .map((part) => `${sampleOf(part)} `.repeat(classifiedCharsMax / 2))
      .map((text) => text.slice(0, classifiedCharsMax / 2))
      .join(''),
  );
  it(`stays small for ${parts.size} repeated parts and ${pairs.length} half-finished replies of a megabyte`, () => {
    let slowest = { ms: 0, text: '' };
    for (const text of [...parts, ...pairs]) {
      const hostile = `${text} `.repeat(Math.ceil(2 ** 20 / (text.length + 1)));
      const start = performance.now();
      classify(hostile);
      const ms = performance.now() - start;
      if (ms > slowest.ms) slowest = { ms, text };
    }
    // About a millisecond; the bound leaves room for a busy machine and none for a quadratic pattern.
    expect(slowest.ms, slowest.text.slice(0, 80)).toBeLessThan(250);
  });

  it('never throws, whatever the octets', () => {
    for (let code = 0; code < 0x300; code++) {
      const text = String.fromCharCode(code).repeat(5000);
      expect(() => classify(text)).not.toThrow();
    }
  });
});

describe('findReply', () => {
  it('finds the reply deep in a bounce', () => {
    const bounce = `${'Received: from somewhere\r\n'.repeat(2000)}550 5.7.708 traffic not accepted from this IP\r\n`;
    expect(findReply(bounce)?.id).toBe('traffic-not-accepted-708');
  });

  it('finds it across every border of its windows', () => {
    for (let at = classifiedCharsMax - 60; at < classifiedCharsMax + 10; at++) {
      const text = `${'x'.repeat(at)} 550 5.7.64 TenantAttribution; Relay Access Denied`;
      expect(findReply(text)?.id, `at ${at}`).toBe('attribution-relay-denied');
    }
  });

  it('stops after a bound', () => {
    expect(findReply(`${' '.repeat(searchedCharsMax)}550 5.7.708`)).toBeUndefined();
    expect(findReply('')).toBeUndefined();
  });
});

/** A text that the pattern's part matches, near enough. */
function sampleOf(part: string): string {
  return part
    .replaceAll(/\\b|\^/g, '')
    .replaceAll(/\[(\w)[^\]]*\]/g, '$1')
    .replaceAll(String.raw`\d`, '5')
    .replaceAll('\\', '');
}
