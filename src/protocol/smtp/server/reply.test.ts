import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatServerReply, type ServerReply } from './reply.ts';

describe('formatServerReply', () => {
  it.each<[ServerReply, string, string]>([
    [{ code: 250, enhanced: '2.1.0', text: 'OK' }, '250 2.1.0 OK\r\n', 'one line'],
    [{ code: 451, enhanced: '5.3.0', text: 'x' }, '451 4.3.0 x\r\n', 'the class follows the code'],
    [{ code: 550, enhanced: '7.1', text: 'x' }, '550 5.7.1 x\r\n', 'subject and detail alone'],
    [{ code: 354, enhanced: '3.0.0', text: 'go' }, '354 go\r\n', 'RFC 2034 3: no status with 3yz'],
    [{ code: 250, text: ['a', 'B C'] }, '250-a\r\n250 B C\r\n', 'several lines'],
    [{ code: 250, text: [] }, '250 \r\n', 'no line is one empty line'],
    [
      { code: 550, enhanced: '5.7.1', text: 'a\r\n250 OK' },
      '550 5.7.1 a??250 OK\r\n',
      'CR LF cannot begin a second reply',
    ],
    [{ code: 550, text: 'ü\u202e\x1b[2J' }, '550 ???[2J\r\n', 'nothing but printable ASCII'],
  ])('%j is %j: %s', (reply, octets) => {
    expect(formatServerReply(reply)).toBe(octets);
  });

  it('writes exactly one reply of lines within 512 octets, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 2000 })), (text) => {
        const lines = formatServerReply({ code: 550, enhanced: '5.7.1', text }).split('\r\n');
        expect(lines.pop()).toBe('');
        const last = lines.pop();
        expect(last).toMatch(/^550 5\.7\.1 [\x20-\x7e]*$/);
        for (const line of [...lines, last!]) expect(line.length).toBeLessThanOrEqual(510);
        for (const line of lines) expect(line).toMatch(/^550-5\.7\.1 [\x20-\x7e]*$/);
      }),
    );
  });
});
