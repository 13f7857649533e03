import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDomain, parseMailbox } from './address.ts';

/** Lines of a corpus file: text before the last `  # `, escapes resolved, and the rule after it. */
function corpus(name: string): { text: string; rule: string }[] {
  const lines = readFileSync(new URL(`../../test/corpus/${name}`, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const mark = line.lastIndexOf('  # ');
      return { text: unescape(line.slice(0, mark)), rule: line.slice(mark + 4) };
    });
}

function unescape(text: string): string {
  return text
    .replaceAll(/\\x([0-9a-f]{2})|\\u([0-9a-f]{4})/g, (_, x: string, u: string) =>
      String.fromCharCode(Number.parseInt(x ?? u, 16)),
    )
    .replaceAll('\\r', '\r')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}

describe('parseMailbox', () => {
  it.each(corpus('mailbox-valid.txt'))('takes $text ($rule)', ({ text }) => {
    const parsed = parseMailbox(text);
    expect(parsed).toMatchObject({ ok: true });
    if (!parsed.ok) return;
    // What is written on the wire is what was judged, and reading it again changes nothing.
    expect(parsed.value.text).toBe(text.replace(/\.$/, ''));
    expect(parseMailbox(parsed.value.text)).toEqual(parsed);
    expect(parsed.value.key.endsWith(`@${parsed.value.domainKey}`)).toBe(true);
  });

  it.each(corpus('mailbox-invalid.txt'))('refuses $text ($rule)', ({ text }) => {
    expect(parseMailbox(text)).toMatchObject({ ok: false });
  });

  it.each([
    ['Printer@CONTOSO.com', 'printer@contoso.com', 'case is folded for comparison'],
    ['"printer"@contoso.com', 'printer@contoso.com', 'quotes that are not needed are the same mailbox'],
    ['"pr\\inter"@contoso.com', 'printer@contoso.com', 'a quoted pair stands for its character'],
    ['"a b"@contoso.com', '"a b"@contoso.com', 'quotes that are needed stay'],
    ['a@Bücher.example', 'a@xn--bcher-kva.example', 'a U-label is compared as its A-label'],
    ['a@XN--BCHER-KVA.example', 'a@xn--bcher-kva.example', 'so is an A-label in upper case'],
    ['bu\u0308cher@contoso.com', 'b\u00fccher@contoso.com', 'a letter and its mark are the composed letter'],
    ['a@contoso.com.', 'a@contoso.com', 'the final dot names the same host'],
  ])('compares %s as %s: %s', (text, key) => {
    expect(parseMailbox(text)).toMatchObject({ ok: true, value: { key } });
  });

  it('tells which addresses need SMTPUTF8', () => {
    expect(parseMailbox('a@xn--bcher-kva.example')).toMatchObject({ value: { needsSmtpUtf8: false } });
    expect(parseMailbox('a@bücher.example')).toMatchObject({ value: { needsSmtpUtf8: true } });
    expect(parseMailbox('ü@example.com')).toMatchObject({ value: { needsSmtpUtf8: true } });
  });

  it('never holds a control character, whatever it is given', () => {
    const piece = fc.constantFrom(
      'a',
      '@',
      '.',
      '"',
      '\\',
      '\r',
      '\n',
      '\0',
      ' ',
      '<',
      '>',
      'ü',
      '\u202e',
      '[',
      ']',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parseMailbox(text);
          if (!parsed.ok) return;
          expect(parsed.value.text).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(parseMailbox(parsed.value.text)).toEqual(parsed);
          expect(Buffer.byteLength(parsed.value.text)).toBeLessThanOrEqual(254);
        },
      ),
      { numRuns: 2000 },
    );
  });

  // A quadratic reader takes minutes for each, which is more than a test may take.
  it.each([
    ['open brackets', '('.repeat(1_000_000)],
    ['a long local part', `${'a'.repeat(1_000_000)}@b`],
    ['a long domain beyond ASCII', `a@${'é'.repeat(1_000_000)}`],
    ['quoted pairs', `"${'\\"'.repeat(500_000)}"@b`],
    ['labels', `a@${'b.'.repeat(500_000)}`],
    ['at signs', '@'.repeat(1_000_000)],
  ])('refuses a megabyte of %s', (_what, text) => {
    expect(parseMailbox(text).ok).toBe(false);
    expect(parseDomain(text).ok).toBe(false);
  });
});
