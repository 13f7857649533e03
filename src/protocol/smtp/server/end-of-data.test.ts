import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndOfDataReader } from './end-of-data.ts';

interface Outcome {
  readonly content: string;
  /** What follows the end; `undefined`: no end was found. */
  readonly rest: string | undefined;
}

function read(pieces: readonly Buffer[]): Outcome {
  const reader = new EndOfDataReader();
  let content = '';
  let rest: string | undefined;
  for (const piece of pieces) {
    let at = 0;
    while (rest === undefined) {
      const step = reader.read(piece, at);
      if (step.kind === 'more') break;
      at = step.next;
      if (step.kind === 'end') rest = '';
      else content += step.bytes.toString('latin1');
    }
    if (rest !== undefined) rest += piece.toString('latin1', at);
  }
  return { content, rest };
}

/** The rule of RFC 5321 4.1.1.4 and 4.5.2, written down once more in the plainest way. */
function reference(text: string): Outcome {
  let lineStart = true;
  let content = '';
  for (let at = 0; at < text.length;) {
    if (lineStart && text.startsWith('.\r\n', at)) return { content, rest: text.slice(at + 3) };
    if (lineStart && text[at] === '.') {
      // A dot at the end of what is there may yet be the end: it is not content so far.
      if (text.length - at === 1 || text.slice(at) === '.\r') return { content, rest: undefined };
      at += 1;
      content += text[at];
      lineStart = false;
    } else {
      content += text[at];
    }
    at += 1;
    lineStart = content.endsWith('\r\n') && text.slice(at - 2, at) === '\r\n';
  }
  return { content, rest: undefined };
}

describe('EndOfDataReader', () => {
  it.each([
    ['.\r\n', '', 'an empty content'],
    ['a\r\n.\r\n', 'a\r\n', 'the CR LF before the dot belongs to the content'],
    ['..\r\n.\r\n', '.\r\n', 'a doubled dot on the first line'],
    ['a\r\n..b\r\n.\r\n', 'a\r\n.b\r\n', 'a doubled dot on a later line'],
    ['a\r\n.b\r\n.\r\n', 'a\r\nb\r\n', 'a single dot before text is taken away as well'],
    ['a\r\n.\rb\r\n.\r\n', 'a\r\n\rb\r\n', 'a CR behind the dot does not end it'],
    ['a.\r\n.\r\n', 'a.\r\n', 'a dot at the end of a line is text'],
    ['\r\n.\r\n', '\r\n', 'an empty line'],
    ['\r\r\n.\r\n', '\r\r\n', 'two CRs before the LF'],
  ])('reads %j as %j: %s', (given, content) => {
    expect(read([Buffer.from(`${given}NEXT`)])).toEqual({ content, rest: 'NEXT' });
  });

  const ends = ['\r', '\n', '\r\n', '\0', '\r\0\n', '\n\r', ''];
  const pairs = ends.flatMap((before) => ends.map((after) => [before, after] as const));

  it.each(pairs.filter(([before, after]) => before !== '\r\n' || after !== '\r\n'))(
    'does not end at %j . %j',
    (before, after) => {
      const { rest } = read([Buffer.from(`text${before}.${after}MAIL FROM:<x@y>\r\n`)]);
      expect(rest).toBeUndefined();
    },
  );

  const octets = fc
    .array(fc.constantFrom('\r', '\n', '.', 'a', '\0', '\r\n', '\r\n.', '\r\n.\r\n'), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('agrees with the plain reading of the RFC', () => {
    fc.assert(
      fc.property(octets, (text) => {
        expect(read([Buffer.from(text)])).toEqual(reference(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('gives the same for any split', () => {
    fc.assert(
      fc.property(octets, fc.array(fc.nat(60)), (text, cuts) => {
        const whole = Buffer.from(text);
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(read(pieces)).toEqual(read([whole]));
      }),
      { numRuns: 5000 },
    );
  });

  it('gives large content as one view of the buffer', () => {
    const buffer = Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(900));
    const step = new EndOfDataReader().read(buffer, 0);
    // The first octet is looked at for a dot; the content is still one piece.
    expect(step).toMatchObject({ kind: 'content', next: buffer.length });
    if (step.kind === 'content') expect(step.bytes.buffer).toBe(buffer.buffer);
  });
});
