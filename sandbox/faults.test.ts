import { describe, expect, it } from 'vitest';
import { FaultBook, parseFaultAddress } from './faults.ts';

describe('fault addresses', () => {
  it.each([
    ['tempfail@a', { name: 'tempfail' }],
    ['TempFail+scan@a', { name: 'tempfail' }],
    ['tempfail-2x@a', { name: 'tempfail', times: 2 }],
    ['slow-30s@a', { name: 'slow', seconds: 30 }],
    ['slow-1s-3x@a', { name: 'slow', seconds: 1, times: 3 }],
    ['throttle-600s@a', { name: 'throttle', seconds: 600 }],
    ['slow@a', undefined],
    ['slow-601s@a', undefined],
    ['permfail-3s@a', undefined],
    ['finance@a', undefined],
    ['constructor@a', undefined],
    ['__proto__@a', undefined],
  ])('%s', (address, expected) => {
    expect(parseFaultAddress(address)).toEqual(expected);
  });

  it('strikes as often as the address says, each address for itself', () => {
    const book = new FaultBook(() => 0);
    const kinds = ['tempfail-2x@a', 'tempfail-2x@a', 'tempfail-2x+b@a', 'tempfail-2x@a'].map(
      (address) => book.next(address, '127.0.0.1')?.kind,
    );
    expect(kinds).toEqual(['refuse', 'refuse', 'refuse', undefined]);
  });

  it('throttles for a time from the first attempt on', () => {
    let now = 1000;
    const book = new FaultBook(() => now);
    const busy = book.next('throttle-30s@a', '192.0.2.9');
    expect(busy).toMatchObject({ at: 'rcpt', reply: expect.stringContaining('451 4.7.500 Server busy') });
    now += 29_999;
    expect(book.next('throttle-30s@a', '192.0.2.9')).toBeDefined();
    now += 1;
    expect(book.next('throttle-30s@a', '192.0.2.9')).toBeUndefined();
  });
});
