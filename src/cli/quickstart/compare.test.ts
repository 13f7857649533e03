import { describe, expect, it } from 'vitest';
import { compareContent } from './compare.ts';

const text = 'From: a@b\r\nSubject: x\r\n y\r\n\r\nbody\r\n';
const sent = Buffer.from(text);
const trace = 'Received: from device\r\n by relay; today\r\n';

describe('what arrived against what was sent', () => {
  it.each([
    ['the trace field on top', `${trace}${text}`, [], ['Received']],
    ['a repair below it', `${trace}Date: now\r\n${text}`, ['Date'], ['Received', 'Date']],
    ['a repair above it', `Date: now\r\n${trace}${text}`, ['Date'], ['Date', 'Received']],
    [
      'a repair at the end of the header section',
      `${trace}From: a@b\r\nSubject: x\r\n y\r\nDate: now\r\n\r\nbody\r\n`,
      ['date'],
      ['Received', 'Date'],
    ],
  ])('takes %s', (_why, received, declared, added) => {
    expect(compareContent(sent, Buffer.from(received), declared)).toEqual({ kind: 'identical', added });
  });

  it.each([
    ['no trace field', text, [], 'no received field', 0],
    ['a repair that was not made', `${trace}${text}`, ['Date'], 'no date field', 0],
    ['a field that nobody declared', `${trace}Date: now\r\n${text}`, [], '"From: a@b', trace.length],
    ['a second trace field', `${trace}${trace}${text}`, [], '"From: a@b', trace.length],
    [
      'another case in a name',
      `${trace}${text}`.replace('From:', 'FROM:'),
      [],
      '"ROM: a@b',
      trace.length + 1,
    ],
    [
      'another folding',
      `${trace}${text}`.replace('x\r\n y', 'x y'),
      [],
      '',
      trace.length + sent.indexOf('\r\n y'),
    ],
    [
      'a lost octet at the end',
      `${trace}${text}`.slice(0, -1),
      [],
      'is missing',
      trace.length + sent.length - 1,
    ],
    ['an octet more', `${trace}${text}!`, [], 'is missing', trace.length + sent.length],
    [
      'another octet in the body',
      `${trace}${text}`.replace('body', 'b0dy'),
      [],
      '"0dy',
      trace.length + sent.indexOf('ody'),
    ],
  ])('finds %s and where it is', (_why, received, declared, said, offset) => {
    const comparison = compareContent(sent, Buffer.from(received), declared);
    expect(comparison).toMatchObject({ kind: 'different', offset });
    expect(comparison.kind === 'different' && comparison.text).toContain(said);
  });

  it('wants fields gone that a route takes out, and nothing else', () => {
    const blind = Buffer.from(text.replace('Subject', 'Bcc: c@d,\r\n e@f\r\nSubject'));
    expect(compareContent(blind, Buffer.from(trace + text), [], ['Bcc'])).toMatchObject({
      kind: 'identical',
    });
    const still = Buffer.concat([Buffer.from(trace), blind]);
    expect(compareContent(blind, still, [], ['Bcc'])).toMatchObject({ kind: 'different' });
    const less = Buffer.from(trace + text.replace('Subject: x\r\n y\r\n', ''));
    expect(compareContent(blind, less, [], ['Bcc'])).toMatchObject({ kind: 'different' });
  });

  it('finds one changed octet in 25 MB', () => {
    const large = Buffer.concat([sent, Buffer.alloc(25_000_000, 'x')]);
    const received = Buffer.concat([Buffer.from(trace), large]);
    received[20_000_000] = 0;
    expect(compareContent(large, received, [])).toMatchObject({ kind: 'different', offset: 20_000_000 });
  });
});
